/*
 * Logging in by password, code or passkey; registering; and a new password for who forgot it.
 * Keeps who it is after a login, never a secret.
 */
import { useMutation } from "@tanstack/react-query";
import { api, dataOf, wholeOf } from "@/api/client";
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

/** Logs in with a passkey of this device; throws ApiError, or DOMException when it has none. */
export async function loginWithPasskey(): Promise<void> {
  const { options } = await dataOf(api.POST("/api/user/passkey/login/begin"));
  const wanted = (options.publicKey ?? options) as PublicKeyCredentialRequestOptionsJSON;
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(wanted);
  const credential = await navigator.credentials.get({ publicKey });
  if (!(credential instanceof PublicKeyCredential)) throw new Error("no passkey was chosen");
  const body = credential.toJSON() as Record<string, never>;
  writeSession(await dataOf(api.POST("/api/user/passkey/login/finish", { body })));
}

export type Registration = Credentials & {
  email?: string;
  verification_code?: string;
  aff_code?: string;
};

/** Makes an account; nobody is logged in by it. Throws ApiError. */
export function register(body: Registration) {
  return wholeOf(api.POST("/api/user/register", { body }));
}

/** Mails a code that proves an address; throws ApiError. */
export function sendRegisterCode(email: string) {
  const params = { query: { email, purpose: "register" } };
  return wholeOf(api.GET("/api/verification", { params }));
}

/** Mails a reset link if the address has an account; throws ApiError. */
export function askReset(email: string) {
  return wholeOf(api.GET("/api/reset_password", { params: { query: { email } } }));
}

/** Returns the new password that a reset link gives, once; throws ApiError. */
export function resetPassword(link: { email: string; token: string }): Promise<string> {
  return dataOf(api.POST("/api/user/reset", { body: link }));
}
