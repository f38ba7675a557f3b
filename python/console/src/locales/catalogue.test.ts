import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { catalogue as en } from "./en";
import { catalogue as zh } from "./zh";
import { catalogue as zhTw } from "./zh-tw";

type Tree = { readonly [key: string]: string | Tree };

function flatten(tree: Tree, prefix = ""): Map<string, string> {
  const texts = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === "string") texts.set(prefix + key, value);
    else for (const [name, text] of flatten(value, `${prefix}${key}.`)) texts.set(name, text);
  }
  return texts;
}

const base = (key: string) => key.replace(/_(one|other)$/, "");
const english = flatten(en);
const LANGUAGES = { "zh-CN": zh, "zh-TW": zhTw };
const placeholders = (text: string) => (text.match(/\{\{\w+\}\}/g) ?? []).sort().join();

describe.each(Object.entries(LANGUAGES))("the catalogue %s", (_, catalogue) => {
  const texts = flatten(catalogue as unknown as Tree);

  it("names the same texts as the English one", () => {
    const names = (all: Iterable<string>) => [...new Set([...all].map(base))].sort();
    expect(names(texts.keys())).toEqual(names(english.keys()));
  });

  it("has no empty text", () => {
    expect([...english, ...texts].filter(([, text]) => text.trim() === "")).toEqual([]);
  });

  it("fills the same placeholders", () => {
    const differing = [...texts].filter(
      ([key, text]) => placeholders(text) !== placeholders(english.get(key) ?? ""),
    );
    expect(differing).toEqual([]);
  });
});

function sources(folder: string): string {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.name !== "locales")
    .map((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return sources(path);
      return /\.tsx?$/.test(entry.name) ? readFileSync(path, "utf8") : "";
    })
    .join("\n");
}

describe("the pages", () => {
  const text = sources(join(import.meta.dirname, ".."));
  const literal = new Set([...text.matchAll(/"(\w+(?:\.\w+)+)"/g)].map((match) => match[1]));
  const families = [...text.matchAll(/`(\w+(?:\.\w+)*\.)\$\{/g)].map((match) => match[1] ?? "");

  it("use every text of the catalogue", () => {
    const unused = [...english.keys()]
      .map(base)
      .filter((key) => !literal.has(key) && !families.some((family) => key.startsWith(family)));
    expect(unused).toEqual([]);
  });

  it("show no text of their own", () => {
    const words = [...text.matchAll(/>\s*([A-Z][a-z]+(?: [a-z]+)+)\s*</g)].map((match) => match[1]);
    expect(words).toEqual([]);
  });
});
