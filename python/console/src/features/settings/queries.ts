/* The settings of the server: what is stored, and saving one. Secrets are never sent back. */
import { useQuery } from "@tanstack/react-query";
import { api, dataOf, wholeOf } from "@/api/client";

export const SETTINGS = "options";

/** The value of every setting that may be read, by key. */
export function useSettings() {
  return useQuery({
    queryKey: [SETTINGS],
    queryFn: async () => {
      const rows = await dataOf(api.GET("/api/option/"));
      return new Map(rows.map((row) => [row.key, row.value]));
    },
    staleTime: 30_000,
  });
}

/** Saves one setting; throws ApiError with what does not fit. */
export function saveSetting(key: string, value: string) {
  return wholeOf(api.PUT("/api/option/", { body: { key, value } }));
}
