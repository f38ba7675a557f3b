/*
 * Every page against the filled stand-in: light and dark, zh and en, wide and narrow. Saves the
 * screenshots, and runs axe on each: a serious finding fails.
 *
 * node gallery.mjs [only]    only: a part of the name, such as "logs-dark-en-1280"
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { ARTIFACTS, launch, openPage } from "./browser.mjs";
import { startMock } from "./mock-api.mjs";

const fromConsole = createRequire(new URL("../../python/console/package.json", import.meta.url));
const AXE = readFileSync(fromConsole.resolve("axe-core/axe.min.js"), "utf8");
const only = process.argv[2] ?? "";

const SCENES = {
  login: { path: "/login", loggedOut: true },
  overview: { path: "/" },
  "overview-30d": { path: "/?range=30d" },
  channels: { path: "/channels" },
  "channel-new": { path: "/channels?new=true" },
  "channel-edit": { path: "/channels", click: "text=Azure east" },
  keys: { path: "/keys" },
  "key-new": { path: "/keys?new=true" },
  logs: { path: "/logs" },
  "logs-empty": { path: "/logs?model=nothing" },
  "log-detail": { path: "/logs", click: "tbody tr:nth-child(2)" },
};
const WIDTHS = { 1280: { width: 1280, height: 860 }, 390: { width: 390, height: 844 } };

const server = await startMock(0, true);
const base = `http://127.0.0.1:${server.address().port}`;
const browser = await launch();
let failed = 0;

async function show(name, scene, { theme, language, size }) {
  const { context, page, complaints } = await openPage(browser, { viewport: WIDTHS[size], baseURL: base });
  await page.addInitScript(
    ([chosenTheme, chosenLanguage, session]) => {
      localStorage.setItem("weirgate.theme", chosenTheme);
      localStorage.setItem("weirgate.language", chosenLanguage);
      if (session) localStorage.setItem("weirgate.session", session);
    },
    [theme, language, scene.loggedOut ? null : '{"id":1,"username":"root","role":100}'],
  );
  const body = { username: "root", password: "correct-horse" };
  await page.request.post("/api/user/login", { data: body });
  await page.goto(scene.path);
  await page.waitForLoadState("networkidle");
  if (scene.click) await page.locator(scene.click).first().click();
  if (scene.click || /new/.test(scene.path)) await page.locator("[role=dialog]").waitFor();
  await page.evaluate(() => Promise.all(document.getAnimations().map((one) => one.finished.catch(() => null))));
  await page.screenshot({ path: `${ARTIFACTS}/${name}.png` });
  await page.evaluate(AXE); // the policy forbids a script tag
  const findings = await audit(page);
  const bad = [...complaints, ...findings];
  process.stdout.write(`${bad.length ? "FAIL" : "PASS"} ${name}${bad.map((line) => `\n    ${line}`).join("")}\n`);
  failed += bad.length ? 1 : 0;
  await context.close();
}

async function audit(page) {
  const results = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  return results.violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 140)).join(" | ")}`);
}

for (const [scene, plan] of Object.entries(SCENES)) {
  for (const theme of ["light", "dark"]) {
    for (const language of ["en", "zh-CN"]) {
      for (const size of ["1280", "390"]) {
        const name = `${scene}-${theme}-${language}-${size}`;
        if (name.includes(only)) await show(name, plan, { theme, language, size });
      }
    }
  }
}
await browser.close();
server.close();
process.exitCode = failed ? 1 : 0;
