/*
 * The one way to the server: a client typed by our OpenAPI. Adds the caller's id to every call,
 * opens the envelope and turns every failure into an ApiError; it shows nothing.
 */
import createClient from "openapi-fetch";
import type { paths as FamilyPaths } from "./generated/newapi";
import type { paths as OwnPaths } from "./generated/weirgate";
import { readSession } from "./session";

/** What went wrong, coarsely: the pages choose their text by this. */
export type Failure = "network" | "unauthorized" | "rate_limited" | "refused" | "server";

/** A call that did not succeed; `message` is the server's text, possibly empty. */
export class ApiError extends Error {
  readonly kind: Failure;
  readonly status: number;

  constructor(kind: Failure, status: number, message: string) {
    super(message);
    this.name = "ApiError";
    this.kind = kind;
    this.status = status;
  }
}

/** The typed calls, one a path and method; open their answers with `dataOf` and its siblings. */
export const api = createClient<FamilyPaths & OwnPaths>({
  baseUrl: window.location.origin,
  credentials: "same-origin",
  cache: "no-store",
  fetch: (request) => globalThis.fetch(request),
});

api.use({
  onRequest({ request }) {
    request.headers.set("Accept-Language", document.documentElement.lang);
    const session = readSession();
    if (session) request.headers.set("New-Api-User", String(session.id));
    return request;
  },
  onError() {
    return new ApiError("network", 0, "");
  },
});

let onUnauthorized: () => void = () => undefined;

/** Sets what happens when the server no longer knows the session. */
export function setUnauthorizedHandler(handler: () => void): void {
  onUnauthorized = handler;
}

type Answer<T> = { data?: T | undefined; error?: unknown; response: Response };
type Whole = { success: boolean; message?: string };

function failureOf(status: number): Failure {
  if (status === 401) return "unauthorized";
  if (status === 429) return "rate_limited";
  return status >= 500 ? "server" : "refused";
}

/** Reads the text of the family's refusals and of our own problem documents. */
function messageOf(error: unknown): string {
  if (typeof error !== "object" || error === null) return "";
  const { message, detail } = error as Record<string, unknown>;
  if (typeof message === "string") return message;
  return typeof detail === "string" ? detail : "";
}

/** Returns the body of a call without an envelope; throws ApiError. */
export async function bodyOf<T>(call: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await call.catch((reason: unknown) => {
    if (reason instanceof ApiError) throw reason;
    throw new ApiError("server", 0, ""); // the body was not what its type says
  });
  if (response.ok && data !== undefined) return data;
  if (response.status === 401 && readSession()) onUnauthorized();
  throw new ApiError(failureOf(response.status), response.status, messageOf(error));
}

/** Returns the whole envelope of a call that succeeded; throws ApiError. */
export async function wholeOf<T extends Whole>(call: Promise<Answer<T>>): Promise<T> {
  const answer = await bodyOf(call);
  if (answer.success) return answer;
  throw new ApiError("refused", 200, answer.message ?? "");
}

/** Returns the data of a call that succeeded; throws ApiError, also when there is none. */
export async function dataOf<T>(call: Promise<Answer<Whole & { data?: T }>>): Promise<T> {
  const { data } = await wholeOf(call);
  if (data === undefined) throw new ApiError("server", 200, "");
  return data;
}
