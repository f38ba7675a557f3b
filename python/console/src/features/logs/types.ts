/* The kinds of log rows, as the family numbers them. */
import type { Tone } from "@/ui/badge";

export const LOG_TYPES = [1, 2, 3, 4, 5, 6, 7] as const;
export type LogType = (typeof LOG_TYPES)[number];
export const CALL = 2;
const ERROR = 5;

export const TYPE_TONES: Record<LogType, Tone> = {
  1: "info",
  2: "good",
  3: "warn",
  4: "plain",
  5: "bad",
  6: "info",
  7: "plain",
};

/** Returns the number as a known kind, null when it is none. */
export function logType(value: number): LogType | null {
  return LOG_TYPES.find((type) => type === value) ?? null;
}

/** Tells whether the row stands for a request through the gateway. */
export function isCall(type: number): boolean {
  return type === CALL || type === ERROR;
}
