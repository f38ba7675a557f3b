/* What the channels' address holds. */
import { readCounts, readPaging, readTexts } from "@/lib/address";

export type ChannelSearch = {
  p?: number;
  size?: number;
  q?: string;
  model?: string;
  status?: "enabled" | "disabled" | undefined;
  type?: number;
  new?: true;
};

/** Drops what is not known or is the default. */
export function readChannelSearch(search: Record<string, unknown>): ChannelSearch {
  const { status } = search;
  return {
    ...readPaging(search),
    ...readTexts(search, ["q", "model"]),
    ...readCounts(search, ["type"]),
    ...(status === "enabled" || status === "disabled" ? { status } : {}),
    ...(search.new === true ? { new: true } : {}),
  };
}

/** Tells whether anything narrows the list. */
export function isFiltered({ q, model, status, type }: ChannelSearch): boolean {
  return Boolean(q || model || status || type);
}
