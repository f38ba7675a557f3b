import { describe, expect, it } from "vitest";
import { bucketStarts, formatRelative, fromLocalInput, rangeBounds, toLocalInput } from "./time";

const NOW = new Date(2026, 10, 21, 9, 30, 20);
const unix = (date: Date) => Math.floor(date.getTime() / 1000);

describe("rangeBounds", () => {
  it("begins today at local midnight and ends at the next full minute", () => {
    expect(rangeBounds("today", NOW)).toEqual({
      from: unix(new Date(2026, 10, 21)),
      to: unix(new Date(2026, 10, 21, 9, 31)),
    });
  });

  it("slides the other ranges", () => {
    const { from, to } = rangeBounds("7d", NOW);
    expect(to - from).toBe(7 * 86_400);
  });
});

describe("bucketStarts", () => {
  it("covers a range with full hours, the first one included", () => {
    const from = unix(new Date(2026, 10, 21, 7, 20));
    expect(bucketStarts(from, unix(NOW), "hour")).toEqual([
      unix(new Date(2026, 10, 21, 7)),
      unix(new Date(2026, 10, 21, 8)),
      unix(new Date(2026, 10, 21, 9)),
    ]);
  });

  it("covers a range with local days", () => {
    const from = unix(new Date(2026, 10, 19, 23));
    expect(bucketStarts(from, unix(NOW), "day")).toHaveLength(3);
  });
});

it("reads back what it put into a date field", () => {
  const minute = unix(new Date(2026, 10, 21, 9, 30));
  expect(fromLocalInput(toLocalInput(minute))).toBe(minute);
  expect(fromLocalInput("")).toBeNull();
});

it("says how long ago in the largest fitting unit", () => {
  expect(formatRelative(unix(NOW) - 7300, NOW, "en")).toBe("2 hours ago");
  expect(formatRelative(unix(NOW), NOW, "en")).toBe("now");
});
