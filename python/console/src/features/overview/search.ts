/* What the overview's address holds. */
import { RANGES, type Range } from "@/lib/time";

export type OverviewSearch = { range?: Range };

/** Drops what is not known; the default, today, stays out of the address. */
export function readOverviewSearch(search: Record<string, unknown>): OverviewSearch {
  const range = RANGES.find((known) => known === search.range);
  return range && range !== "today" ? { range } : {};
}
