/* Logging in: the password, and the code where the account asks for one. */
import { useMutation } from "@tanstack/react-query";
import { api, dataOf } from "@/api/client";
import { type Session, writeSession } from "@/api/session";

export type Credentials = { username: string; password: string };
export type LoginAnswer = Session | { require_2fa: boolean };

/** Tells whether a login is not over: the account wants a code. */
export function wantsCode(answer: LoginAnswer): answer is { require_2fa: boolean } {
  return "require_2fa" in answer;
}

/** Keeps who it is, once the login is over. */
export function keepLogin(answer: LoginAnswer): void {
  if (!wantsCode(answer)) writeSession(answer);
}

/** Logs in and keeps who it is, unless a code is wanted. */
export function useLogin() {
  return useMutation({
    mutationFn: (body: Credentials): Promise<LoginAnswer> =>
      dataOf(api.POST("/api/user/login", { body })),
    onSuccess: keepLogin,
  });
}

/** Ends a login by a one-time password or a backup code. */
export function useSecondStep() {
  return useMutation({
    mutationFn: (code: string): Promise<Session> =>
      dataOf(api.POST("/api/user/login/2fa", { body: { code } })),
    onSuccess: writeSession,
  });
}
