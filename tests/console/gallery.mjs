/*
 * Every page against the filled stand-in, with its empty, loading and error looks. Saves the
 * screenshots and runs axe on each: a serious finding fails, and so does a page wider than its
 * window. Themes, languages and widths come in pairs; --all draws the whole matrix.
 *
 * node gallery.mjs [--all] [NAME]    NAME: a part of the name, such as "logs-dark"
 */
import { audit, overflow } from "./audit.mjs";
import { ARTIFACTS, launch, openPage, settle } from "./browser.mjs";
import { startMock } from "./mock-api.mjs";

const words = process.argv.slice(2);
const all = words.includes("--all");
const only = words.find((word) => !word.startsWith("--")) ?? "";

const json = (body) => ({ contentType: "application/json", body: JSON.stringify(body) });
const notSetUp = json({ success: true, data: { status: false, root_init: false, database_type: "sqlite" } });
const newcomer = json({
  success: true,
  data: { id: 1, username: "root", display_name: "", role: 100, quota: 1e8, used_quota: 0, request_count: 0 },
});
const reveal = async (page) => {
  await page.locator("tbody tr").first().getByRole("button").last().click();
  await page.getByRole("menuitem").first().click();
  await page.locator("[role=dialog]").waitFor();
};
const openRow = (text) => async (page) => {
  await page.getByText(text, { exact: true }).first().click();
  await page.locator("[role=dialog]").waitFor();
};
const dialog = (page) => page.locator("[role=dialog]").waitFor();

const SCENES = {
  setup: { path: "/setup", guest: true, routes: { "**/api/setup": notSetUp } },
  login: { path: "/login?expired=true", guest: true },
  "not-found": { path: "/nowhere" },
  overview: { path: "/" },
  "overview-30d": { path: "/?range=30d" },
  "overview-new": { path: "/", routes: { "**/api/user/self": newcomer } },
  "overview-loading": { path: "/", stalled: "**/api/weirgate/**" },
  explore: { path: "/explore" },
  "explore-compared": { path: "/explore?compare=true&by=user&range=24h" },
  "explore-empty": { path: "/explore?only=model:nothing" },
  "explore-loading": { path: "/explore", stalled: "**/analytics/query" },
  "explore-error": {
    path: "/explore",
    routes: { "**/analytics/query": { status: 503 } },
    act: (page) => page.getByRole("alert").waitFor(),
  },
  "explore-views": {
    path: "/explore",
    act: async (page) => {
      await page.locator("main header button").first().click();
      await dialog(page);
    },
  },
  sql: { path: "/sql" },
  "sql-answer": {
    path: "/sql",
    act: async (page) => {
      await page.locator("textarea").press("Control+Enter");
      await page.locator("table").waitFor();
    },
  },
  "sql-error": {
    path: "/sql",
    routes: { "**/analytics/sql": { status: 400, ...json({ detail: "Parser Error: syntax error at or near \"SELCT\"" }) } },
    act: async (page) => {
      await page.locator("textarea").press("Control+Enter");
      await page.getByRole("alert").waitFor();
    },
  },
  channels: { path: "/channels" },
  "channels-error": {
    path: "/channels",
    routes: { "**/api/channel/**": { status: 503 } },
    act: (page) => page.getByRole("alert").waitFor(),
  },
  "channel-new": { path: "/channels?new=true", act: dialog },
  "channel-edit": { path: "/channels", act: openRow("Azure east") },
  keys: { path: "/keys" },
  "keys-empty": { path: "/keys?q=nothing" },
  "key-new": { path: "/keys?new=true", act: dialog },
  "key-shown": { path: "/keys", act: reveal },
  logs: { path: "/logs" },
  "logs-empty": { path: "/logs?model=nothing" },
  "log-detail": { path: "/logs", act: openRow("gpt-4o") },
};
const PAIRS = [
  ["light", "en", 1280],
  ["light", "zh-CN", 390],
  ["dark", "en", 390],
  ["dark", "zh-CN", 1280],
];
const REST = [
  ["light", "en", 390],
  ["light", "zh-CN", 1280],
  ["dark", "en", 1280],
  ["dark", "zh-CN", 390],
];

const server = await startMock(0, true);
const base = `http://127.0.0.1:${server.address().port}`;
const browser = await launch();
let failed = 0;

async function prepare(page, scene, [theme, language]) {
  await page.addInitScript(
    ([chosenTheme, chosenLanguage, session]) => {
      localStorage.setItem("weirgate.theme", chosenTheme);
      localStorage.setItem("weirgate.language", chosenLanguage);
      if (session) localStorage.setItem("weirgate.session", session);
    },
    [theme, language, scene.guest ? null : '{"id":1,"username":"root","role":100}'],
  );
  for (const [path, answer] of Object.entries(scene.routes ?? {})) {
    await page.route(path, (route) => route.fulfill(answer));
  }
  if (scene.stalled) await page.route(scene.stalled, () => undefined);
  const body = { username: "root", password: "correct-horse" };
  await page.request.post("/api/user/login", { data: body });
}

async function show(name, scene, look) {
  const width = look[2];
  const viewport = { width, height: width < 500 ? 844 : 860 };
  const { context, page, complaints } = await openPage(browser, { viewport, baseURL: base });
  await prepare(page, scene, look);
  await page.goto(scene.path);
  if (scene.stalled) await page.locator(".skeleton").first().waitFor();
  else await page.waitForLoadState("networkidle");
  await scene.act?.(page);
  await settle(page);
  await page.screenshot({ path: `${ARTIFACTS}/${name}.png` });
  const bad = [...complaints, ...(await overflow(page)), ...(await audit(page))];
  process.stdout.write(`${bad.length ? "FAIL" : "PASS"} ${name}${bad.map((line) => `\n    ${line}`).join("")}\n`);
  failed += bad.length ? 1 : 0;
  await context.close();
}

for (const [scene, plan] of Object.entries(SCENES)) {
  for (const look of all ? [...PAIRS, ...REST] : PAIRS) {
    const name = `${scene}-${look.join("-")}`;
    if (name.includes(only)) await show(name, plan, look);
  }
}
await browser.close();
server.closeAllConnections();
server.close();
process.exitCode = failed ? 1 : 0;
