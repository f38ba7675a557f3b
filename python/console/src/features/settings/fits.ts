/* What may be typed into a setting of a kind; the server has the last word. Pure. */
import type { OptionKind } from "./options";

export type SettingFault = "settings.faultInt" | "settings.faultDecimal" | "settings.faultJson";

/** Returns what is wrong with a text, null when the server may see it. */
export function settingFault(kind: OptionKind, text: string): SettingFault | null {
  if (kind === "int") return /^-?\d+$/.test(text.trim()) ? null : "settings.faultInt";
  if (kind === "decimal") {
    return /^-?\d+(\.\d+)?$/.test(text.trim()) ? null : "settings.faultDecimal";
  }
  if (kind !== "json" || text.trim() === "") return null;
  try {
    JSON.parse(text);
    return null;
  } catch {
    return "settings.faultJson";
  }
}

/** Returns JSON with one member a line, other texts as they are. */
export function shownText(kind: OptionKind, text: string): string {
  if (kind !== "json" || text.trim() === "") return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
