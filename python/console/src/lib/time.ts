/* Unix seconds ↔ what people read and type, in the browser's zone. Pure; now is an argument. */

const HOUR = 3600;
const DAY = 24 * HOUR;

/** The ranges that pages offer; "today" begins at local midnight, the others slide. */
export const RANGES = ["today", "1h", "24h", "7d", "30d"] as const;
export type Range = (typeof RANGES)[number];

const SPAN: Record<Exclude<Range, "today">, number> = {
  "1h": HOUR,
  "24h": DAY,
  "7d": 7 * DAY,
  "30d": 30 * DAY,
};

/** Returns [from, to) in Unix seconds; `to` is rounded up to the minute so that queries repeat. */
export function rangeBounds(range: Range, now: Date): { from: number; to: number } {
  const to = Math.ceil(now.getTime() / 60_000) * 60;
  if (range !== "today") return { from: to - SPAN[range], to };
  const midnight = new Date(now);
  midnight.setHours(0, 0, 0, 0);
  return { from: Math.floor(midnight.getTime() / 1000), to };
}

/** Returns date and time, to the second. */
export function formatDateTime(unix: number, language: string): string {
  return new Intl.DateTimeFormat(language, {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  }).format(unix * 1000);
}

/** Returns day and time apart, for a list: the day without its year, the time to the second. */
export function formatShortTime(unix: number, language: string): { day: string; time: string } {
  const clock = {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  } as const;
  return {
    day: new Intl.DateTimeFormat(language, { month: "2-digit", day: "2-digit" }).format(
      unix * 1000,
    ),
    time: new Intl.DateTimeFormat(language, clock).format(unix * 1000),
  };
}

/** Returns the date alone. */
export function formatDate(unix: number, language: string): string {
  return new Intl.DateTimeFormat(language, {
    year: "numeric",
    month: "short",
    day: "numeric",
  }).format(unix * 1000);
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", DAY],
  ["hour", HOUR],
  ["minute", 60],
  ["second", 1],
];

/** Returns "3 minutes ago" and alike. */
export function formatRelative(unix: number, now: Date, language: string): string {
  const seconds = Math.round(unix - now.getTime() / 1000);
  const format = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  for (const [unit, size] of STEPS) {
    if (Math.abs(seconds) >= size) return format.format(Math.trunc(seconds / size), unit);
  }
  return format.format(0, "second");
}

/** Returns the value of an input of type datetime-local. */
export function toLocalInput(unix: number): string {
  const date = new Date(unix * 1000);
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

/** Reads an input of type datetime-local; null when it is empty or no date. */
export function fromLocalInput(text: string): number | null {
  const time = new Date(text).getTime();
  return text === "" || Number.isNaN(time) ? null : Math.floor(time / 1000);
}

/** Returns the starts of the hours (or local days) that cover [from, to). */
export function bucketStarts(from: number, to: number, unit: "hour" | "day"): number[] {
  const starts: number[] = [];
  const cursor = new Date(from * 1000);
  if (unit === "hour") cursor.setMinutes(0, 0, 0);
  else cursor.setHours(0, 0, 0, 0);
  while (cursor.getTime() / 1000 < to && starts.length < 1000) {
    starts.push(Math.floor(cursor.getTime() / 1000));
    if (unit === "hour") cursor.setTime(cursor.getTime() + HOUR * 1000);
    else cursor.setDate(cursor.getDate() + 1);
  }
  return starts;
}
