/* Joins class names, leaving out what is falsy. */

/** Returns the truthy class names, joined by a space. */
export function cn(...names: (string | false | null | undefined)[]): string {
  return names.filter(Boolean).join(" ");
}
