/* Log rows and their totals; an admin sees everybody's, a user the own ones. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, dataOf } from "@/api/client";
import { isAdmin } from "@/api/session";
import { rangeBounds } from "@/lib/time";
import { DEFAULT_RANGE, type LogSearch } from "./search";

export const DEFAULT_SIZE = 20;
const REFRESH_MS = 10_000;

function bounds(search: LogSearch): { from: number; to: number } {
  const { from, to, range = DEFAULT_RANGE } = search;
  if (from !== undefined && to !== undefined) return { from, to };
  return rangeBounds(range, new Date());
}

/** Names as typed match anywhere: the family's search takes SQL patterns. */
function pattern(text = ""): string {
  return text !== "" && !text.includes("%") ? `%${text}%` : text;
}

function filters(search: LogSearch) {
  const { from, to } = bounds(search);
  return {
    start_timestamp: from,
    end_timestamp: to,
    type: search.type ?? 0,
    model_name: pattern(search.model),
    token_name: search.key ?? "",
    ...(isAdmin() ? { username: search.user ?? "", channel: search.channel ?? 0 } : {}),
  };
}

/** A page of rows; the first page follows what happens. */
export function useLogs(search: LogSearch) {
  const { p = 1, size = DEFAULT_SIZE } = search;
  return useQuery({
    queryKey: ["logs", search],
    queryFn: () => {
      const query = { ...filters(search), p: String(p), page_size: String(size) };
      return isAdmin()
        ? dataOf(api.GET("/api/log/", { params: { query } }))
        : dataOf(api.GET("/api/log/self", { params: { query } }));
    },
    placeholderData: keepPreviousData,
    refetchInterval: p === 1 && search.to === undefined ? REFRESH_MS : false,
  });
}

/** Spend of the view, requests and tokens of the last minute. */
export function useLogStat(search: LogSearch) {
  const { p: _page, size: _size, ...view } = search;
  return useQuery({
    queryKey: ["logs", "stat", view],
    queryFn: () => {
      const query = filters(search);
      return isAdmin()
        ? dataOf(api.GET("/api/log/stat", { params: { query } }))
        : dataOf(api.GET("/api/log/self/stat", { params: { query } }));
    },
    placeholderData: keepPreviousData,
    refetchInterval: search.to === undefined ? REFRESH_MS : false,
  });
}
