/* Long work of the relay: tasks (video, music) and drawings; an administrator sees everybody's. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, dataOf } from "@/api/client";
import { isAdmin } from "@/api/session";
import { DEFAULT_SIZE } from "@/common/list-page";
import type { TaskSearch } from "./search";

/** A page of tasks, newest first; `q` is a task's number at the provider. */
export function useTasks({ p = 1, size = DEFAULT_SIZE, q = "" }: TaskSearch) {
  return useQuery({
    queryKey: ["tasks", p, size, q],
    queryFn: () => {
      const params = { query: { p: String(p), page_size: String(size), task_id: q } };
      return isAdmin()
        ? dataOf(api.GET("/api/task/", { params }))
        : dataOf(api.GET("/api/task/self", { params }));
    },
    placeholderData: keepPreviousData,
  });
}

/** A page of drawings, newest first. */
export function useDrawings({ p = 1, size = DEFAULT_SIZE, q = "" }: TaskSearch) {
  return useQuery({
    queryKey: ["drawings", p, size, q],
    queryFn: () => {
      const params = { query: { p: String(p), page_size: String(size), mj_id: q } };
      return isAdmin()
        ? dataOf(api.GET("/api/mj/", { params }))
        : dataOf(api.GET("/api/mj/self", { params }));
    },
    placeholderData: keepPreviousData,
  });
}
