/* The change of a number against the period before. Pure. */

/** Returns the change against before in percent; null where either has no data. */
export function changeOf(
  value: number | null | undefined,
  before: number | null | undefined,
): number | null {
  if (value === null || value === undefined || !before) return null;
  return (value - before) / Math.abs(before);
}
