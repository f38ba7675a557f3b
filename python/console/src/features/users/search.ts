/* What the users' address holds. */
import { readCounts, readPaging, readTexts } from "@/lib/address";

export type UserSearch = {
  p?: number;
  size?: number;
  q?: string;
  group?: string | undefined;
  role?: number | undefined;
  status?: number | undefined;
  new?: true;
};

/** Drops what is not known or is the default. */
export function readUserSearch(search: Record<string, unknown>): UserSearch {
  return {
    ...readPaging(search),
    ...readTexts(search, ["q", "group"]),
    ...readCounts(search, ["role", "status"]),
    ...(search.new === true ? { new: true } : {}),
  };
}

/** Tells whether anything narrows the list. */
export function isFiltered({ q, group, role, status }: UserSearch): boolean {
  return Boolean(q || group || role || status);
}
