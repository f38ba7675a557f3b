import { describe, expect, it } from "vitest";
import { settingFault, shownText } from "./fits";

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
});
