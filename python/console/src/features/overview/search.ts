/* What the overview's address holds. */
import { RANGES, type Range } from "@/lib/time";

export type OverviewSearch = { range?: Range; scope?: "self" };

/** Drops what is not known; the defaults (today, everything one may see) stay out of the address. */
export function readOverviewSearch(search: Record<string, unknown>): OverviewSearch {
  const range = RANGES.find((known) => known === search.range);
  return {
    ...(range && range !== "today" ? { range } : {}),
    ...(search.scope === "self" ? { scope: "self" } : {}),
  };
}
