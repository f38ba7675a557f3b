import { expect, it } from "vitest";
import { isFiltered, readLogSearch } from "./search";

it("keeps the known filters and drops everything else", () => {
  const search = { model: "gpt-4o", type: 2, channel: 3, range: "7d", p: 2, size: 50, evil: 1 };
  expect(readLogSearch(search)).toEqual({
    model: "gpt-4o",
    type: 2,
    channel: 3,
    range: "7d",
    p: 2,
    size: 50,
  });
});

it("leaves defaults and nonsense out of the address", () => {
  expect(
    readLogSearch({ range: "24h", p: 1, size: 5000, type: -1, channel: "x", key: "" }),
  ).toEqual({});
});

it("reads a key whose name looks like a number as text", () => {
  expect(readLogSearch({ key: 42 })).toEqual({ key: "42" });
});

it("does not count the time range as a filter", () => {
  expect(isFiltered({ range: "7d", p: 3 })).toBe(false);
  expect(isFiltered({ user: "alice" })).toBe(true);
});
