/* What the settings' address holds. */
import { readTexts } from "@/lib/address";
import { OPTIONS } from "./options";

export type SectionName = keyof typeof OPTIONS;
export const SECTION_NAMES = Object.keys(OPTIONS) as SectionName[];
export type SettingsSearch = { section?: SectionName; q?: string };

/** Drops what is not known or is the default. */
export function readSettingsSearch(search: Record<string, unknown>): SettingsSearch {
  const section = SECTION_NAMES.find((one) => one === search.section);
  return { ...(section && section !== "site" ? { section } : {}), ...readTexts(search, ["q"]) };
}
