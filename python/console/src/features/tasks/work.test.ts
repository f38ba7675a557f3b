import { describe, expect, it } from "vitest";
import type { Drawing, Task } from "@/api/shapes";
import { drawingWork, statusTone, taskWork } from "./work";

describe("long work", () => {
  it("is one line, with times in seconds", () => {
    const drawing = {
      id: 1,
      mj_id: "m1",
      prompt: "a weir",
      submit_time: 1_795_000_000_000,
      finish_time: 0,
      image_url: "javascript:1",
    };
    expect(drawingWork(drawing as Drawing)).toMatchObject({
      what: "a weir",
      submitted: 1_795_000_000,
      finished: 0,
      result: "",
    });
    const task = {
      id: 2,
      platform: "kling",
      action: "video",
      submit_time: 1_795_000_000,
      result_url: "https://files.test/a",
    };
    expect(taskWork(task as Task)).toMatchObject({
      what: "kling · video",
      submitted: 1_795_000_000,
      result: "https://files.test/a",
    });
  });

  it("has a tone by its status", () => {
    expect(["SUCCESS", "FAILURE", "IN_PROGRESS"].map(statusTone)).toEqual(["good", "bad", "info"]);
  });
});
