/* What every page must pass: axe finds nothing serious, and the page is no wider than its window. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const fromConsole = createRequire(new URL("../../python/console/package.json", import.meta.url));
const AXE = readFileSync(fromConsole.resolve("axe-core/axe.min.js"), "utf8");

/** Returns what is wrong with the page's width. */
export async function overflow(page) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  return wide > 0 ? [`the page is ${wide} px wider than its window`] : [];
}

/** Returns axe's serious and critical findings. */
export async function audit(page) {
  await page.evaluate(AXE); // the policy forbids a script tag
  const results = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  return results.violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 140)).join(" | ")}`);
}
