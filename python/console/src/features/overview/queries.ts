/* The figures of the overview, and whether the first steps are done. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, bodyOf, dataOf } from "@/api/client";
import { type Range, rangeBounds } from "@/lib/time";

const REFRESH_MS = 15_000;

/** The figures since the range began, refreshed while the page is open. */
export function useOverview(range: Range) {
  return useQuery({
    queryKey: ["overview", range],
    queryFn: () => {
      const { from } = rangeBounds(range, new Date());
      const since = new Date(from * 1000).toISOString();
      return bodyOf(api.GET("/api/weirgate/overview", { params: { query: { since } } }));
    },
    refetchInterval: REFRESH_MS,
    placeholderData: keepPreviousData,
  });
}

const ONE = { params: { query: { p: "1", page_size: "1" } } };

/** How many channels there are; asked only where the caller may know. */
export function useChannelCount(enabled: boolean) {
  return useQuery({
    queryKey: ["channels", "count"],
    queryFn: () => dataOf(api.GET("/api/channel/", ONE)),
    select: (page) => page.total,
    enabled,
  });
}

/** How many keys the caller has. */
export function useKeyCount(enabled: boolean) {
  return useQuery({
    queryKey: ["keys", "count"],
    queryFn: () => dataOf(api.GET("/api/token/", ONE)),
    select: (page) => page.total,
    enabled,
  });
}
