/* The figures of the overview, and whether the first steps are done. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { call } from "@/api/client";
import type { Channel, Key, Overview, Page } from "@/api/shapes";
import { type Range, rangeBounds } from "@/lib/time";

const REFRESH_MS = 15_000;

/** The figures of a range, refreshed while the page is open. */
export function useOverview(range: Range, scope: "self" | "all") {
  return useQuery({
    queryKey: ["overview", range, scope],
    queryFn: () =>
      call<Overview>("GET", "/api/weirgate/overview", {
        query: { ...rangeBounds(range, new Date()), scope },
      }),
    refetchInterval: REFRESH_MS,
    placeholderData: keepPreviousData,
  });
}

/** How many channels there are; asked only where the caller may know. */
export function useChannelCount(enabled: boolean) {
  return useQuery({
    queryKey: ["channels", "count"],
    queryFn: () => call<Page<Channel>>("GET", "/api/channel/", { query: { p: 1, page_size: 1 } }),
    select: (page) => page.total,
    enabled,
  });
}

/** How many keys the caller has. */
export function useKeyCount(enabled: boolean) {
  return useQuery({
    queryKey: ["keys", "count"],
    queryFn: () => call<Page<Key>>("GET", "/api/token/", { query: { p: 1, size: 1 } }),
    select: (page) => page.total,
    enabled,
  });
}
