/* A user's role and state, as the server numbers them. */
import { ROLE_ADMIN, ROLE_ROOT } from "@/api/session";
import type { User } from "@/api/shapes";
import type { Tone } from "@/ui/badge";

export const ROLE_USER = 1;
export const USER_ON = 1;
export const USER_OFF = 2;

export type UserState = "on" | "off" | "gone";
export const STATE_TONES: Record<UserState, Tone> = { on: "good", off: "plain", gone: "bad" };

/** Returns whether calls of this user are taken. */
export function userState(user: User): UserState {
  if (user.DeletedAt) return "gone";
  return user.status === USER_ON ? "on" : "off";
}

/** Returns the name of a role. */
export function roleKey(role: number) {
  if (role >= ROLE_ROOT) return "roles.root" as const;
  return role >= ROLE_ADMIN ? ("roles.admin" as const) : ("roles.user" as const);
}
