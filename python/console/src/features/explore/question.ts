/* The address → the question that the server is asked. Pure; now is an argument. */
import type { AnalyticsQuestion } from "@/api/shapes";
import { DEFAULT_RANGE, type ExploreSearch, type Range, type Rollup, readOnly } from "./search";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const SERIES = 8;
const GROUPS = 100;
const DEFAULT_METRICS = ["spend", "requests", "tokens"];

/** Returns the browser's time zone. */
export function ownZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}

/** Returns the last midnight in a zone, so many days back. */
export function midnight(now: Date, zone: string, daysBack: number): Date {
  const day = new Intl.DateTimeFormat("en-CA", { timeZone: zone }).format(
    now.getTime() - daysBack * DAY,
  );
  const guess = Date.parse(`${day}T00:00:00Z`);
  // Twice: the offset at the guess may be that of the other side of a change of the clock.
  const first = guess - offset(guess, zone);
  return new Date(guess - offset(first, zone));
}

function offset(moment: number, zone: string): number {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  }).formatToParts(moment);
  const part = (name: string) => parts.find(({ type }) => type === name)?.value ?? "00";
  const local = `${part("year")}-${part("month")}-${part("day")}T${part("hour")}:${part("minute")}:00Z`;
  return Date.parse(local) - Math.floor(moment / 60_000) * 60_000;
}

const DAYS: Partial<Record<Range, number>> = { today: 0, "7d": 6, "30d": 29, "90d": 89 };

/** Returns the range of time; it ends with a whole hour, which sums of hours answer at once. */
export function span(range: Range, zone: string, now: Date): { start: string; end: string } {
  const nextHour = Math.ceil((now.getTime() + 1) / HOUR) * HOUR;
  const text = (start: Date | number, end: Date | number) => ({
    start: new Date(start).toISOString(),
    end: new Date(end).toISOString(),
  });
  if (range === "yesterday") return text(midnight(now, zone, 1), midnight(now, zone, 0));
  const days = DAYS[range];
  if (days !== undefined) return text(midnight(now, zone, days), nextHour);
  return text(nextHour - DAY, nextHour);
}

/** Returns the buckets that suit a range. */
export function rollupOf({ rollup, range = DEFAULT_RANGE }: ExploreSearch): Rollup {
  if (rollup) return rollup;
  return ["today", "yesterday", "24h"].includes(range) ? "hour" : "day";
}

/** Returns the names of the metrics, the one that is drawn first. */
export function metricsOf({ metrics }: ExploreSearch): string[] {
  const named = (metrics ?? "").split(",").filter((name) => name !== "");
  return named.length > 0 ? named : DEFAULT_METRICS;
}

/** Returns the names that rows are grouped by. */
export function dimensionsOf({ by = "model", sub }: ExploreSearch): string[] {
  return [by, sub].filter(
    (name, place, all): name is string =>
      Boolean(name) && name !== "none" && all.indexOf(name) === place,
  );
}

/** Returns the question of the table: one row a group, over the whole range. */
export function groupsQuestion(search: ExploreSearch, now: Date): AnalyticsQuestion {
  const zone = search.zone ?? ownZone();
  const metrics = metricsOf(search);
  const compare = search.compare === true;
  return {
    range: span(search.range ?? DEFAULT_RANGE, zone, now),
    time_zone: zone,
    metrics,
    dimensions: dimensionsOf(search),
    filters: readOnly(search.only).map(({ dimension, value }) => ({
      dimension,
      operator: "in",
      values: [value],
    })),
    ...(compare ? { compare: "previous" as const } : {}),
    order: {
      metric: metrics[0] ?? "spend",
      by: compare && search.growth ? "change" : "value",
      direction: "desc",
    },
    limit: GROUPS,
  };
}

/** Returns the question of the chart: the first groups in each bucket, the first metric alone. */
export function seriesQuestion(search: ExploreSearch, now: Date): AnalyticsQuestion {
  const whole = groupsQuestion(search, now);
  return {
    ...whole,
    metrics: whole.metrics.slice(0, 1),
    rollup: rollupOf(search),
    series: SERIES,
    limit: 5000,
  };
}
