/*
 * Writes src/api/generated from the goldens of our OpenAPI: one module a dialect. The test beside
 * the client fails when the two drift apart; run `npm run generate` then.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import openapi, { astToString } from "openapi-typescript";

const GOLDENS = new URL("../../../tests/contracts/management/", import.meta.url);
const TARGET = new URL("../src/api/generated/", import.meta.url);
const DIALECTS = ["newapi", "weirgate"];
const HEAD = "// Generated from tests/contracts/management by `npm run generate`; do not edit.\n\n";

/** Returns the text of every generated module by its file name. */
export async function generated() {
  const modules = {};
  for (const dialect of DIALECTS) {
    const nodes = await openapi(new URL(`openapi.${dialect}.json`, GOLDENS), {
      defaultNonNullable: false,
    });
    modules[`${dialect}.ts`] = HEAD + astToString(nodes);
  }
  return modules;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await mkdir(TARGET, { recursive: true });
  for (const [name, text] of Object.entries(await generated())) {
    await writeFile(new URL(name, TARGET), text);
  }
}
