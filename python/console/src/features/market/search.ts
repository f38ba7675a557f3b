/* What the market's address holds. */
import { readCounts, readTexts } from "@/lib/address";

export type MarketSearch = { q?: string; group?: string | undefined; vendor?: number | undefined };

/** Drops what is not known or is the default. */
export function readMarketSearch(search: Record<string, unknown>): MarketSearch {
  return { ...readTexts(search, ["q", "group"]), ...readCounts(search, ["vendor"]) };
}

/** Tells whether anything narrows the list. */
export function isFiltered({ q, vendor }: MarketSearch): boolean {
  return Boolean(q || vendor);
}
