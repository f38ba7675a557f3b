/*
 * A change on the server with its toasts: the pages say what was done or why it failed in one way,
 * and the lists it touches are read again. Draws nothing itself.
 */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { errorText } from "@/api/errors";
import { toastDone, toastFailed } from "@/ui/toast";

type Act<Input, Output> = {
  run: (input: Input) => Promise<Output>;
  /** First parts of the query keys that the change makes stale. */
  stale: readonly string[];
  done?: (input: Input, output: Output) => string;
  failed: string;
};

/** Returns the mutation; a failure becomes a toast with the server's reason. */
export function useAct<Input, Output>({ run, stale, done, failed }: Act<Input, Output>) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: run,
    onSuccess: async (output, input) => {
      if (done) toastDone(done(input, output));
      await Promise.all(stale.map((key) => queryClient.invalidateQueries({ queryKey: [key] })));
    },
    onError: (error) => toastFailed(failed, errorText(t, error)),
  });
}

/** Returns what a form sends with: no toast of failure, the form shows it; throws ApiError. */
export function useSend<Input, Output>(
  run: (input: Input) => Promise<Output>,
  stale: readonly string[],
) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: run,
    onSuccess: () =>
      Promise.all(stale.map((key) => queryClient.invalidateQueries({ queryKey: [key] }))),
  });
}
