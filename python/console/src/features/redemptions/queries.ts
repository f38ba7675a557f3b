/* Redemption codes: list, make a batch, change, switch, delete. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, dataOf, wholeOf } from "@/api/client";
import type { RedemptionChange, RedemptionInput } from "@/api/shapes";
import { DEFAULT_SIZE } from "@/common/list-page";
import type { RedemptionSearch } from "./search";

export const CODES = "redemptions";

/** A page of codes, newest first. */
export function useRedemptions({ p = 1, size = DEFAULT_SIZE, q = "" }: RedemptionSearch) {
  return useQuery({
    queryKey: [CODES, p, size, q],
    queryFn: () => {
      const paging = { p: String(p), page_size: String(size) };
      return q
        ? dataOf(
            api.GET("/api/redemption/search", { params: { query: { ...paging, keyword: q } } }),
          )
        : dataOf(api.GET("/api/redemption/", { params: { query: paging } }));
    },
    placeholderData: keepPreviousData,
  });
}

/** Makes a batch; the result is the codes, one a line to keep. Throws ApiError. */
export function makeCodes(body: RedemptionInput) {
  return dataOf(api.POST("/api/redemption/", { body }));
}

/** Changes name, worth or expiry; throws ApiError. */
export function changeCode(body: RedemptionChange) {
  return wholeOf(api.PUT("/api/redemption/", { body }));
}

/** Switches a code on (1) or off (2); throws ApiError. */
export function setCodeStatus(body: { id: number; status: number }) {
  const params = { query: { status_only: "true" } };
  return wholeOf(api.PUT("/api/redemption/", { params, body }));
}

/** Deletes a code; throws ApiError. */
export function deleteCode(id: number) {
  return wholeOf(api.DELETE("/api/redemption/{id}", { params: { path: { id } } }));
}

/** Deletes what is used, disabled or expired; the result is how many. Throws ApiError. */
export function deleteInvalid() {
  return dataOf(api.DELETE("/api/redemption/invalid"));
}
