/* Setting the server up: create the root account, then log it in. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, dataOf, wholeOf } from "@/api/client";
import { setupQuery } from "@/api/queries";
import { writeSession } from "@/api/session";
import type { SetupInput } from "@/api/shapes";

type SetupCall = { input: SetupInput; token: string };

async function setUp({ input, token }: SetupCall): Promise<void> {
  const headers: Record<string, string> = token ? { "X-Setup-Token": token } : {};
  await wholeOf(api.POST("/api/setup", { body: input, headers }));
}

/** Sets up. After success the console knows it, whether or not the login that follows works. */
export function useSetup() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: setUp,
    onSuccess: () =>
      queryClient.setQueryData(setupQuery.queryKey, {
        status: true,
        initialized: true,
        root_init: false,
        database_type: "",
      }),
  });
}

/** Logs the fresh root account in. */
export function useFirstLogin() {
  return useMutation({
    mutationFn: (body: { username: string; password: string }) =>
      dataOf(api.POST("/api/user/login", { body })),
    // A root that was just made has no second factor yet.
    onSuccess: (answer) => {
      if ("id" in answer) writeSession(answer);
    },
  });
}
