/* What the address of the operations page holds. */

export const TABS = ["jobs", "history", "ledger", "nodes", "backup"] as const;
export type Tab = (typeof TABS)[number];
export type OperationsSearch = { tab?: Tab; kind?: "channel" | "option" | undefined };

/** Drops what is not known or is the default. */
export function readOperationsSearch(search: Record<string, unknown>): OperationsSearch {
  const tab = TABS.find((one) => one === search.tab);
  const { kind } = search;
  return {
    ...(tab && tab !== "jobs" ? { tab } : {}),
    ...(kind === "channel" || kind === "option" ? { kind } : {}),
  };
}
