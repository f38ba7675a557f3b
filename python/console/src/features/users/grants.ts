/* Whose usage a common user may read besides the own: the grant an administrator gives. */
import { useQuery } from "@tanstack/react-query";
import { api, bodyOf } from "@/api/client";
import { GRANTS } from "./queries";

export type GrantScope = "own" | "users" | "groups" | "all";

/** All grants. */
export function useGrants(enabled: boolean) {
  return useQuery({
    queryKey: [GRANTS],
    queryFn: () => bodyOf(api.GET("/api/weirgate/usage/grants")),
    enabled,
  });
}

/** Gives a grant, or takes it away with the scope "own"; throws ApiError. */
export async function setGrant(id: number, scope: GrantScope, groups: string[], users: number[]) {
  const params = { path: { id } };
  if (scope === "own") {
    const { response } = await api.DELETE("/api/weirgate/usage/grants/{id}", { params });
    if (response.ok || response.status === 404) return;
  }
  await bodyOf(
    api.PUT("/api/weirgate/usage/grants/{id}", { params, body: { scope, groups, users } }),
  );
}
