import { describe, expect, it } from "vitest";
import {
  changedMaps,
  EMPTY_PRICE,
  outputRatio,
  outputRatios,
  priceLines,
  readMaps,
  readNumber,
} from "./sheet";

const maps = readMaps(
  new Map([
    ["ModelRatio", '{"gpt-4o":1.25,"tiny":0.1}'],
    ["CompletionRatio", '{"gpt-4o":4}'],
    ["ModelPrice", '{"draw":0.04}'],
    ["CacheRatio", "broken"],
  ]),
);

describe("the price sheet", () => {
  it("has one line a model over all maps", () => {
    expect(priceLines(maps, "").map((line) => line.model)).toEqual(["draw", "gpt-4o", "tiny"]);
    expect(priceLines(maps, "GPT")).toEqual([
      { model: "gpt-4o", ModelRatio: 1.25, CompletionRatio: 4, CacheRatio: null, ModelPrice: null },
    ]);
  });

  it("sends only the maps that change, and keeps the other models", () => {
    const draft = { ...EMPTY_PRICE, model: "tiny", ModelRatio: "0.2" };
    expect(changedMaps(maps, "tiny", draft)).toEqual({ ModelRatio: { "gpt-4o": 1.25, tiny: 0.2 } });
    expect(changedMaps(maps, "gpt-4o", null)).toEqual({
      ModelRatio: { tiny: 0.1 },
      CompletionRatio: {},
    });
  });

  it("reads numbers as typed", () => {
    expect([readNumber(""), readNumber("1.5"), readNumber("-1"), readNumber("x")]).toEqual([
      null,
      1.5,
      undefined,
      undefined,
    ]);
  });

  it("tells the output ratio that holds, and where the name alone says it", () => {
    const known = outputRatios(
      [{ model_name: "gpt-4o", completion_ratio: 5 }],
      [
        { model: "tiny", type: "tokens", input: 0.1, output: 0.3 },
        { model: "draw", type: "times", input: 20, output: 20 },
      ],
    );
    const [drawn, large, tiny] = priceLines(maps, "").map((line) => outputRatio(line, known));
    expect(drawn).toEqual({ ratio: null, isBuiltIn: false });
    expect(large).toEqual({ ratio: 5, isBuiltIn: true });
    expect(tiny?.ratio).toBeCloseTo(3);
    const own = priceLines(maps, "gpt").map((line) => outputRatio(line, undefined));
    expect(own).toEqual([{ ratio: 4, isBuiltIn: false }]);
  });
});
