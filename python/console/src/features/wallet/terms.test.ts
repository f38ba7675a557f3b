import { describe, expect, it } from "vitest";
import type { TopUpInfo } from "@/api/shapes";
import { offeredAmounts, payMethods, wholeAmount } from "./terms";

const INFO: TopUpInfo = {
  enable_online_topup: true,
  enable_stripe_topup: false,
  pay_methods: [
    { type: "alipay", name: "Alipay", min_topup: "5" },
    { type: "stripe", name: "Stripe" },
    { name: "broken" },
  ],
  min_topup: 2,
  stripe_min_topup: 1,
  amount_options: [10, "50", "x"],
  discount: {},
  topup_link: "",
};

describe("the terms of a top-up", () => {
  it("offer only what is switched on, from the higher of the two least amounts", () => {
    expect(payMethods(INFO)).toEqual([{ type: "alipay", name: "Alipay", shop: "epay", least: 5 }]);
    expect(payMethods({ ...INFO, enable_stripe_topup: true }).map((one) => one.shop)).toEqual([
      "epay",
      "stripe",
    ]);
  });

  it("read amounts as whole dollars", () => {
    expect(offeredAmounts(INFO)).toEqual(["10", "50"]);
    expect(wholeAmount("12", 5)).toBe(12);
    expect(wholeAmount("4", 5)).toBeNull();
    expect(wholeAmount("1.5", 1)).toBeNull();
  });
});
