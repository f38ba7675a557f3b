/* Hours from the server → bars of the chart: gaps filled, days summed when there are many. Pure. */
import type { OverviewHour } from "@/api/shapes";
import { bucketStarts } from "@/lib/time";

export const METRICS = ["quota", "calls", "tokens"] as const;
export type Metric = (typeof METRICS)[number];

export type Series = { unit: "hour" | "day"; starts: number[]; values: Record<Metric, number[]> };

const LONG = 3 * 86_400;

/** Returns one bar an hour, or a local day beyond three days; hours without calls are zero. */
export function chartSeries(from: number, to: number, hours: OverviewHour[]): Series {
  const unit = to - from > LONG ? "day" : "hour";
  const starts = bucketStarts(from, to, unit);
  const empty = () => starts.map(() => 0);
  const values: Series["values"] = { quota: empty(), calls: empty(), tokens: empty() };
  for (const hour of hours) {
    const at = Date.parse(hour.hour) / 1000;
    const index = starts.findLastIndex((start) => start <= at);
    if (index < 0) continue;
    for (const metric of METRICS) {
      values[metric][index] = (values[metric][index] ?? 0) + hour[metric];
    }
  }
  return { unit, starts, values };
}
