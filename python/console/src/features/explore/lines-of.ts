/* An answer with buckets → lines of a chart: a place a bucket, null where there is no data. Pure. */
import type { AnalyticsAnswer } from "@/api/shapes";
import type { Line } from "@/ui/lines";

/** Returns a line a group, in the order in which groups come; `total` names the only line. */
export function linesOf(answer: AnalyticsAnswer, metric: string, total: string): Line[] {
  const places = new Map(answer.buckets.map((begin, place) => [begin, place]));
  const lines = new Map<string, Line>();
  for (const row of answer.rows) {
    const place = row.time === null ? undefined : places.get(row.time);
    if (place === undefined) continue;
    const groups = Object.values(row.dimensions);
    const id = groups.map(({ value }) => value).join("\t");
    const name = groups.map(({ label, value }) => label || value).join(" · ") || total;
    const line = lines.get(id) ?? { id, name, values: answer.buckets.map(() => null) };
    line.values[place] = row.metrics[metric] ?? null;
    lines.set(id, line);
  }
  return [...lines.values()];
}

/** Returns how a bucket is called on the axis: the day, and the hour where buckets are hours. */
export function stampsOf(buckets: string[], language: string): string[] {
  const isHourly = buckets.some((begin) => !begin.includes("T00:00:00"));
  return buckets.map((begin) => {
    // As the zone of the question says it, whatever the browser's is.
    const local = new Date(`${begin.slice(0, 19)}Z`);
    const day = { month: "short", day: "numeric", timeZone: "UTC" } as const;
    const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
    return new Intl.DateTimeFormat(language, isHourly ? { ...day, ...clock } : day).format(local);
  });
}
