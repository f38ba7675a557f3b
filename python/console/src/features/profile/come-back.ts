/* Redeems what a sign-in provider sent back: for a session, or for a link of the account. */
import { ApiError, api, bodyOf } from "@/api/client";
import { readSession, type Session, writeSession } from "@/api/session";

export type Returned = {
  code?: string;
  state?: string;
  error?: string;
  error_description?: string;
};

/** Reads the texts that a provider may send back, as they are: a code of digits stays a text. */
export function readReturned(search: string): Returned {
  const sent = new URLSearchParams(search);
  const kept: Returned = {};
  for (const name of ["code", "state", "error", "error_description"] as const) {
    const value = sent.get(name);
    if (value !== null) kept[name] = value;
  }
  return kept;
}

/** Sends the code to the server and keeps the session when it opened one; throws ApiError. */
export async function comeBack(provider: string, query: Returned): Promise<void> {
  const params = { path: { provider }, query };
  const answer = await bodyOf(api.GET("/api/oauth/{provider}", { params }));
  if (!answer.success) throw new ApiError("refused", 200, answer.message ?? "");
  const data = answer.data as unknown;
  if (readSession() === null && isSession(data)) writeSession(data);
}

function isSession(data: unknown): data is Session {
  return typeof data === "object" && data !== null && "id" in data && "role" in data;
}
