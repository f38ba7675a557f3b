/* Logging in. */
import { useMutation } from "@tanstack/react-query";
import { api, dataOf } from "@/api/client";
import { writeSession } from "@/api/session";

export type Credentials = { username: string; password: string };

/** Logs in and keeps who it is. */
export function useLogin() {
  return useMutation({
    mutationFn: (body: Credentials) => dataOf(api.POST("/api/user/login", { body })),
    onSuccess: writeSession,
  });
}
