import { expect, it } from "vitest";
import { channelFaults, channelInput, EMPTY_DRAFT, keyLines, mappingRows } from "./draft";
import { CHANNEL_TYPES, channelType } from "./types";

const GOOD = { ...EMPTY_DRAFT, name: "main", keys: "sk-up", models: ["gpt-4o"] };

it("accepts a channel with a name, a key and a model", () => {
  expect(channelFaults(GOOD, true)).toEqual({});
});

it("needs a key only when the channel is new", () => {
  expect(channelFaults({ ...GOOD, keys: " \n" }, true).keys).toBe("channels.faultKey");
  expect(channelFaults({ ...GOOD, keys: "" }, false)).toEqual({});
});

it("needs an address only where the type has none of its own", () => {
  expect(channelFaults({ ...GOOD, type: 8 }, true).baseUrl).toBe("channels.faultUrlNeeded");
  expect(channelFaults({ ...GOOD, type: 8, baseUrl: "http://127.0.0.1:9/v1" }, true)).toEqual({});
});

it.each(["ftp://x", "localhost:80", "not a url"])("refuses the address %s", (baseUrl) => {
  expect(channelFaults({ ...GOOD, baseUrl }, true).baseUrl).toBe("channels.faultUrl");
});

it("refuses priorities and weights that are no whole numbers, and a negative weight", () => {
  expect(channelFaults({ ...GOOD, priority: "1.5" }, true).priority).toBe("channels.faultNumber");
  expect(channelFaults({ ...GOOD, priority: "-3" }, true)).toEqual({});
  expect(channelFaults({ ...GOOD, weight: "-1" }, true).weight).toBe("channels.faultNumber");
});

it("refuses half a mapping and leaves an empty row out", () => {
  const half = { ...GOOD, mapping: [{ id: 1, from: "a", to: "" }] };
  expect(channelFaults(half, true).mapping).toBe("channels.faultMapping");
  const empty = { ...GOOD, mapping: [{ id: 1, from: "", to: " " }] };
  expect(channelFaults(empty, true)).toEqual({});
  expect(channelInput(empty).model_mapping).toBe("");
});

it("writes and reads the mapping as the family's JSON text", () => {
  const draft = { ...GOOD, mapping: [{ id: 0, from: "gpt-4o", to: "gpt-4o-2024" }] };
  const text = channelInput(draft).model_mapping;
  expect(text).toBe('{"gpt-4o":"gpt-4o-2024"}');
  expect(mappingRows(text)).toEqual(draft.mapping);
  expect(mappingRows("[1]")).toEqual([]);
  expect(mappingRows("{")).toEqual([]);
});

it("cuts blank lines and the slash at the end of an address", () => {
  expect(keyLines(" a \n\n b\n")).toEqual(["a", "b"]);
  expect(channelInput({ ...GOOD, baseUrl: "https://x.example/ " }).base_url).toBe(
    "https://x.example",
  );
});

it("knows every type once", () => {
  const ids = CHANNEL_TYPES.map((type) => type.id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(channelType(999).name).toBe("#999");
});
