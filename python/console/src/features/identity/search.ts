/* What the login's address holds. */

export type LoginSearch = { next?: string; expired?: boolean };

/** Keeps a target only if it is a path of this site. */
export function readLoginSearch(search: Record<string, unknown>): LoginSearch {
  const { next, expired } = search;
  return {
    ...(typeof next === "string" && /^\/(?![/\\])/.test(next) ? { next } : {}),
    ...(expired === true ? { expired } : {}),
  };
}
