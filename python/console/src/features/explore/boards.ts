/* The boards: questions that are asked often, one click each. */
import type { ExploreSearch } from "./search";

export type BoardName =
  | "models"
  | "growth"
  | "latency"
  | "margin"
  | "errors"
  | "cache"
  | "keys"
  | "channels"
  | "slow"
  | "mine";

export type Board = { name: BoardName; search: ExploreSearch };

const BOARDS: readonly Board[] = [
  { name: "models", search: { metrics: "spend,requests,tokens", by: "model" } },
  {
    name: "growth",
    search: { metrics: "spend,requests", by: "user", compare: true, growth: true },
  },
  {
    name: "latency",
    search: {
      metrics: "ttft_p95,ttft_p50,ttft_p99,requests",
      by: "channel",
      rollup: "hour",
      range: "24h",
    },
  },
  {
    name: "margin",
    search: { metrics: "margin,margin_share,spend,cost,cost_known_share", by: "group" },
  },
  { name: "errors", search: { metrics: "error_rate,errors,requests", by: "provider" } },
  { name: "cache", search: { metrics: "cache_share,cached_tokens,prompt_tokens", by: "key" } },
  { name: "keys", search: { metrics: "spend,requests,tokens", by: "key" } },
  {
    name: "channels",
    search: { metrics: "spend,requests,error_rate,ttft_p95", by: "channel" },
  },
  {
    name: "slow",
    search: { metrics: "duration_p95,duration_p50,duration_p99,tokens_per_second", by: "model" },
  },
  { name: "mine", search: { metrics: "error_rate,errors,requests", by: "model" } },
];

/** Returns the boards whose names the caller may all ask for. */
export function boardsFor(metrics: readonly string[], dimensions: readonly string[]): Board[] {
  return BOARDS.filter(
    ({ search }) =>
      (search.metrics ?? "").split(",").every((name) => metrics.includes(name)) &&
      dimensions.includes(search.by ?? ""),
  );
}
