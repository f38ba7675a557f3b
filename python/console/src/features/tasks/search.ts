/* What the address of tasks and drawings holds. */
import { readPaging, readTexts } from "@/lib/address";

export type TaskSearch = { p?: number; size?: number; tab?: "drawings"; q?: string };

/** Drops what is not known or is the default. */
export function readTaskSearch(search: Record<string, unknown>): TaskSearch {
  return {
    ...readPaging(search),
    ...readTexts(search, ["q"]),
    ...(search.tab === "drawings" ? { tab: "drawings" } : {}),
  };
}
