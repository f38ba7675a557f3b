/** Returns the text of every generated module by its file name. */
export function generated(): Promise<Record<string, string>>;
