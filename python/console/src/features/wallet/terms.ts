/* What the shop offers, read out of the server's loosely typed answer. Pure. */
import type { TopUpInfo } from "@/api/shapes";
import type { Shop } from "./queries";

export type Method = { type: string; name: string; shop: Shop; least: number };

/** Returns the ways to pay that are switched on. */
export function payMethods(info: TopUpInfo): Method[] {
  const isOn: Record<Shop, boolean> = {
    epay: info.enable_online_topup,
    stripe: info.enable_stripe_topup,
  };
  return info.pay_methods
    .map((one) => methodOf(one, info))
    .filter((method) => method.type !== "" && isOn[method.shop]);
}

function methodOf(one: Record<string, unknown>, info: TopUpInfo): Method {
  const type = typeof one.type === "string" ? one.type : "";
  const shop: Shop = type === "stripe" ? "stripe" : "epay";
  const common = shop === "stripe" ? info.stripe_min_topup : info.min_topup;
  const least = Math.max(1, Number(one.min_topup) || 0, common);
  return { type, name: typeof one.name === "string" ? one.name : type, shop, least };
}

/** Returns the amounts to choose from, as texts. */
export function offeredAmounts(info: TopUpInfo): string[] {
  return info.amount_options
    .map(Number)
    .filter((one) => one > 0)
    .map(String);
}

/** Reads a whole number of dollars not below the least; null when it is none. */
export function wholeAmount(typed: string, least: number): number | null {
  const amount = /^\d{1,9}$/.test(typed.trim()) ? Number(typed) : 0;
  return amount >= least ? amount : null;
}
