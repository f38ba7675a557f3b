/* Reading filters out of an address without trust: what does not fit is dropped. Pure. */

type Address = Record<string, unknown>;

const LARGEST_PAGE = 100;

/** Returns those of the names that hold a whole number above zero. */
export function readCounts<Name extends string>(
  search: Address,
  names: readonly Name[],
): { [N in Name]?: number } {
  const kept: { [N in Name]?: number } = {};
  for (const name of names) {
    const value = search[name];
    if (typeof value === "number" && Number.isInteger(value) && value > 0) kept[name] = value;
  }
  return kept;
}

/** Returns those of the names that hold a text; a number was a text that looked like one. */
export function readTexts<Name extends string>(
  search: Address,
  names: readonly Name[],
): { [N in Name]?: string } {
  const kept: { [N in Name]?: string } = {};
  for (const name of names) {
    const value = search[name];
    const known = typeof value === "string" || typeof value === "number";
    if (known && value !== "") kept[name] = String(value);
  }
  return kept;
}

/** Returns page and page size; the first page and an impossible size stay out of the address. */
export function readPaging(search: Address): { p?: number; size?: number } {
  const { p, size } = readCounts(search, ["p", "size"]);
  return {
    ...(p !== undefined && p > 1 ? { p } : {}),
    ...(size !== undefined && size <= LARGEST_PAGE ? { size } : {}),
  };
}
