import { expect, it } from "vitest";
import { csvOf } from "./csv";

it("quotes what would break a line, and leaves nothing empty but NULL", () => {
  expect(
    csvOf(
      ["a", "b"],
      [
        ['x,"y"', null],
        [1, true],
      ],
    ),
  ).toBe('a,b\r\n"x,""y""",\r\n1,true');
});

it("makes no formula of a name", () => {
  expect(csvOf(["a"], [["=1+1"], ["-5"], ["@x"]])).toBe("a\r\n'=1+1\r\n-5\r\n'@x");
});
