/* The price list of the models that the caller may use. */
import { useQuery } from "@tanstack/react-query";
import { api, bodyOf } from "@/api/client";
import { marketModel } from "./models";

/** All models with their prices, groups and vendors. */
export function useMarket() {
  return useQuery({
    queryKey: ["market"],
    queryFn: async () => {
      const answer = await bodyOf(api.GET("/api/pricing"));
      return { ...answer, models: answer.data.map(marketModel) };
    },
    staleTime: 60_000,
  });
}
