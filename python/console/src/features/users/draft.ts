/* A user as typed into the form ↔ as the server takes it. Pure. */
import type { User } from "@/api/shapes";

export type UserDraft = {
  username: string;
  display_name: string;
  password: string;
  role: string;
  group: string;
  remark: string;
};

export type UserFault =
  | "users.faultName"
  | "users.faultDisplayName"
  | "users.faultPassword"
  | "users.faultPasswordShort";
export type UserFaults = {
  username?: UserFault;
  display_name?: UserFault;
  password?: UserFault;
};

const LONGEST_NAME = 20;
const SHORTEST_PASSWORD = 8;
const LONGEST_PASSWORD = 20;

export const EMPTY_USER: UserDraft = {
  username: "",
  display_name: "",
  password: "",
  role: "1",
  group: "default",
  remark: "",
};

/** Returns the form's state for a user that exists; the password stays unknown. */
export function userDraft(user: User): UserDraft {
  const { username, display_name, role, group, remark } = user;
  return { username, display_name, password: "", role: String(role), group, remark };
}

/** Returns what is wrong with each field; an empty password keeps the stored one. */
export function userFaults(draft: UserDraft, isNew: boolean): UserFaults {
  const faults: UserFaults = {};
  const { username, display_name, password } = draft;
  if (username === "" || username !== username.trim() || [...username].length > LONGEST_NAME) {
    faults.username = "users.faultName";
  }
  if ([...display_name].length > LONGEST_NAME) faults.display_name = "users.faultDisplayName";
  if (password === "" && isNew) faults.password = "users.faultPassword";
  else if (password !== "" && !fits([...password].length)) {
    faults.password = "users.faultPasswordShort";
  }
  return faults;
}

function fits(length: number): boolean {
  return length >= SHORTEST_PASSWORD && length <= LONGEST_PASSWORD;
}
