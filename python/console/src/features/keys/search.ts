/* What the keys page's address holds. */
import { readPaging, readTexts } from "@/lib/address";

export type KeySearch = { p?: number; size?: number; q?: string; new?: true };

/** Drops what is not known or is the default. */
export function readKeySearch(search: Record<string, unknown>): KeySearch {
  return {
    ...readPaging(search),
    ...readTexts(search, ["q"]),
    ...(search.new === true ? { new: true } : {}),
  };
}
