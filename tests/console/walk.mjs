/*
 * The console's walk through a new server, in a real Chromium: setup → login → channel → key → a
 * call → its row in the logs. Prints one PASS or FAIL line a step and saves a screenshot of each.
 *
 * node walk.mjs BASE UPSTREAM    BASE: an empty server; UPSTREAM: what the channel leads to
 */
import { ARTIFACTS, launch, openPage, settle } from "./browser.mjs";

const [base, upstream] = process.argv.slice(2);
if (!base || !upstream) {
  process.stderr.write("usage: node walk.mjs BASE UPSTREAM\n");
  process.exit(2);
}

const USER = "root";
const PASSWORD = "correct horse";
const MODEL = "gpt-4o";
const WAIT_MS = 15_000;

const browser = await launch();
const { page, complaints, context } = await openPage(browser, {
  baseURL: base,
  viewport: { width: 1280, height: 860 },
  colorScheme: "light",
});
page.setDefaultTimeout(WAIT_MS);

let passed = 0;
const kept = { key: "", requestId: "" };

function check(truth, claim) {
  if (!truth) throw new Error(`not so: ${claim}`);
}

async function step(name, act) {
  try {
    await act();
    check(complaints.length === 0, `the browser's console is clean: ${complaints.join("; ")}`);
    passed += 1;
    process.stdout.write(`PASS ${name}\n`);
  } catch (error) {
    process.stdout.write(`FAIL ${name}: ${error.message}\n`);
    throw error;
  } finally {
    const file = `walk-${String(passed).padStart(2, "0")}-${name.replaceAll(/\W+/g, "-")}.png`;
    await settle(page).catch(() => null);
    await page.screenshot({ path: `${ARTIFACTS}/${file}` });
  }
}

const field = (label) => page.getByLabel(label, { exact: true });
const button = (name) => page.getByRole("button", { name, exact: true });
const heading = (name) => page.getByRole("heading", { name, exact: true }).waitFor();
const goTo = (name) => page.getByRole("navigation").first().getByRole("link", { name, exact: true }).click();

async function setUp() {
  await page.goto("/");
  await page.waitForURL("**/setup");
  await field("Administrator name").fill(USER);
  await field("Password").fill("short");
  await button("Set up and log in").click();
  await page.getByText("Use at least 8 characters.").waitFor();
  await field("Password").fill(PASSWORD);
  await field("Repeat the password").fill(PASSWORD);
  await button("Set up and log in").click();
  await heading("Overview");
  await heading("Get started");
}

async function logIn() {
  await page.getByRole("button", { name: /^Account menu/ }).first().click();
  await page.getByRole("menuitem", { name: "Log out" }).click();
  await page.waitForURL("**/login");
  await page.goto("/keys");
  await page.waitForURL("**/login?next=*");
  await field("Name or e-mail").fill(USER);
  await field("Password").fill("wrong password");
  await button("Log in").click();
  await page.getByRole("alert").waitFor();
  await field("Password").fill(PASSWORD);
  await button("Log in").click();
  await heading("API keys");
}

async function addChannel() {
  await goTo("Channels");
  await heading("No channels yet");
  await button("Add channel").first().click();
  const drawer = page.getByRole("dialog", { name: "New channel" });
  await drawer.getByLabel("Name", { exact: true }).fill("loopback");
  await drawer.getByLabel("Address").fill(upstream);
  await drawer.getByLabel("Key", { exact: true }).fill("sk-upstream");
  await drawer.getByRole("button", { name: "Fetch from upstream" }).click();
  const picker = page.getByRole("dialog", { name: /^The upstream has/ });
  await picker.getByLabel(MODEL, { exact: true }).check();
  await picker.getByRole("button", { name: "Use 1 model" }).click();
  await drawer.getByRole("button", { name: "Add channel" }).click();
  await drawer.waitFor({ state: "hidden" });
  await page.getByRole("row", { name: /loopback/ }).waitFor();
}

async function testChannel() {
  const row = page.getByRole("row", { name: /loopback/ });
  await row.getByRole("button", { name: "Actions for loopback" }).click();
  await page.getByRole("menuitem", { name: "Test" }).click();
  await button("Run the test").click();
  await page.getByText(/^It works: answered in/).waitFor();
  await button("Close").click();
}

async function addKey() {
  await goTo("API keys");
  await button("Create key").first().click();
  const drawer = page.getByRole("dialog", { name: "New key" });
  await drawer.getByRole("button", { name: "Create key" }).click();
  await drawer.getByText("Enter a name.").waitFor();
  await drawer.getByLabel("Name", { exact: true }).fill("walk");
  await drawer.getByRole("switch").click();
  await drawer.getByLabel("Budget in US dollars").fill("12.50");
  await drawer.getByRole("button", { name: "Create key" }).click();
  kept.key = (await page.getByTestId("key-text").textContent()).trim();
  check(/^sk-\w{20,}$/.test(kept.key), "the new key is shown whole");
  await button("Test this key").click();
  await page.getByText("It works: 1 model is available.").waitFor();
  check((await page.getByRole("tabpanel").textContent()).includes(kept.key), "the snippet holds the key");
}

