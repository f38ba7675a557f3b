/* What the redemptions' address holds. */
import { readPaging, readTexts } from "@/lib/address";

export type RedemptionSearch = { p?: number; size?: number; q?: string; new?: true };

/** Drops what is not known or is the default. */
export function readRedemptionSearch(search: Record<string, unknown>): RedemptionSearch {
  return {
    ...readPaging(search),
    ...readTexts(search, ["q"]),
    ...(search.new === true ? { new: true } : {}),
  };
}
