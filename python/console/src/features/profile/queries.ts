/* The own account: names, password, second step, passkey, token, notifications. */
import { useQuery } from "@tanstack/react-query";
import { api, dataOf, wholeOf } from "@/api/client";
import type { NotificationInput, SelfChange } from "@/api/shapes";

export const SELF = "self";
export const FACTOR = "factor";
export const PASSKEY = "passkey";

/** Changes the own names or password; throws ApiError. */
export function changeSelf(body: SelfChange) {
  return wholeOf(api.PUT("/api/user/self", { body }));
}

/** Deletes the own account; throws ApiError. */
export function deleteSelf() {
  return wholeOf(api.DELETE("/api/user/self"));
}

/** Makes a new access token, the old one ends; throws ApiError. */
export function newAccessToken() {
  return dataOf(api.GET("/api/user/token"));
}

/** Saves how to be notified; throws ApiError. */
export function saveNotifications(body: NotificationInput) {
  return wholeOf(api.PUT("/api/user/setting", { body }));
}

/** The state of the one-time codes. */
export function useFactor() {
  return useQuery({
    queryKey: [FACTOR],
    queryFn: () => dataOf(api.GET("/api/user/2fa/status")),
  });
}

/** Begins to set one-time codes up: secret, QR text, backup codes; throws ApiError. */
export function setUpFactor() {
  return dataOf(api.POST("/api/user/2fa/setup"));
}

/** Turns one-time codes on by a first code; throws ApiError. */
export function enableFactor(code: string) {
  return wholeOf(api.POST("/api/user/2fa/enable", { body: { code } }));
}

/** Turns one-time codes off; throws ApiError. */
export function disableFactor(code: string) {
  return wholeOf(api.POST("/api/user/2fa/disable", { body: { code } }));
}

/** Replaces the backup codes; throws ApiError. */
export async function newBackupCodes(code: string) {
  return (await dataOf(api.POST("/api/user/2fa/backup_codes", { body: { code } }))).backup_codes;
}

/** The state of the passkey. */
export function usePasskey() {
  return useQuery({
    queryKey: [PASSKEY],
    queryFn: () => dataOf(api.GET("/api/user/passkey")),
  });
}

/** Removes the passkey; throws ApiError. */
export function removePasskey() {
  return wholeOf(api.DELETE("/api/user/passkey"));
}

/** Registers a passkey of this device; throws ApiError, or DOMException when the person declines. */
export async function addPasskey() {
  const { options } = await dataOf(api.POST("/api/user/passkey/register/begin"));
  const wanted = (options.publicKey ?? options) as PublicKeyCredentialCreationOptionsJSON;
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(wanted);
  const credential = await navigator.credentials.create({ publicKey });
  if (!(credential instanceof PublicKeyCredential)) throw new Error("no credential was made");
  const body = credential.toJSON() as Record<string, never>;
  await wholeOf(api.POST("/api/user/passkey/register/finish", { body }));
}

/** Sends a code to an address that shall be linked; throws ApiError. */
export function sendEmailCode(email: string) {
  const params = { query: { email, purpose: "bind" } };
  return wholeOf(api.GET("/api/verification", { params }));
}

/** Links an e-mail address by the code that it got; throws ApiError. */
export function linkEmail(body: { email: string; code: string }) {
  return wholeOf(api.POST("/api/oauth/email/bind", { body }));
}
