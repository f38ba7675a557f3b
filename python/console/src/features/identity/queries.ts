/* Logging in. */
import { useMutation } from "@tanstack/react-query";
import { call } from "@/api/client";
import { writeSession } from "@/api/session";
import type { Login } from "@/api/shapes";

export type Credentials = { username: string; password: string };

/** Logs in; the answer may ask for a second factor instead of opening the session. */
export function useLogin() {
  return useMutation({
    mutationFn: (body: Credentials) => call<Login>("POST", "/api/user/login", { body }),
    onSuccess: keepSession,
  });
}

/** Sends the second factor's code. */
export function useSecondFactor() {
  return useMutation({
    mutationFn: (code: string) => call<Login>("POST", "/api/user/login/2fa", { body: { code } }),
    onSuccess: keepSession,
  });
}

function keepSession(login: Login): void {
  if (!login.require_2fa) writeSession(login);
}
