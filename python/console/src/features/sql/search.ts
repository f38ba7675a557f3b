/* What the address of the SQL editor holds: its range of time. */
import { RANGES, type Range } from "@/lib/time";

export type SqlSearch = { range?: Range };

export const DEFAULT_RANGE: Range = "7d";

/** Drops what is not known or is the default. */
export function readSqlSearch(search: Record<string, unknown>): SqlSearch {
  const range = RANGES.find((known) => known === search.range);
  return range && range !== DEFAULT_RANGE ? { range } : {};
}
