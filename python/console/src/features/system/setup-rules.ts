/* The rules of the first account, checked before the server is asked. Pure. */

export type Account = { username: string; password: string; again: string };
export type AccountFault = { [Field in keyof Account]?: Fault };
export type Fault =
  | "setup.faultNameEmpty"
  | "setup.faultNameLong"
  | "setup.faultPasswordShort"
  | "setup.faultPasswordsDiffer";

const NAME_MAX = 12;
const PASSWORD_MIN = 8;

/** Returns what is wrong with each field; an empty object when nothing is. */
export function accountFaults({ username, password, again }: Account): AccountFault {
  const faults: AccountFault = {};
  const length = [...username.trim()].length;
  if (length === 0) faults.username = "setup.faultNameEmpty";
  if (length > NAME_MAX) faults.username = "setup.faultNameLong";
  if (password.length < PASSWORD_MIN) faults.password = "setup.faultPasswordShort";
  else if (password !== again) faults.again = "setup.faultPasswordsDiffer";
  return faults;
}
