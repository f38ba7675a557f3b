/* The price maps, which are settings: read together, written one map at a time. */
import { useQuery } from "@tanstack/react-query";
import { api, bodyOf, dataOf, wholeOf } from "@/api/client";
import { changedMaps, type Maps, outputRatios, type PriceDraft, readMaps } from "./sheet";

export const PRICES = "prices";

async function readPrices(): Promise<Maps> {
  const rows = await dataOf(api.GET("/api/option/"));
  return readMaps(new Map(rows.map((row) => [row.key, row.value])));
}

/** The price maps. */
export function usePrices() {
  return useQuery({ queryKey: [PRICES], queryFn: readPrices });
}

/** The output ratios that hold, also those that are nobody's setting. */
export function useOutputRatios() {
  return useQuery({
    queryKey: [PRICES, "output"],
    queryFn: async () => {
      const shipped = dataOf(api.GET("/api/prices", { params: { query: { type: "default" } } }));
      const served = bodyOf(api.GET("/api/pricing"));
      return outputRatios((await served).data, await shipped);
    },
  });
}

/** Sets (or with null removes) a model's prices in the maps as they are now; throws ApiError. */
export async function savePrice({ model, draft }: { model: string; draft: PriceDraft | null }) {
  const changed = changedMaps(await readPrices(), model, draft);
  for (const [key, map] of Object.entries(changed)) {
    await wholeOf(api.PUT("/api/option/", { body: { key, value: JSON.stringify(map) } }));
  }
}

/** Puts the shipped prices back; throws ApiError. */
export function resetPrices() {
  return wholeOf(api.POST("/api/option/rest_model_ratio"));
}
