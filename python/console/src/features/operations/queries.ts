/* Running the gateway: jobs, the history of edits, the ledger's proof, nodes. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { api, bodyOf } from "@/api/client";

export const JOBS = "jobs";
export const HISTORY = "history";
const HISTORY_PAGE = 50;
const BUSY_MS = 1000;
const IDLE_MS = 15_000;

/** All jobs, read often while one runs. */
export function useJobs() {
  return useQuery({
    queryKey: [JOBS],
    queryFn: () => bodyOf(api.GET("/api/weirgate/jobs")),
    refetchInterval: ({ state }) =>
      state.data?.some((job) => job.state !== "idle") ? BUSY_MS : IDLE_MS,
  });
}

/** Asks a job to run now; throws ApiError. */
export function runJob(name: string) {
  return bodyOf(api.POST("/api/weirgate/jobs/{name}/run", { params: { path: { name } } }));
}

/** Edits of channels and settings, newest first, page by page. */
export function useHistory(kind: "channel" | "option" | undefined) {
  return useInfiniteQuery({
    queryKey: [HISTORY, kind],
    queryFn: ({ pageParam }) => {
      const query = { kind: kind ?? ("" as const), before_id: pageParam, limit: HISTORY_PAGE };
      return bodyOf(api.GET("/api/weirgate/history", { params: { query } }));
    },
    initialPageParam: 0,
    getNextPageParam: (last) => (last.length < HISTORY_PAGE ? undefined : last.at(-1)?.id),
  });
}

/** One edit, and what going back would change now. */
export function useEdit(id: number | undefined) {
  return useQuery({
    queryKey: [HISTORY, "one", id],
    queryFn: () =>
      bodyOf(api.GET("/api/weirgate/history/{id}", { params: { path: { id: id ?? 0 } } })),
    enabled: id !== undefined,
  });
}

/** Goes back to before an edit; throws ApiError where something was edited since. */
export function revertEdit({ id, force }: { id: number; force: boolean }) {
  const params = { path: { id }, query: { force } };
  return bodyOf(api.POST("/api/weirgate/history/{id}/revert", { params }));
}

/** Compares every balance with the ledger; throws ApiError. */
export function verifyLedger() {
  return bodyOf(api.POST("/api/weirgate/ledger/verify"));
}

/** The processes that share this store. */
export function useNodes() {
  return useQuery({
    queryKey: ["nodes"],
    queryFn: () => bodyOf(api.GET("/api/weirgate/nodes")),
    refetchInterval: IDLE_MS,
  });
}
