/* Users as an administrator sees them: list, add, change, money, standing, what they may read. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, dataOf, wholeOf } from "@/api/client";
import type { User, UserChange, UserInput } from "@/api/shapes";
import { DEFAULT_SIZE } from "@/common/list-page";
import type { UserSearch } from "./search";

export const USERS = "users";
export const GRANTS = "grants";

/** A page of users, deleted ones included. */
export function useUsers(search: UserSearch) {
  const { p = 1, size = DEFAULT_SIZE, q = "", group = "", role, status } = search;
  return useQuery({
    queryKey: [USERS, p, size, q, group, role, status],
    queryFn: () => {
      const query = {
        p: String(p),
        page_size: String(size),
        keyword: q,
        group,
        role: role ? String(role) : "",
        status: status ? String(status) : "",
      };
      return dataOf(api.GET("/api/user/search", { params: { query } }));
    },
    placeholderData: keepPreviousData,
  });
}

/** The names of all groups. */
export function useGroupNames() {
  return useQuery({
    queryKey: ["groups", "names"],
    queryFn: () => dataOf(api.GET("/api/group/")),
    staleTime: 60_000,
  });
}

/** Adds a user; throws ApiError. */
export function addUser(body: UserInput) {
  return wholeOf(api.POST("/api/user/", { body }));
}

/** Changes a user's names, group, password or remark; throws ApiError. */
export function changeUser(body: UserChange) {
  return wholeOf(api.PUT("/api/user/", { body }));
}

export type Standing = "enable" | "disable" | "promote" | "demote" | "delete";

/** Changes a user's standing; throws ApiError with the rule that forbids it. */
export function manageUser(id: number, action: Standing) {
  return wholeOf(api.POST("/api/user/manage", { body: { id, action } }));
}

/** Moves a user's balance by an amount of quota above zero; throws ApiError. */
export function moveQuota(id: number, mode: "add" | "subtract", value: number) {
  return wholeOf(api.POST("/api/user/manage", { body: { id, action: "add_quota", mode, value } }));
}

/** Takes a user's second factor or passkey away; throws ApiError. */
export function resetFactor({ id }: User, kind: "2fa" | "reset_passkey") {
  const params = { path: { id } };
  return kind === "2fa"
    ? wholeOf(api.DELETE("/api/user/{id}/2fa", { params }))
    : wholeOf(api.DELETE("/api/user/{id}/reset_passkey", { params }));
}
