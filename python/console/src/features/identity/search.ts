/* What the addresses of the pages before login hold. */
import { readTexts } from "@/lib/address";

export type LoginSearch = { next?: string; expired?: boolean; aff?: string };
export type RegisterSearch = { aff?: string };
export type ResetSearch = { email?: string; token?: string };

const ARRIVED = new URLSearchParams(window.location.search).get("aff") ?? "";

/** Keeps a target only if it is a path of this site. */
export function readLoginSearch(search: Record<string, unknown>): LoginSearch {
  const { next, expired } = search;
  return {
    ...(typeof next === "string" && /^\/(?![/\\])/.test(next) ? { next } : {}),
    ...(expired === true ? { expired } : {}),
    ...readRegisterSearch(search),
  };
}

/** Reads the invitation; one such as "12e4" was read as a number, and is taken as it arrived. */
export function readRegisterSearch({ aff }: Record<string, unknown>): RegisterSearch {
  if (typeof aff === "number" && Number(ARRIVED) === aff) return { aff: ARRIVED };
  return readTexts({ aff }, ["aff"]);
}

/** Reads the two parts of a mailed reset link. */
export function readResetSearch(search: Record<string, unknown>): ResetSearch {
  return readTexts(search, ["email", "token"]);
}
