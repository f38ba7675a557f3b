import { expect, it } from "vitest";
import { SNIPPETS, snippet } from "./snippets";

it.each(SNIPPETS)("%s names the address, the key and the model", (name) => {
  const text = snippet(name, { origin: "https://gate.example", key: "sk-abc", model: "gpt-4o" });
  expect(text).toContain("https://gate.example/v1");
  expect(text).toContain("sk-abc");
  expect(text).toContain("gpt-4o");
});
