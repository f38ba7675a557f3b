/* The states of a code, as the server numbers them. */
import type { Redemption } from "@/api/shapes";
import type { Tone } from "@/ui/badge";

export const CODE_ON = 1;
export const CODE_OFF = 2;
const CODE_USED = 3;

export type CodeState = "on" | "off" | "used" | "expired";
export const STATE_TONES: Record<CodeState, Tone> = {
  on: "good",
  off: "plain",
  used: "info",
  expired: "warn",
};

/** Returns what redeeming the code would meet now. */
export function codeState(code: Redemption, now: Date): CodeState {
  if (code.status === CODE_USED) return "used";
  if (code.status === CODE_OFF) return "off";
  const isExpired = code.expired_time > 0 && code.expired_time * 1000 < now.getTime();
  return isExpired ? "expired" : "on";
}
