/* What the address of model descriptions holds. */
import { readPaging, readTexts } from "@/lib/address";

export type ModelSearch = { p?: number; size?: number; q?: string; tab?: "vendors"; new?: true };

/** Drops what is not known or is the default. */
export function readModelSearch(search: Record<string, unknown>): ModelSearch {
  return {
    ...readPaging(search),
    ...readTexts(search, ["q"]),
    ...(search.tab === "vendors" ? { tab: "vendors" } : {}),
    ...(search.new === true ? { new: true } : {}),
  };
}
