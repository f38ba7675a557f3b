/* The models of the price list: read out of the server's loosely typed rows, and found. Pure. */
import type { MarketSearch } from "./search";

export type MarketModel = {
  name: string;
  description: string;
  tags: string[];
  vendor: number;
  isByCall: boolean;
  ratio: number;
  completionRatio: number;
  cacheRatio: number | null;
  callPrice: number;
  groups: string[];
};

/** Reads one row; what is missing is empty. */
export function marketModel(row: Record<string, unknown>): MarketModel {
  const number = (name: string) => (typeof row[name] === "number" ? row[name] : 0);
  const text = (name: string) => (typeof row[name] === "string" ? row[name] : "");
  return {
    name: text("model_name"),
    description: text("description"),
    tags: text("tags")
      .split(",")
      .map((tag) => tag.trim())
      .filter(Boolean),
    vendor: number("vendor_id"),
    isByCall: number("quota_type") === 1,
    ratio: number("model_ratio"),
    completionRatio: number("completion_ratio"),
    cacheRatio: typeof row.cache_ratio === "number" ? row.cache_ratio : null,
    callPrice: number("model_price"),
    groups: Array.isArray(row.enable_groups) ? row.enable_groups.map(String) : [],
  };
}

/** Returns the models that the filters leave, by name. */
export function found(models: MarketModel[], { q = "", group, vendor }: MarketSearch) {
  const word = q.toLowerCase();
  return models
    .filter((model) => !group || model.groups.includes(group))
    .filter((model) => !vendor || model.vendor === vendor)
    .filter((model) =>
      `${model.name} ${model.description} ${model.tags.join(" ")}`.toLowerCase().includes(word),
    )
    .sort((a, b) => a.name.localeCompare(b.name));
}
