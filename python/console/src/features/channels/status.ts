/* The states of a channel, as the server numbers them. */
import type { Channel } from "@/api/shapes";
import type { Tone } from "@/ui/badge";

export const CHANNEL_ON = 1;
export const CHANNEL_OFF = 2;
const CHANNEL_AUTO_OFF = 3;

export type ChannelState = "on" | "off" | "autoOff" | "unknown";
export const STATE_TONES: Record<ChannelState, Tone> = {
  on: "good",
  off: "plain",
  autoOff: "bad",
  unknown: "warn",
};

/** Returns the state as a word. */
export function channelState({ status }: Channel): ChannelState {
  if (status === CHANNEL_ON) return "on";
  if (status === CHANNEL_OFF) return "off";
  return status === CHANNEL_AUTO_OFF ? "autoOff" : "unknown";
}

/** Returns why the server switched the channel off, empty when it does not say. */
export function offReason({ other_info }: Channel): string {
  try {
    const parsed = JSON.parse(other_info || "{}") as { status_reason?: unknown };
    return typeof parsed.status_reason === "string" ? parsed.status_reason : "";
  } catch {
    return "";
  }
}
