import { expect, it } from "vitest";
import type { Key } from "@/api/shapes";
import { draftOf, EMPTY_DRAFT, keyFaults, keyInput } from "./draft";

const UNIT = 500_000;
const NAMED = { ...EMPTY_DRAFT, name: "bot" };
const KEY: Key = {
  id: 7,
  user_id: 2,
  cross_group_retry: true,
  key: "abcd**********wxyz",
  status: 1,
  name: "bot",
  created_time: 1_700_000_000,
  accessed_time: 1_700_000_000,
  expired_time: 1_800_000_001,
  remain_quota: 1_250_001,
  used_quota: 9,
  unlimited_quota: false,
  model_limits_enabled: true,
  model_limits: "gpt-4o,gpt-4o-mini",
  allow_ips: "10.0.0.0/8\n::1",
  group: "vip",
};

it("sends an untouched key back as it was and never names its old budget", () => {
  expect(keyInput(draftOf(KEY, UNIT), UNIT, KEY)).toEqual({
    name: "bot",
    unlimited_quota: false,
    expired_time: 1_800_000_001,
    model_limits_enabled: true,
    model_limits: "gpt-4o,gpt-4o-mini",
    allow_ips: "10.0.0.0/8\n::1",
    group: "vip",
    cross_group_retry: true,
  });
});

it("makes a key that never expires and may use every model by default", () => {
  const input = keyInput(NAMED, UNIT);
  expect(input.expired_time).toBe(-1);
  expect(input.model_limits_enabled).toBe(false);
  expect(input.unlimited_quota).toBe(true);
});

it("names a budget that was typed, to the last unit", () => {
  const draft = { ...draftOf(KEY, UNIT), budget: "3.000002" };
  expect(keyInput(draft, UNIT, KEY).remain_quota).toBe(1_500_001);
});

it("leaves the balance of a key that becomes unlimited alone", () => {
  const input = keyInput({ ...draftOf(KEY, UNIT), unlimited: true }, UNIT, KEY);
  expect(input).not.toHaveProperty("remain_quota");
});

it("refuses a missing name and one over fifty bytes", () => {
  expect(keyFaults(EMPTY_DRAFT, UNIT).name).toBe("keys.faultName");
  expect(keyFaults({ ...NAMED, name: "名".repeat(17) }, UNIT).name).toBe("keys.faultNameLong");
});

it("refuses a budget that is no amount, but only when there is a budget", () => {
  expect(keyFaults({ ...NAMED, unlimited: false, budget: "ten" }, UNIT).budget).toBe(
    "keys.faultBudget",
  );
  expect(keyFaults({ ...NAMED, unlimited: false, budget: "-1" }, UNIT).budget).toBe(
    "keys.faultBudget",
  );
  expect(keyFaults({ ...NAMED, budget: "ten" }, UNIT)).toEqual({});
});

it("accepts addresses and ranges of both families and refuses a host name", () => {
  expect(keyFaults({ ...NAMED, ips: ["10.1.2.3", "10.0.0.0/8", "2001:db8::/32"] }, UNIT)).toEqual(
    {},
  );
  expect(keyFaults({ ...NAMED, ips: ["example.com"] }, UNIT).ips).toBe("keys.faultIp");
});
