import { describe, expect, it } from "vitest";
import { boardsFor } from "./boards";
import { groupsQuestion, midnight, seriesQuestion, span } from "./question";
import { readExploreSearch, readOnly, writeOnly } from "./search";

const NOW = new Date("2026-11-21T12:34:56Z");

describe("a range of time", () => {
  it("has the days of the zone", () => {
    expect(span("yesterday", "Asia/Tokyo", NOW)).toEqual({
      start: "2026-11-19T15:00:00.000Z",
      end: "2026-11-20T15:00:00.000Z",
    });
    expect(span("7d", "UTC", NOW)).toEqual({
      start: "2026-11-15T00:00:00.000Z",
      end: "2026-11-21T13:00:00.000Z",
    });
    expect(span("24h", "UTC", NOW).start).toBe("2026-11-20T13:00:00.000Z");
  });

  it("begins at midnight on both sides of a change of the clock", () => {
    const after = new Date("2026-10-25T12:00:00Z");
    expect(midnight(after, "Europe/Berlin", 0).toISOString()).toBe("2026-10-24T22:00:00.000Z");
    expect(midnight(after, "Asia/Kolkata", 0).toISOString()).toBe("2026-10-24T18:30:00.000Z");
  });
});

describe("a question", () => {
  it("is the default one without an address", () => {
    const asked = groupsQuestion({ zone: "UTC" }, NOW);
    expect(asked.metrics).toEqual(["spend", "requests", "tokens"]);
    expect(asked.dimensions).toEqual(["model"]);
    expect(asked).not.toHaveProperty("compare");
  });

  it("orders by change only where periods are compared", () => {
    const search = { metrics: "spend", by: "user", sub: "user", growth: true };
    expect(groupsQuestion(search, NOW).order?.by).toBe("value");
    expect(groupsQuestion({ ...search, compare: true }, NOW).order?.by).toBe("change");
    expect(groupsQuestion(search, NOW).dimensions).toEqual(["user"]);
  });

  it("draws the first metric in buckets that suit the range", () => {
    expect(seriesQuestion({ range: "24h" }, NOW).rollup).toBe("hour");
    expect(seriesQuestion({ range: "30d" }, NOW)).toMatchObject({
      rollup: "day",
      metrics: ["spend"],
    });
  });
});

describe("the address", () => {
  it("keeps filters with any characters", () => {
    const only = [{ dimension: "model", value: "a:b c" }];
    expect(readOnly(writeOnly(only))).toEqual(only);
    expect(readOnly("nonsense")).toEqual([]);
  });

  it("drops what is not known", () => {
    expect(readExploreSearch({ range: "9d", rollup: "year", compare: "yes", by: "model" })).toEqual(
      {
        by: "model",
      },
    );
  });
});

it("offers the boards that the caller may ask for", () => {
  const names = boardsFor(["spend", "requests", "tokens"], ["model", "key"]).map(
    ({ name }) => name,
  );
  expect(names).toEqual(["models", "keys"]);
});
