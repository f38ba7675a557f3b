/* What the prices' address holds. */
import { readTexts } from "@/lib/address";

export type PriceSearch = { q?: string; new?: true };

/** Drops what is not known or is the default. */
export function readPriceSearch(search: Record<string, unknown>): PriceSearch {
  return { ...readTexts(search, ["q"]), ...(search.new === true ? { new: true } : {}) };
}
