/*
 * Server state that the whole console shares: setup, status, the own account. Everything else
 * belongs to a feature's own queries.ts.
 */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { formatMoney, formatMoneyShort } from "@/lib/money";
import { api, dataOf } from "./client";

const DEFAULT_UNIT = 500_000;

export const setupQuery = queryOptions({
  queryKey: ["setup"],
  queryFn: () => dataOf(api.GET("/api/setup")),
  staleTime: Number.POSITIVE_INFINITY,
});

const statusQuery = queryOptions({
  queryKey: ["status"],
  queryFn: () => dataOf(api.GET("/api/status")),
  staleTime: 5 * 60_000,
});

export const selfQuery = queryOptions({
  queryKey: ["self"],
  queryFn: () => dataOf(api.GET("/api/user/self")),
  staleTime: 15_000,
});

/** Money formatting with the server's unit. */
export type Money = {
  unit: number;
  exact: (quota: number) => string;
  short: (quota: number) => string;
};

/** Returns the formatter of amounts; the family's default unit holds until the status is there. */
export function useMoney(): Money {
  const unit = useQuery(statusQuery).data?.quota_per_unit || DEFAULT_UNIT;
  return useMemo(
    () => ({
      unit,
      exact: (quota: number) => formatMoney(quota, unit),
      short: (quota: number) => formatMoneyShort(quota, unit),
    }),
    [unit],
  );
}
