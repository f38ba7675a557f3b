/*
 * The one way to the server. Adds the caller's id to every call, opens the envelope and turns every
 * failure into an ApiError; it holds no state beyond the session and shows nothing.
 */
import { readSession } from "./session";
import type { Envelope } from "./shapes";

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

type Query = Record<string, string | number | boolean | null | undefined>;
type Options = { query?: Query; body?: unknown; headers?: Record<string, string> };
type Method = "GET" | "POST" | "PUT" | "DELETE";

let onUnauthorized: () => void = () => undefined;

/** Sets what happens when the server no longer knows the session. */
export function setUnauthorizedHandler(handler: () => void): void {
  onUnauthorized = handler;
}

function address(path: string, query: Query | undefined): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null && value !== "") params.set(name, String(value));
  }
  const text = params.toString();
  return text ? `${path}?${text}` : path;
}

function headersOf(options: Options): Headers {
  const headers = new Headers(options.headers);
  headers.set("Accept-Language", document.documentElement.lang);
  const session = readSession();
  if (session) headers.set("New-Api-User", String(session.id));
  if (options.body !== undefined) headers.set("Content-Type", "application/json");
  return headers;
}

function failureOf(status: number): Failure {
  if (status === 401) return "unauthorized";
  if (status === 429) return "rate_limited";
  return status >= 500 ? "server" : "refused";
}

async function send(method: Method, path: string, options: Options): Promise<Response> {
  try {
    return await fetch(address(path, options.query), {
      method,
      headers: headersOf(options),
      body: options.body === undefined ? null : JSON.stringify(options.body),
      credentials: "same-origin",
      cache: "no-store",
    });
  } catch {
    throw new ApiError("network", 0, "");
  }
}

/** Calls the server and returns the whole answer; throws ApiError unless it says success. */
export async function callWhole<T extends { success: boolean; message?: string }>(
  method: Method,
  path: string,
  options: Options = {},
): Promise<T> {
  const response = await send(method, path, options);
  const answer = (await response.json().catch(() => null)) as T | null;
  if (response.ok && answer?.success === true) return answer;
  if (response.status === 401 && readSession()) onUnauthorized();
  const kind = response.ok ? "refused" : failureOf(response.status);
  throw new ApiError(kind, response.status, answer?.message ?? "");
}

/** Calls the server and returns the envelope's data; throws ApiError. */
export async function call<T>(method: Method, path: string, options: Options = {}): Promise<T> {
  const answer = await callWhole<Envelope<T>>(method, path, options);
  return answer.data as T;
}