async function seeKey() {
  await button("Done").click();
  const row = page.getByRole("row", { name: /walk/ });
  check((await row.textContent()).includes("$12.50"), "the list shows the budget");
  check(!(await page.content()).includes(kept.key), "the whole key is gone from the page");
}

async function call() {
  const answer = await fetch(`${base}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${kept.key}`, "content-type": "application/json" },
    body: JSON.stringify({ model: MODEL, messages: [{ role: "user", content: "Hello" }] }),
  });
  const body = await answer.json();
  check(answer.status === 200, `the call answers 200, not ${answer.status}: ${JSON.stringify(body)}`);
  check(body.usage.prompt_tokens > 0, "the call reports its usage");
  kept.requestId = answer.headers.get("x-oneapi-request-id") ?? "";
}

async function seeLog() {
  await goTo("Logs");
  const row = page.getByRole("row", { name: /gpt-4o.*walk/ });
  await row.first().waitFor({ timeout: 30_000 });
  await row.first().click();
  const drawer = page.getByRole("dialog", { name: MODEL });
  await drawer.getByRole("heading", { name: "Price" }).waitFor();
  const text = await drawer.textContent();
  check(text.includes("Charged"), "the details show what was charged");
  check(text.includes(kept.requestId), `the details show the request id ${kept.requestId}`);
  check(!/Charged\D*\$0\.00(?!\d)/.test(text), "the charge is not zero");
}

async function filterLog() {
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
  await field("Key name").fill("nobody");
  await page.waitForURL(/key=nobody/);
  await heading("Nothing matches");
  await page.reload();
  await heading("Nothing matches");
  await button("Clear filters").first().click();
  await page.getByRole("row", { name: /gpt-4o.*walk/ }).first().waitFor();
}

async function seeOverview() {
  await goTo("Overview");
  await page.getByRole("img", { name: /^Spend over time/ }).waitFor();
  await page.getByRole("link", { name: /gpt-4o/ }).first().waitFor();
}

async function switchKeyOff() {
  await goTo("API keys");
  await page.getByRole("switch", { name: "walk is enabled" }).click();
  await page.getByRole("row", { name: /walk/ }).getByText("Disabled").waitFor();
}

async function seeAsUser() {
  const session = JSON.parse(await page.evaluate(() => localStorage.getItem("weirgate.session")));
  const answer = await page.request.post("/api/user/", {
    headers: { "New-Api-User": String(session.id) },
    data: { username: "alice", password: PASSWORD, display_name: "Alice", role: 1 },
  });
  check((await answer.json()).success, "the administrator adds a user");
  const { context: other, page: hers, complaints: hurt } = await openPage(browser, { baseURL: base });
  hers.setDefaultTimeout(WAIT_MS);
  await hers.goto("/channels");
  await hers.getByLabel("Name or e-mail").fill("alice");
  await hers.getByLabel("Password").fill(PASSWORD);
  await hers.getByRole("button", { name: "Log in", exact: true }).click();
  await hers.getByRole("heading", { name: "Overview", exact: true }).waitFor();
  check((await hers.getByRole("link", { name: "Channels" }).count()) === 0, "a user has no channels page");
  await hers.goto("/logs?range=30d");
  await hers.getByRole("heading", { name: "Logs", exact: true }).waitFor();
  check((await hers.getByLabel("User").count()) === 0, "a user cannot filter by user");
  await hers.getByText(/^(No entries in this range|login)$/).first().waitFor();
  await hers.getByText("$0.00").waitFor();
  check(!(await hers.content()).includes("loopback"), "a user sees no channel");
  check(hurt.length === 0, `the user's console is clean: ${hurt.join("; ")}`);
  await other.close();
}

async function endSession() {
  await context.clearCookies();
  await page.reload();
  await page.waitForURL("**/login?*expired=true*");
  await field("Name or e-mail").fill(USER);
  await field("Password").fill(PASSWORD);
  await button("Log in").click();
  await heading("API keys");
}

async function changeLooks() {
  await page.getByRole("button", { name: /^Account menu/ }).first().click();
  await page.getByRole("menuitemradio", { name: "Dark" }).click();
  await page.getByRole("menuitemradio", { name: "简体中文" }).click();
  await page.getByRole("heading", { name: "API 密钥" }).waitFor();
  check((await page.locator("html").getAttribute("data-theme")) === "dark", "the theme is dark");
  await page.reload();
  await page.getByRole("heading", { name: "API 密钥" }).waitFor();
  check((await page.locator("html").getAttribute("data-theme")) === "dark", "the theme stays");
}

try {
  await step("set the server up", setUp);
  await step("log in, after a refusal", logIn);
  await step("add a channel with models from upstream", addChannel);
  await step("test the channel", testChannel);
  await step("create a key with a budget", addKey);
  await step("see the key in the list", seeKey);
  await step("call through the gateway", call);
  await step("see the call in the logs", seeLog);
  await step("filter the logs by address", filterLog);
  await step("see the call in the overview", seeOverview);
  await step("switch the key off", switchKeyOff);
  await step("see less as a plain user", seeAsUser);
  await step("log in again where the session ended", endSession);
  await step("change theme and language", changeLooks);
} catch {
  process.exitCode = 1;
} finally {
  await context.close();
  await browser.close();
}
