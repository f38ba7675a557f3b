import { expect, it } from "vitest";
import { chartSeries } from "./series";

const at = (day: number, hour: number) =>
  Math.floor(new Date(2026, 10, day, hour).getTime() / 1000);
const hour = (unix: number, calls: number) => ({
  hour: new Date(unix * 1000).toISOString(),
  calls,
  quota: calls * 10,
  tokens: calls * 100,
});

it("fills the hours without calls with zero", () => {
  const series = chartSeries(at(21, 0), at(21, 4), [hour(at(21, 1), 3), hour(at(21, 3), 1)]);
  expect(series.unit).toBe("hour");
  expect(series.values.calls).toEqual([0, 3, 0, 1]);
  expect(series.values.quota).toEqual([0, 30, 0, 10]);
});

it("sums hours into local days over a long range and loses none", () => {
  const hours = [hour(at(15, 2), 1), hour(at(15, 23), 2), hour(at(20, 0), 4)];
  const series = chartSeries(at(14, 10), at(21, 10), hours);
  expect(series.unit).toBe("day");
  expect(series.starts).toHaveLength(8);
  expect(series.values.calls).toEqual([0, 3, 0, 0, 0, 0, 4, 0]);
});

it("leaves out an hour before the range", () => {
  const series = chartSeries(at(21, 5), at(21, 7), [hour(at(21, 1), 9)]);
  expect(series.values.calls).toEqual([0, 0]);
});
