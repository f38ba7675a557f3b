/* The SQL editor's calls: what there is to ask, asking, and stopping. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { api, bodyOf } from "@/api/client";
import { type Range, rangeBounds } from "@/lib/time";

/** Tables and columns, and whether the editor is on. */
export function useSchema() {
  return useQuery({
    queryKey: ["sql", "schema"],
    queryFn: () => bodyOf(api.GET("/api/weirgate/analytics/sql/schema")),
  });
}

type Asked = { sql: string; range: Range };

/** Runs a text over the rows of a range. */
export function useRun() {
  return useMutation({
    mutationFn: ({ sql, range }: Asked) => {
      const { from, to } = rangeBounds(range, new Date());
      const body = {
        sql,
        range: {
          start: new Date(from * 1000).toISOString(),
          end: new Date(to * 1000).toISOString(),
        },
        limit: 1000,
      };
      return bodyOf(api.POST("/api/weirgate/analytics/sql", { body }));
    },
  });
}

/** Stops the caller's running query. */
export function useStop() {
  return useMutation({
    mutationFn: () => bodyOf(api.POST("/api/weirgate/analytics/sql/stop", { body: {} })),
  });
}
