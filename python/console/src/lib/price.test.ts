import { describe, expect, it } from "vitest";
import { dollars, perMillion } from "./price";

describe("a price", () => {
  it("is dollars for a million tokens: ratio 1 is two dollars at the family's unit", () => {
    expect(perMillion(1, 500_000)).toBe("$2.00");
    expect(perMillion(1.25, 500_000)).toBe("$2.50");
    expect(perMillion(0.0375, 500_000)).toBe("$0.075");
  });

  it("has two digits at least and six at most", () => {
    expect(dollars(0)).toBe("$0.00");
    expect(dollars(12)).toBe("$12.00");
    expect(dollars(0.0000014)).toBe("$0.000001");
  });
});
