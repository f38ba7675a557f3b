import { describe, expect, it } from "vitest";
import type { LogRow } from "@/api/shapes";
import { breakdown, fractionalMoney } from "./breakdown";
import { readFacts } from "./other";

const UNIT = 500_000;
const ROW = { prompt_tokens: 1000, completion_tokens: 200, quota: 2250 } as LogRow;
const PRICED = { model_ratio: 1.25, completion_ratio: 4, group_ratio: 1, model_price: -1 };

function lines(other: object) {
  return breakdown(ROW, readFacts(JSON.stringify(other)), UNIT);
}

function sum(other: object): number {
  return lines(other).reduce((total, line) => total + line.quota, 0);
}

describe("breakdown", () => {
  it("adds up to the charge of a call priced by tokens", () => {
    expect(lines(PRICED).map((line) => line.label)).toEqual(["input", "output"]);
    expect(sum(PRICED)).toBe(2250);
  });

  it("takes cached tokens out of the input and prices them apart", () => {
    const other = { ...PRICED, cache_tokens: 400, cache_ratio: 0.5 };
    expect(lines(other).map((line) => [line.label, line.count])).toEqual([
      ["input", 600],
      ["cached", 400],
      ["output", 200],
    ]);
    expect(sum(other)).toBe(2000);
  });

  it("applies the group's ratio, a special one first", () => {
    expect(sum({ ...PRICED, group_ratio: 2 })).toBe(4500);
    expect(sum({ ...PRICED, group_ratio: 2, user_group_ratio: 0.5 })).toBe(1125);
  });

  it("prices a call as a whole when the model has a price", () => {
    const other = { model_price: 0.04, group_ratio: 1 };
    expect(lines(other)).toEqual([{ label: "call", count: 1, each: 20_000, quota: 20_000 }]);
  });

  it("says nothing about a row that carries no price", () => {
    expect(lines({})).toEqual([]);
    expect(breakdown(ROW, readFacts("not json"), UNIT)).toEqual([]);
  });
});

it("reads ratios that travelled as decimal text", () => {
  expect(sum({ model_ratio: "1.25", completion_ratio: "4", group_ratio: "1" })).toBe(2250);
});

it("falls back to the list of tried channels where no attempts are given", () => {
  const facts = readFacts(JSON.stringify({ admin_info: { use_channel: ["3", 5] } }));
  expect(facts.attempts.map((attempt) => attempt.channel)).toEqual([3, 5]);
});

it("shows fractions of a unit without rounding them away", () => {
  expect(fractionalMoney(0.5, UNIT)).toBe("$0.000001");
  expect(fractionalMoney(500_000, UNIT)).toBe("$1.00");
});
