/* Channels: list, add, change, test, delete, and what an upstream offers. */
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ApiError, api, dataOf, wholeOf } from "@/api/client";
import type { AddMode, ChannelChange, ChannelInput } from "@/api/shapes";
import type { ChannelSearch } from "./search";

export const DEFAULT_SIZE = 20;

/** A page of channels, best priority first. */
export function useChannels(search: ChannelSearch) {
  const { p = 1, size = DEFAULT_SIZE, q, model, status, type } = search;
  return useQuery({
    queryKey: ["channels", "list", search],
    queryFn: () => {
      const paging = { p: String(p), page_size: String(size) };
      const kind = { status: status ?? "", type: type ? String(type) : "" };
      const query = { ...paging, ...kind, keyword: q ?? "", model: model ?? "" };
      return q || model
        ? dataOf(api.GET("/api/channel/search", { params: { query } }))
        : dataOf(api.GET("/api/channel/", { params: { query } }));
    },
    placeholderData: keepPreviousData,
  });
}

/** The names of all groups. */
export function useGroups() {
  return useQuery({
    queryKey: ["groups"],
    queryFn: () => dataOf(api.GET("/api/group/")),
    staleTime: 60_000,
  });
}

function useChannelMutation<Input, Output>(mutationFn: (input: Input) => Promise<Output>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn,
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["channels"] }),
  });
}

export type NewChannel = { mode: AddMode; channel: ChannelInput };

/** Adds one channel, or one a key. */
export function useAddChannel() {
  return useChannelMutation(({ mode, channel }: NewChannel) =>
    wholeOf(api.POST("/api/channel/", { body: { mode, multi_key_mode: "random", channel } })),
  );
}

/** Changes a channel; an empty key keeps the stored one. */
export function useUpdateChannel() {
  return useChannelMutation((body: ChannelChange) => wholeOf(api.PUT("/api/channel/", { body })));
}

/** Switches a channel on (1) or off (2). */
export function useSetChannelStatus() {
  return useChannelMutation((body: { id: number; status: number }) =>
    wholeOf(api.PUT("/api/channel/", { body })),
  );
}

/** Deletes a channel. */
export function useDeleteChannel() {
  return useChannelMutation((id: number) =>
    wholeOf(api.DELETE("/api/channel/{id}", { params: { path: { id } } })),
  );
}

/** Sends one tiny call through a channel; a refusal is a result, not a failure of the console. */
export function useTestChannel() {
  return useChannelMutation(async ({ id, model }: { id: number; model: string }) => {
    try {
      const params = { path: { id }, query: { model } };
      return await wholeOf(api.GET("/api/channel/test/{id}", { params }));
    } catch (error) {
      if (error instanceof ApiError && error.kind === "refused") {
        return { success: false, message: error.message, time: 0 };
      }
      throw error;
    }
  });
}

export type Upstream = { id: number | undefined; type: number; baseUrl: string; key: string };

/** Asks the upstream for its models: by the stored key, or by the one just typed. */
export function useFetchModels() {
  return useMutation({
    mutationFn: async ({ id, type, baseUrl, key }: Upstream) => {
      const stored = id !== undefined && key === "";
      const models = stored
        ? await dataOf(api.GET("/api/channel/fetch_models/{id}", { params: { path: { id } } }))
        : await dataOf(
            api.POST("/api/channel/fetch_models", { body: { type, base_url: baseUrl, key } }),
          );
      return [...new Set(models)].sort((a, b) => a.localeCompare(b));
    },
  });
}
