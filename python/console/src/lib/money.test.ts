import { describe, expect, it } from "vitest";
import { formatMoney, formatMoneyShort, moneyInput, parseMoney } from "./money";

const UNIT = 500_000;

describe("formatMoney", () => {
  it.each([
    [0, "$0.00"],
    [1, "$0.000002"],
    [250, "$0.0005"],
    [500_000, "$1.00"],
    [617_283_945, "$1,234.56789"],
    [-250_000, "-$0.50"],
    [100_000_000, "$200.00"],
  ])("shows %d quota as %s", (quota, text) => {
    expect(formatMoney(quota, UNIT)).toBe(text);
  });

  it("stays exact where a float would not", () => {
    expect(formatMoney(9_007_199_254_740_991, UNIT)).toBe("$18,014,398,509.481982");
  });

  it("rounds half away from zero when the unit is finer than a millionth", () => {
    expect(formatMoney(5, 10_000_000)).toBe("$0.000001");
    expect(formatMoney(-5, 10_000_000)).toBe("-$0.000001");
    expect(formatMoney(4, 10_000_000)).toBe("$0.00");
  });
});

describe("formatMoneyShort", () => {
  it("shows cents from a dollar up and every digit below", () => {
    expect(formatMoneyShort(617_283_945, UNIT)).toBe("$1,234.57");
    expect(formatMoneyShort(173, UNIT)).toBe("$0.000346");
  });
});

describe("parseMoney", () => {
  it.each([
    ["12", 6_000_000],
    ["0.000002", 1],
    ["$1,200.25", 600_125_000],
    ["-0.5", -250_000],
    ["1.", 500_000],
  ])("reads %s as %d quota", (text, quota) => {
    expect(parseMoney(text, UNIT)).toBe(quota);
  });

  it.each(["", "abc", "1e3", "1.2.3", "999999999999999"])("refuses %j", (text) => {
    expect(parseMoney(text, UNIT)).toBeNull();
  });

  it("gives back what moneyInput wrote", () => {
    for (const quota of [0, 1, 7, 250_000, 123_456_789]) {
      expect(parseMoney(moneyInput(quota, UNIT), UNIT)).toBe(quota);
    }
  });
});
