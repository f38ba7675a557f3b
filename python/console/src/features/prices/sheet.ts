/* The price maps of the settings as one sheet of models, and one model's change of them. Pure. */

export const MAPS = ["ModelRatio", "CompletionRatio", "CacheRatio", "ModelPrice"] as const;
export type MapName = (typeof MAPS)[number];
export type Maps = Record<MapName, Record<string, number>>;

export type PriceLine = { model: string } & Record<MapName, number | null>;
export type PriceDraft = { model: string } & Record<MapName, string>;

export const EMPTY_PRICE: PriceDraft = {
  model: "",
  ModelRatio: "1",
  CompletionRatio: "",
  CacheRatio: "",
  ModelPrice: "",
};

/** Reads the maps out of the settings; one that does not read is empty. */
export function readMaps(settings: Map<string, string>): Maps {
  const read = (name: MapName) => {
    try {
      return JSON.parse(settings.get(name) || "{}") as Record<string, number>;
    } catch {
      return {};
    }
  };
  return {
    ModelRatio: read("ModelRatio"),
    CompletionRatio: read("CompletionRatio"),
    CacheRatio: read("CacheRatio"),
    ModelPrice: read("ModelPrice"),
  };
}

/** Returns one line a model that has a ratio or a price of its own, by name. */
export function priceLines(maps: Maps, word: string): PriceLine[] {
  const names = new Set(MAPS.flatMap((name) => Object.keys(maps[name])));
  return [...names]
    .filter((model) => model.toLowerCase().includes(word.toLowerCase()))
    .sort((a, b) => a.localeCompare(b))
    .map((model) => ({
      model,
      ModelRatio: maps.ModelRatio[model] ?? null,
      CompletionRatio: maps.CompletionRatio[model] ?? null,
      CacheRatio: maps.CacheRatio[model] ?? null,
      ModelPrice: maps.ModelPrice[model] ?? null,
    }));
}

/** Returns the form's state for a line. */
export function priceDraft(line: PriceLine): PriceDraft {
  const text = (name: MapName) => (line[name] === null ? "" : String(line[name]));
  return {
    model: line.model,
    ModelRatio: text("ModelRatio"),
    CompletionRatio: text("CompletionRatio"),
    CacheRatio: text("CacheRatio"),
    ModelPrice: text("ModelPrice"),
  };
}

/** Reads a typed ratio or price; empty is null, what is none is undefined. */
export function readNumber(text: string): number | null | undefined {
  if (text.trim() === "") return null;
  return /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : undefined;
}

/** Returns those maps that a model's change (null: its removal) alters, whole. */
export function changedMaps(maps: Maps, model: string, draft: PriceDraft | null): Partial<Maps> {
  const changed: Partial<Maps> = {};
  for (const name of MAPS) {
    const next = draft ? (readNumber(draft[name]) ?? null) : null;
    if ((maps[name][model] ?? null) === next) continue;
    const { [model]: _, ...others } = maps[name];
    changed[name] = next === null ? others : { ...others, [model]: next };
  }
  return changed;
}

/** Output ratios in force by model: as calls pay them where served, else as shipped by name. */
export type OutputRatios = { served: Map<string, number>; shipped: Map<string, number> };

type ServedRow = Record<string, unknown>;
type ShippedRow = { model: string; type: string; input: number; output: number };

/** Reads the ratios out of the price list and out of the shipped prices. */
export function outputRatios(served: ServedRow[], shipped: ShippedRow[]): OutputRatios {
  const byTokens = shipped.filter(({ type, input }) => type === "tokens" && input > 0);
  return {
    served: new Map(served.map((row) => [String(row.model_name), Number(row.completion_ratio)])),
    shipped: new Map(byTokens.map(({ model, input, output }) => [model, output / input])),
  };
}

/** Returns what a line's output costs to its input, and whether the name alone says so. */
export function outputRatio(
  { model, CompletionRatio: own }: PriceLine,
  known: OutputRatios | undefined,
): { ratio: number | null; isBuiltIn: boolean } {
  const ratio = known?.served.get(model) ?? own ?? known?.shipped.get(model) ?? null;
  return { ratio, isBuiltIn: ratio !== null && ratio !== own };
}
