import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { generated } from "../../scripts/generate-api.mjs";

const modules: Record<string, string> = await generated();

it.each(Object.keys(modules))("%s is what the goldens of the API say", (name) => {
  const kept = readFileSync(new URL(`./generated/${name}`, import.meta.url), "utf8");
  expect(kept === modules[name], "run `npm run generate` and look at what changed").toBe(true);
});
