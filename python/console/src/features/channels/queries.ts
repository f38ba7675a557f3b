/* Channels: list, add, change, test, delete, and what an upstream offers. */
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ApiError, call, callWhole } from "@/api/client";
import type { AddMode, Channel, ChannelInput, Page, TestResult } from "@/api/shapes";
import type { ChannelSearch } from "./search";

const LIST = "/api/channel/";
export const DEFAULT_SIZE = 20;

/** A page of channels, best priority first. */
export function useChannels(search: ChannelSearch) {
  const { p = 1, size = DEFAULT_SIZE, q, model, status, type } = search;
  return useQuery({
    queryKey: ["channels", "list", search],
    queryFn: () =>
      call<Page<Channel>>("GET", q || model ? "/api/channel/search" : LIST, {
        query: { p, page_size: size, keyword: q, model, status, type },
      }),
    placeholderData: keepPreviousData,
  });
}

/** The names of all groups. */
export function useGroups() {
  return useQuery({
    queryKey: ["groups"],
    queryFn: () => call<string[]>("GET", "/api/group/"),
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
    call("POST", LIST, { body: { mode, multi_key_mode: "random", channel } }),
  );
}

/** Changes a channel; an empty key keeps the stored one. */
export function useUpdateChannel() {
  return useChannelMutation((body: Partial<ChannelInput> & { id: number }) =>
    call("PUT", LIST, { body }),
  );
}

/** Switches a channel on (1) or off (2). */
export function useSetChannelStatus() {
  return useChannelMutation((body: { id: number; status: number }) => call("PUT", LIST, { body }));
}

/** Deletes a channel. */
export function useDeleteChannel() {
  return useChannelMutation((id: number) => call("DELETE", `${LIST}${id}`));
}

/** Sends one tiny call through a channel; a refusal is a result, not a failure of the console. */
export function useTestChannel() {
  return useChannelMutation(async ({ id, model }: { id: number; model: string }) => {
    try {
      return await callWhole<TestResult>("GET", `/api/channel/test/${id}`, { query: { model } });
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
      const models =
        id !== undefined && key === ""
          ? await call<string[]>("GET", `/api/channel/fetch_models/${id}`)
          : await call<string[]>("POST", "/api/channel/fetch_models", {
              body: { type, base_url: baseUrl, key },
            });
      return [...new Set(models)].sort((a, b) => a.localeCompare(b));
    },
  });
}
