/* A batch of codes as typed into the form ↔ as the server takes it. Pure. */
import type { Redemption } from "@/api/shapes";
import { moneyInput, parseMoney } from "@/lib/money";
import { fromLocalInput, toLocalInput } from "@/lib/time";

export type CodeDraft = { name: string; worth: string; count: string; expires: string };

export type CodeFault =
  | "redemptions.faultName"
  | "users.faultAmount"
  | "redemptions.faultCount"
  | "redemptions.faultExpires";
export type CodeFaults = {
  name?: CodeFault;
  worth?: CodeFault;
  count?: CodeFault;
  expires?: CodeFault;
};

const LONGEST_NAME = 20;
const LARGEST_BATCH = 100;

export const EMPTY_CODE: CodeDraft = { name: "", worth: "10", count: "1", expires: "" };

/** Returns the form's state for a code that exists. */
export function codeDraft(code: Redemption, unit: number): CodeDraft {
  return {
    name: code.name,
    worth: moneyInput(code.quota, unit),
    count: "1",
    expires: code.expired_time > 0 ? toLocalInput(code.expired_time) : "",
  };
}

/** Returns what is wrong with each field; an empty object when nothing is. */
export function codeFaults(draft: CodeDraft, unit: number, now: Date): CodeFaults {
  const faults: CodeFaults = {};
  const name = draft.name.trim();
  if (name === "" || [...name].length > LONGEST_NAME) faults.name = "redemptions.faultName";
  const quota = parseMoney(draft.worth, unit);
  if (quota === null || quota <= 0) faults.worth = "users.faultAmount";
  const count = /^\d{1,3}$/.test(draft.count) ? Number(draft.count) : 0;
  if (count < 1 || count > LARGEST_BATCH) faults.count = "redemptions.faultCount";
  const expires = fromLocalInput(draft.expires);
  if (expires !== null && expires * 1000 < now.getTime()) {
    faults.expires = "redemptions.faultExpires";
  }
  return faults;
}

/** Returns what the server takes; an expiry of zero is never. */
export function codeInput(draft: CodeDraft, unit: number) {
  return {
    name: draft.name.trim(),
    quota: parseMoney(draft.worth, unit) ?? 0,
    expired_time: fromLocalInput(draft.expires) ?? 0,
  };
}
