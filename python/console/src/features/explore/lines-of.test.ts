import { expect, it } from "vitest";
import type { AnalyticsAnswer } from "@/api/shapes";
import { changeOf } from "./change";
import { linesOf, stampsOf } from "./lines-of";

const row = (time: string, model: string, spend: number | null) => ({
  time,
  dimensions: { model: { value: model, label: model } },
  metrics: { spend },
  previous: null,
});
const BUCKETS = ["2026-11-20T00:00:00+09:00", "2026-11-21T00:00:00+09:00"];
const answer = (rows: AnalyticsAnswer["rows"]) =>
  ({ rows, buckets: BUCKETS }) as unknown as AnalyticsAnswer;

it("leaves a gap where a group has no data", () => {
  const lines = linesOf(
    answer([
      row(BUCKETS[0] ?? "", "o1", 3),
      row(BUCKETS[1] ?? "", "o1", 0),
      row(BUCKETS[1] ?? "", "o3", 7),
    ]),
    "spend",
    "Total",
  );
  expect(lines.map(({ name, values }) => [name, values])).toEqual([
    ["o1", [3, 0]],
    ["o3", [null, 7]],
  ]);
});

it("names the only line where nothing is grouped", () => {
  const total = { ...row(BUCKETS[0] ?? "", "", 3), dimensions: {} };
  expect(linesOf(answer([total]), "spend", "Total")[0]?.name).toBe("Total");
});

it("calls a bucket as its zone does", () => {
  expect(stampsOf(BUCKETS, "en")).toEqual(["Nov 20", "Nov 21"]);
  expect(stampsOf(["2026-11-20T13:00:00+05:30"], "en")).toEqual(["Nov 20, 13:00"]);
});

it("tells a change only where both periods have data", () => {
  expect(changeOf(3, 2)).toBe(0.5);
  expect(changeOf(1, null)).toBeNull();
  expect(changeOf(null, 2)).toBeNull();
  expect(changeOf(1, 0)).toBeNull();
});
