/* What the address of Explore holds: the whole question, so that a link shows the same answer. */
import { readTexts } from "@/lib/address";

export const RANGES = ["today", "yesterday", "24h", "7d", "30d", "90d"] as const;
export type Range = (typeof RANGES)[number];

export const ROLLUPS = ["hour", "day", "week", "month"] as const;
export type Rollup = (typeof ROLLUPS)[number];

export type ExploreSearch = {
  range?: Range;
  /** Comma list; the first is drawn, all are columns. */
  metrics?: string;
  by?: string;
  sub?: string;
  rollup?: Rollup;
  compare?: boolean;
  /** Order by the change against the period before. */
  growth?: boolean;
  /** dimension:value, separated by tabs. */
  only?: string;
  zone?: string;
};

export const DEFAULT_RANGE: Range = "7d";

/** Drops what is not known. */
export function readExploreSearch(search: Record<string, unknown>): ExploreSearch {
  const range = RANGES.find((known) => known === search.range);
  const rollup = ROLLUPS.find((known) => known === search.rollup);
  return {
    ...readTexts(search, ["metrics", "by", "sub", "only", "zone"]),
    ...(range ? { range } : {}),
    ...(rollup ? { rollup } : {}),
    ...(search.compare === true ? { compare: true } : {}),
    ...(search.growth === true ? { growth: true } : {}),
  };
}

export type Only = { dimension: string; value: string };

/** Reads the filters of an address. */
export function readOnly(text = ""): Only[] {
  return text
    .split("\t")
    .map((part) => part.split(":"))
    .filter((part) => part.length > 1)
    .map(([dimension = "", ...rest]) => ({ dimension, value: rest.join(":") }));
}

/** Writes filters for an address. */
export function writeOnly(list: Only[]): string {
  return list.map(({ dimension, value }) => `${dimension}:${value}`).join("\t");
}
