/* What the logs' address holds: every filter, so that a view can be shared as a link. */
import { readCounts, readPaging, readTexts } from "@/lib/address";
import { RANGES, type Range } from "@/lib/time";

export type LogSearch = {
  range?: Range;
  /** Unix seconds; both together replace the range. */
  from?: number;
  to?: number;
  type?: number;
  model?: string;
  key?: string;
  user?: string;
  channel?: number;
  p?: number;
  size?: number;
};

export const DEFAULT_RANGE: Range = "24h";

/** Drops what is not known or is the default. */
export function readLogSearch(search: Record<string, unknown>): LogSearch {
  const range = RANGES.find((known) => known === search.range);
  return {
    ...readPaging(search),
    ...readTexts(search, ["model", "key", "user"]),
    ...readCounts(search, ["from", "to", "type", "channel"]),
    ...(range && range !== DEFAULT_RANGE ? { range } : {}),
  };
}

/** Tells whether anything but the time range narrows the view. */
export function isFiltered({ type, model, key, user, channel }: LogSearch): boolean {
  return Boolean(type || model || key || user || channel);
}
