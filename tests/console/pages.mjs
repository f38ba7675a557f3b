/*
 * The pages of accounts and administration against a real server, in Chromium: each module of
 * pages/ walks its page's happy path; then its scenes are drawn with their empty and error looks,
 * in two themes, languages and widths, and checked by axe. A scene with `guest`: before login.
 *
 * node pages.mjs BASE UPSTREAM [NAME]    BASE: an empty server; NAME: modules of pages/, by comma
 */
import { readdirSync } from "node:fs";
import { audit, overflow } from "./audit.mjs";
import { ARTIFACTS, launch, openPage, settle } from "./browser.mjs";

const [address, upstream, only = ""] = process.argv.slice(2);
// Passkeys want a name, not an address.
const base = address.replace("127.0.0.1", "localhost");
const USER = "root";
const PASSWORD = "correct horse";
const WAIT_MS = 60_000;
const LOOKS = [
  ["light", "en", 1280, 860],
  ["dark", "zh-TW", 390, 844],
];

let failed = 0;

function report(name, faults) {
  process.stdout.write(`${faults.length ? "FAIL" : "PASS"} ${name}${faults.map((line) => `\n    ${line}`).join("")}\n`);
  failed += faults.length ? 1 : 0;
}

/** Sets the server up and returns the session that the browser keeps. */
async function setUp(request) {
  const account = { username: USER, password: PASSWORD };
  await request.post("/api/setup", { data: { ...account, confirmPassword: PASSWORD } });
  const answer = await (await request.post("/api/user/login", { data: account })).json();
  const { id, username, role } = answer.data;
  return { id, username, role };
}

function tools(page, session) {
  const field = (label) => page.getByLabel(label, { exact: true });
  const button = (name) => page.getByRole("button", { name, exact: true });
  return {
    page,
    session,
    base,
    upstream,
    password: PASSWORD,
    field,
    button,
    dialog: (name) => page.getByRole("dialog", { name }),
    heading: (name) => page.getByRole("heading", { name, exact: true }).waitFor(),
    row: (name) => page.getByRole("row", { name }),
    menu: async (row, item) => {
      await button(`Actions for ${row}`).click();
      await page.getByRole("menuitem", { name: item, exact: true }).click();
    },
    choose: async (control, option) => {
      await control.click();
      await page.getByRole("option", { name: option, exact: true }).click();
    },
    check: (truth, claim) => {
      if (!truth) throw new Error(`not so: ${claim}`);
    },
    api: async (method, path, data) => {
      const headers = { "New-Api-User": String(session.id) };
      const answer = await page.request.fetch(path, { method, headers, ...(data ? { data } : {}) });
      return answer.json();
    },
  };
}

async function inLook(browser, state, session, [theme, language, width, height]) {
  const viewport = { width, height };
  const opened = await openPage(browser, { viewport, baseURL: base, storageState: state });
  await opened.page.addInitScript(
    ([chosenTheme, chosenLanguage, own]) => {
      localStorage.setItem("weirgate.theme", chosenTheme);
      localStorage.setItem("weirgate.language", chosenLanguage);
      localStorage.setItem("weirgate.session", own);
    },
    [theme, language, JSON.stringify(session)],
  );
  opened.page.setDefaultTimeout(WAIT_MS);
  return opened;
}

async function draw(name, { page, complaints }, act) {
  const faults = [];
  try {
    await act(page);
    await settle(page);
    await page.screenshot({ path: `${ARTIFACTS}/page-${name}.png` });
    faults.push(...(await overflow(page)), ...(await audit(page)), ...complaints.splice(0));
  } catch (error) {
    faults.push(error.message);
    await page.screenshot({ path: `${ARTIFACTS}/page-${name}.png` });
  }
  report(name, faults);
}

async function visit(page, path) {
  await page.goto(path);
  await page.waitForLoadState("networkidle");
}

/** Draws a scene: as it is, opened, without rows, and with a server that fails. */
async function drawScene(scene, opened, look) {
  const name = (kind) => [scene.name, kind, look[0]].filter(Boolean).join("-");
  await draw(name(""), opened, async (page) => {
    await visit(page, scene.path);
    await page.locator("main h1").waitFor();
  });
  if (scene.open) await draw(name("open"), opened, scene.open);
  if (scene.empty) {
    await draw(name("empty"), opened, async (page) => {
      for (const [path, body] of Object.entries(scene.emptied ?? {})) {
        await page.route(path, (route) => route.fulfill({ json: body }));
      }
      await visit(page, scene.empty);
      await page.locator("main h2").first().waitFor();
      await page.unrouteAll();
    });
  }
  if (scene.failing) {
    await draw(name("error"), opened, async (page) => {
      await page.route(scene.failing, (route) => route.fulfill({ status: 503, body: "{}" }));
      await visit(page, scene.path);
      await page.getByRole("alert").first().waitFor();
      await page.unrouteAll();
    });
  }
}

async function walkPage(name, module, opened, session) {
  const faults = [];
  try {
    await module.walk(tools(opened.page, session));
    faults.push(...opened.complaints.splice(0));
  } catch (error) {
    faults.push(error.message);
    await opened.page.screenshot({ path: `${ARTIFACTS}/page-${name}-walk.png` });
  }
  report(`${name}: the happy path`, faults);
}

const browser = await launch();
const first = await browser.newContext({ baseURL: base });
const session = await setUp(first.request);
const state = await first.storageState();
const names = readdirSync(new URL("pages", import.meta.url)).map((file) => file.replace(".mjs", ""));
const modules = new Map();
const wanted = only.split(",");
for (const name of names.filter((one) => wanted.some((word) => one.includes(word))).sort()) {
  modules.set(name, await import(`./pages/${name}.mjs`));
}
for (const look of LOOKS) {
  const opened = await inLook(browser, state, session, look);
  const guest = await inLook(browser, { cookies: [], origins: [] }, null, look);
  for (const [name, module] of modules) {
    if (look === LOOKS[0]) await walkPage(name, module, opened, session);
    for (const scene of module.scenes) await drawScene(scene, scene.guest ? guest : opened, look);
  }
  await opened.context.close();
  await guest.context.close();
}
await browser.close();
process.exitCode = failed ? 1 : 0;
