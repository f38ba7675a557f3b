/* A key as typed into the form ↔ as the server takes it. Pure; the unit and now are arguments. */
import type { Key, KeyInput } from "@/api/shapes";
import { splitList } from "@/lib/format";
import { moneyInput, parseMoney } from "@/lib/money";
import { fromLocalInput, toLocalInput } from "@/lib/time";

export type KeyDraft = {
  name: string;
  unlimited: boolean;
  /** Dollars, as typed. */
  budget: string;
  /** A datetime-local text; empty = never. */
  expiry: string;
  models: string[];
  group: string;
  ips: string[];
};

export type KeyFault =
  | "keys.faultName"
  | "keys.faultNameLong"
  | "keys.faultBudget"
  | "keys.faultIp";
export type KeyFaults = { name?: KeyFault; budget?: KeyFault; ips?: KeyFault };

const NAME_BYTES = 50;
const NEVER = -1;

export const EMPTY_DRAFT: KeyDraft = {
  name: "",
  unlimited: true,
  budget: "10",
  expiry: "",
  models: [],
  group: "",
  ips: [],
};

/** Returns the form's state for a key that exists. */
export function draftOf(key: Key, unit: number): KeyDraft {
  return {
    name: key.name,
    unlimited: key.unlimited_quota,
    budget: moneyInput(key.remain_quota, unit),
    expiry: key.expired_time === NEVER ? "" : toLocalInput(key.expired_time),
    models: key.model_limits_enabled ? splitList(key.model_limits) : [],
    group: key.group,
    ips: splitList(key.allow_ips),
  };
}

const IPV4 = /^(\d{1,3}\.){3}\d{1,3}(\/\d{1,2})?$/;
const IPV6 = /^[0-9a-f:]*:[0-9a-f:.]+(\/\d{1,3})?$/i;

/** Returns what is wrong with each field; an empty object when nothing is. */
export function keyFaults(draft: KeyDraft, unit: number): KeyFaults {
  const faults: KeyFaults = {};
  if (draft.name.trim() === "") faults.name = "keys.faultName";
  else if (new TextEncoder().encode(draft.name.trim()).length > NAME_BYTES) {
    faults.name = "keys.faultNameLong";
  }
  const quota = parseMoney(draft.budget, unit);
  if (!draft.unlimited && (quota === null || quota < 0)) faults.budget = "keys.faultBudget";
  if (draft.ips.some((ip) => !IPV4.test(ip) && !IPV6.test(ip))) faults.ips = "keys.faultIp";
  return faults;
}

/**
 * Returns what the server takes. A budget that was not touched is left out: the key may have spent
 * since the form was opened, and naming the old figure would give that money back. An untouched
 * expiry keeps its seconds, which the field does not show.
 */
export function keyInput(draft: KeyDraft, unit: number, before?: Key): KeyInput {
  const shown = before ? draftOf(before, unit) : null;
  const quota = draft.unlimited ? 0 : (parseMoney(draft.budget, unit) ?? 0);
  const keepsBudget = shown !== null && (draft.unlimited || shown.budget === draft.budget);
  const keepsExpiry = before !== undefined && shown?.expiry === draft.expiry;
  return {
    name: draft.name.trim(),
    unlimited_quota: draft.unlimited,
    ...(keepsBudget ? {} : { remain_quota: quota }),
    expired_time: keepsExpiry ? before.expired_time : (fromLocalInput(draft.expiry) ?? NEVER),
    model_limits_enabled: draft.models.length > 0,
    model_limits: draft.models.join(","),
    allow_ips: draft.ips.join("\n"),
    group: draft.group,
    cross_group_retry: before?.cross_group_retry ?? false,
  };
}
