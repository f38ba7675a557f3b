/* Questions to the analytics API, saved views, and downloads. */
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, bodyOf } from "@/api/client";
import type { AnalyticsQuestion, ExportFormat } from "@/api/shapes";
import { groupsQuestion, seriesQuestion } from "./question";
import type { ExploreSearch } from "./search";

const REFRESH_MS = 30_000;

/** What the caller may ask for. */
export function useCatalogue() {
  return useQuery({
    queryKey: ["explore", "catalogue"],
    queryFn: () => bodyOf(api.GET("/api/weirgate/analytics/catalogue")),
    staleTime: 5 * 60_000,
  });
}

function ask(body: AnalyticsQuestion) {
  return bodyOf(api.POST("/api/weirgate/analytics/query", { body }));
}

/** The groups of the whole range. */
export function useGroups(search: ExploreSearch) {
  return useQuery({
    queryKey: ["explore", "groups", search],
    queryFn: () => ask(groupsQuestion(search, new Date())),
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  });
}

/** The first groups, bucket by bucket. */
export function useSeries(search: ExploreSearch) {
  return useQuery({
    queryKey: ["explore", "series", search],
    queryFn: () => ask(seriesQuestion(search, new Date())),
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  });
}

/** Downloads the whole answer; the browser saves the file. */
export async function download(search: ExploreSearch, format: ExportFormat): Promise<void> {
  const { limit: _limit, ...query } = groupsQuestion(search, new Date());
  const call = api.POST("/api/weirgate/analytics/export", {
    body: { query, format },
    parseAs: "blob",
  });
  const blob = (await bodyOf<unknown>(call)) as Blob;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `usage.${format}`;
  link.click();
  URL.revokeObjectURL(link.href);
}

const VIEWS = ["explore", "views"];

/** Own and shared views. */
export function useViews() {
  return useQuery({
    queryKey: VIEWS,
    queryFn: () =>
      bodyOf(api.GET("/api/weirgate/analytics/views", { params: { query: { kind: "explore" } } })),
  });
}

type NewView = { name: string; content: ExploreSearch; is_shared: boolean };

/** Saves the question of the page. */
export function useSaveView() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (view: NewView) =>
      bodyOf(api.POST("/api/weirgate/analytics/views", { body: { ...view, kind: "explore" } })),
    onSuccess: () => client.invalidateQueries({ queryKey: VIEWS }),
  });
}

/** Deletes an own view. */
export function useDeleteView() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (id: string) => {
      const call = api.DELETE("/api/weirgate/analytics/views/{id}", {
        params: { path: { id: Number(id) } },
      });
      await bodyOf<unknown>(call.then((answer) => ({ ...answer, data: answer.data ?? null })));
    },
    onSuccess: () => client.invalidateQueries({ queryKey: VIEWS }),
  });
}
