/* The catalogue's key of what a setting does: dots part the levels of a catalogue. */
import type { options } from "@/locales/en-options";

type OptionText = `options.${keyof typeof options}`;

/** Returns the key of a setting's note. */
export function optionNote(key: string): OptionText {
  return `options.${key.replaceAll(".", "-")}` as OptionText;
}
