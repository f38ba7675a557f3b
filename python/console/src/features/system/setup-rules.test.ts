import { expect, it } from "vitest";
import { accountFaults } from "./setup-rules";

const GOOD = { username: "root", password: "correct horse", again: "correct horse" };

it("accepts a good account", () => {
  expect(accountFaults(GOOD)).toEqual({});
});

it("refuses an empty name and one over twelve characters", () => {
  expect(accountFaults({ ...GOOD, username: "  " }).username).toBe("setup.faultNameEmpty");
  expect(accountFaults({ ...GOOD, username: "a".repeat(13) }).username).toBe("setup.faultNameLong");
  expect(accountFaults({ ...GOOD, username: "管".repeat(12) })).toEqual({});
});

it("refuses a short password before it compares the two", () => {
  expect(accountFaults({ ...GOOD, password: "short", again: "x" })).toEqual({
    password: "setup.faultPasswordShort",
  });
});

it("refuses two passwords that differ", () => {
  expect(accountFaults({ ...GOOD, again: "other" })).toEqual({
    again: "setup.faultPasswordsDiffer",
  });
});
