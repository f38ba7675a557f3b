import { describe, expect, it } from "vitest";
import { found, marketModel } from "./models";

const ROWS = [
  {
    model_name: "b-chat",
    tags: "chat, fast",
    vendor_id: 2,
    model_ratio: 1,
    enable_groups: ["vip"],
  },
  { model_name: "a-draw", quota_type: 1, model_price: 0.04, enable_groups: ["default", "vip"] },
].map(marketModel);

describe("the market", () => {
  it("reads loosely typed rows", () => {
    expect(ROWS[0]).toMatchObject({ tags: ["chat", "fast"], isByCall: false, cacheRatio: null });
    expect(ROWS[1]).toMatchObject({ isByCall: true, callPrice: 0.04, vendor: 0 });
  });

  it("finds by word, group and vendor, sorted by name", () => {
    expect(found(ROWS, {}).map((one) => one.name)).toEqual(["a-draw", "b-chat"]);
    expect(found(ROWS, { q: "FAST" }).map((one) => one.name)).toEqual(["b-chat"]);
    expect(found(ROWS, { group: "default" }).map((one) => one.name)).toEqual(["a-draw"]);
    expect(found(ROWS, { vendor: 2 }).map((one) => one.name)).toEqual(["b-chat"]);
  });
});
