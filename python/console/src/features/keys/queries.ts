/* The caller's keys: list, create, change, delete, and the texts a form needs. */
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, dataOf, wholeOf } from "@/api/client";
import type { Key, KeyChange, KeyInput } from "@/api/shapes";
import type { KeySearch } from "./search";

export const DEFAULT_SIZE = 20;

/** A page of the caller's keys. */
export function useKeys(search: KeySearch) {
  const { p = 1, size = DEFAULT_SIZE, q = "" } = search;
  const paging = { p: String(p), page_size: String(size) };
  return useQuery({
    queryKey: ["keys", "list", p, size, q],
    queryFn: () =>
      q
        ? dataOf(api.GET("/api/token/search", { params: { query: { ...paging, keyword: q } } }))
        : dataOf(api.GET("/api/token/", { params: { query: paging } })),
    placeholderData: keepPreviousData,
  });
}

/** The models that the caller may use. */
export function useOwnModels() {
  return useQuery({
    queryKey: ["models", "own"],
    queryFn: async () => (await dataOf(api.GET("/api/user/models"))) ?? [],
    staleTime: 60_000,
  });
}

/** The groups that the caller may use, with their ratios. */
export function useOwnGroups() {
  return useQuery({
    queryKey: ["groups", "own"],
    queryFn: () => dataOf(api.GET("/api/user/self/groups")),
    staleTime: 60_000,
  });
}

/** Returns the whole text of a key, `sk-` included. */
async function revealKey({ id, key }: Key): Promise<string> {
  const whole = key.includes("*")
    ? (await dataOf(api.POST("/api/token/{id}/key", { params: { path: { id } } }))).key
    : key;
  return whole.startsWith("sk-") ? whole : `sk-${whole}`;
}

/** Creates a key and reads it back: the family's answer to a creation names neither id nor key. */
async function createKey(body: KeyInput): Promise<string> {
  await wholeOf(api.POST("/api/token/", { body }));
  const newest = await dataOf(api.GET("/api/token/", { params: { query: { p: "1" } } }));
  const created = newest.items.find((key) => key.name === body.name);
  if (!created) throw new Error("the new key is not in the list");
  return revealKey(created);
}

function useKeyMutation<Input, Output>(mutationFn: (input: Input) => Promise<Output>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn,
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["keys"] }),
  });
}

/** Creates a key; the result is its whole text. */
export function useCreateKey() {
  return useKeyMutation(createKey);
}

/** Changes everything but the status. */
export function useUpdateKey() {
  return useKeyMutation((body: KeyChange) => wholeOf(api.PUT("/api/token/", { body })));
}

/** Switches a key on or off. */
export function useSetKeyStatus() {
  return useKeyMutation((body: { id: number; status: number }) =>
    wholeOf(api.PUT("/api/token/", { params: { query: { status_only: "true" } }, body })),
  );
}

/** Deletes a key. */
export function useDeleteKey() {
  return useKeyMutation((id: number) =>
    wholeOf(api.DELETE("/api/token/{id}", { params: { path: { id } } })),
  );
}

/** Shows a key again, where the server allows it. */
export function useRevealKey() {
  return useMutation({ mutationFn: revealKey });
}

/** Asks the relay which models this key sees: the smallest call that proves a key. */
export function useTryKey() {
  return useMutation({
    mutationFn: async (key: string) => {
      const answer = await fetch("/v1/models", { headers: { Authorization: `Bearer ${key}` } });
      const body = (await answer.json()) as { data?: unknown[]; error?: { message?: string } };
      if (!answer.ok) throw new Error(body.error?.message ?? `HTTP ${answer.status}`);
      return body.data?.length ?? 0;
    },
  });
}
