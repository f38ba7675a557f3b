/* What is said about models and vendors in the price list: list, add, change, delete. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, dataOf, wholeOf } from "@/api/client";
import type { ModelNoteInput, VendorInput } from "@/api/shapes";
import { DEFAULT_SIZE } from "@/common/list-page";
import type { ModelSearch } from "./search";

export const MODELS = "model-notes";
export const VENDORS = "vendors";
const ALL_VENDORS = "100";

/** A page of descriptions. */
export function useModelNotes({ p = 1, size = DEFAULT_SIZE, q = "" }: ModelSearch) {
  return useQuery({
    queryKey: [MODELS, p, size, q],
    queryFn: () => {
      const paging = { p: String(p), page_size: String(size) };
      return q
        ? dataOf(api.GET("/api/models/search", { params: { query: { ...paging, keyword: q } } }))
        : dataOf(api.GET("/api/models/", { params: { query: paging } }));
    },
    placeholderData: keepPreviousData,
  });
}

/** Models that are served and that nothing is said about. */
export function useMissing() {
  return useQuery({
    queryKey: [MODELS, "missing"],
    queryFn: async () => (await wholeOfMissing()).data,
  });
}

async function wholeOfMissing() {
  const { data } = await api.GET("/api/models/missing");
  return data ?? { data: [] };
}

/** A page of vendors. */
export function useVendors({ p = 1, size = DEFAULT_SIZE, q = "" }: ModelSearch) {
  return useQuery({
    queryKey: [VENDORS, p, size, q],
    queryFn: () => {
      const paging = { p: String(p), page_size: String(size) };
      return q
        ? dataOf(api.GET("/api/vendors/search", { params: { query: { ...paging, keyword: q } } }))
        : dataOf(api.GET("/api/vendors/", { params: { query: paging } }));
    },
    placeholderData: keepPreviousData,
  });
}

/** The vendors to choose from. */
export function useVendorNames() {
  return useQuery({
    queryKey: [VENDORS, "names"],
    queryFn: async () => {
      const params = { query: { page_size: ALL_VENDORS } };
      return (await dataOf(api.GET("/api/vendors/", { params }))).items;
    },
    staleTime: 60_000,
  });
}

/** Adds or changes a description; throws ApiError. */
export function saveModelNote(body: ModelNoteInput) {
  return body.id
    ? wholeOf(api.PUT("/api/models/", { body }))
    : wholeOf(api.POST("/api/models/", { body }));
}

/** Deletes a description; the model itself stays. Throws ApiError. */
export function deleteModelNote(id: number) {
  return wholeOf(api.DELETE("/api/models/{id}", { params: { path: { id } } }));
}

/** Adds or changes a vendor; throws ApiError. */
export function saveVendor(body: VendorInput) {
  return body.id
    ? wholeOf(api.PUT("/api/vendors/", { body }))
    : wholeOf(api.POST("/api/vendors/", { body }));
}

/** Deletes a vendor; throws ApiError. */
export function deleteVendor(id: number) {
  return wholeOf(api.DELETE("/api/vendors/{id}", { params: { path: { id } } }));
}
