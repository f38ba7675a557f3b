import { describe, expect, it } from "vitest";
import { options } from "@/locales/en-options";
import { settingFault, shownText } from "./fits";
import { OPTIONS, type OptionSpec } from "./options";
import { optionNote } from "./texts";

describe("the text of a setting", () => {
  it("fits its kind", () => {
    expect(settingFault("int", "12")).toBeNull();
    expect(settingFault("int", "1.2")).toBe("settings.faultInt");
    expect(settingFault("decimal", "7.30")).toBeNull();
    expect(settingFault("decimal", "seven")).toBe("settings.faultDecimal");
    expect(settingFault("json", "[1, 2]")).toBeNull();
    expect(settingFault("json", "")).toBeNull();
    expect(settingFault("json", "{")).toBe("settings.faultJson");
    expect(settingFault("text", "{")).toBeNull();
  });

  it("is shown with one member a line when it is JSON", () => {
    expect(shownText("json", '{"a":1}')).toBe('{\n  "a": 1\n}');
    expect(shownText("json", "broken")).toBe("broken");
    expect(shownText("text", '{"a":1}')).toBe('{"a":1}');
  });

  it("has a note of its own", () => {
    const all = Object.values<readonly OptionSpec[]>(OPTIONS).flat();
    const without = all.filter(({ key }) => !(optionNote(key).slice("options.".length) in options));
    expect(without).toEqual([]);
  });
});
