import { describe, expect, it } from "vitest";
import { codeFaults, codeInput, EMPTY_CODE } from "./draft";

const UNIT = 500_000;
const NOW = new Date("2026-11-01T00:00:00Z");

describe("a batch of codes", () => {
  it("needs a name, a worth above zero and at most a hundred codes", () => {
    expect(codeFaults(EMPTY_CODE, UNIT, NOW)).toEqual({ name: "redemptions.faultName" });
    const draft = { ...EMPTY_CODE, name: "spring", worth: "0", count: "101" };
    expect(codeFaults(draft, UNIT, NOW)).toEqual({
      worth: "users.faultAmount",
      count: "redemptions.faultCount",
    });
  });

  it("cannot expire in the past", () => {
    const draft = { ...EMPTY_CODE, name: "spring", expires: "2026-10-01T00:00" };
    expect(codeFaults(draft, UNIT, NOW)).toEqual({ expires: "redemptions.faultExpires" });
  });

  it("travels as integer quota; without a date it never expires", () => {
    expect(codeInput({ ...EMPTY_CODE, name: " spring ", worth: "2.5" }, UNIT)).toEqual({
      name: "spring",
      quota: 1_250_000,
      expired_time: 0,
    });
  });
});
