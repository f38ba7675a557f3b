/*
 * How a charge came about, line by line, from the ratios that the row itself carries. Explains only:
 * the amount charged is the row's quota, never this sum. Pure.
 */
import type { LogRow } from "@/api/shapes";
import type { Facts } from "./other";

export type Line = {
  label: "input" | "cached" | "cacheWrite" | "output" | "call";
  count: number;
  /** Quota of one token (or call), before the group's ratio. */
  each: number;
  /** Quota of the line after the group's ratio; not rounded. */
  quota: number;
};

/** Returns the lines, or none when the row does not say how it was priced. */
export function breakdown(row: LogRow, facts: Facts, perUnit: number): Line[] {
  const line = (label: Line["label"], count: number, each: number): Line => ({
    label,
    count,
    each,
    quota: count * each * facts.groupRatio,
  });
  if (facts.callPrice !== null) return [line("call", 1, facts.callPrice * perUnit)];
  const { modelRatio } = facts;
  if (modelRatio === null) return [];
  const { cachedTokens, cacheWriteTokens } = facts;
  const plain = Math.max(0, row.prompt_tokens - cachedTokens - cacheWriteTokens);
  return [
    line("input", plain, modelRatio),
    line("cached", cachedTokens, modelRatio * facts.cacheRatio),
    line("cacheWrite", cacheWriteTokens, modelRatio * facts.cacheWriteRatio),
    line("output", row.completion_tokens, modelRatio * facts.completionRatio),
  ].filter((entry) => entry.count > 0);
}

/** Returns dollars as text for a fractional quota: six digits, no trailing zeros beyond cents. */
export function fractionalMoney(quota: number, perUnit: number): string {
  const dollars = (quota / perUnit).toFixed(8).replace(/0+$/, "");
  const [whole = "0", fraction = ""] = dollars.split(".");
  return `$${whole}.${fraction.padEnd(2, "0")}`;
}
