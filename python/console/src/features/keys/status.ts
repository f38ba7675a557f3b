/* The states of a key, as the server numbers them. */
import type { Key } from "@/api/shapes";
import type { Tone } from "@/ui/badge";

export const KEY_ON = 1;
export const KEY_OFF = 2;
const KEY_EXPIRED = 3;
const KEY_EXHAUSTED = 4;

export type KeyState = "on" | "off" | "expired" | "exhausted";
export const STATE_TONES: Record<KeyState, Tone> = {
  on: "good",
  off: "plain",
  expired: "warn",
  exhausted: "bad",
};

/** Returns the state that a call would meet now, even where the server has not marked it yet. */
export function keyState(key: Key, now: Date): KeyState {
  if (key.status === KEY_OFF) return "off";
  const expired = key.expired_time !== -1 && key.expired_time * 1000 < now.getTime();
  if (key.status === KEY_EXPIRED || expired) return "expired";
  if (key.status === KEY_EXHAUSTED || (!key.unlimited_quota && key.remain_quota <= 0)) {
    return "exhausted";
  }
  return "on";
}
