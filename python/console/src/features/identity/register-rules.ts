/* The rules of an own account, checked before the server is asked. Pure. */

export type Draft = {
  username: string;
  password: string;
  again: string;
  email: string;
  code: string;
};
export type Faults = { [Field in keyof Draft]?: Fault };
export type Fault =
  | "register.faultName"
  | "register.faultPassword"
  | "register.faultAgain"
  | "register.faultEmail"
  | "register.faultCode";

export const EMPTY_DRAFT: Draft = { username: "", password: "", again: "", email: "", code: "" };
const NAME_MAX = 20;
const PASSWORD_MIN = 8;
const PASSWORD_MAX = 20;

/** Tells whether a text may be an address; whether it is one, the mailed code shows. */
export function isAddress(text: string): boolean {
  return /^[^\s@]+@[^\s@]+$/.test(text.trim());
}

/** Returns what is wrong with each field; an empty object when nothing is. */
export function draftFaults(draft: Draft, wantsEmail: boolean): Faults {
  const faults: Faults = {};
  const name = [...draft.username.trim()].length;
  const password = [...draft.password].length;
  if (name === 0 || name > NAME_MAX) faults.username = "register.faultName";
  if (password < PASSWORD_MIN || password > PASSWORD_MAX)
    faults.password = "register.faultPassword";
  else if (draft.password !== draft.again) faults.again = "register.faultAgain";
  if (wantsEmail && !isAddress(draft.email)) faults.email = "register.faultEmail";
  if (wantsEmail && draft.code.trim() === "") faults.code = "register.faultCode";
  return faults;
}
