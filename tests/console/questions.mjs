/*
 * The six questions that an analyst answers without SQL, each in at most four clicks from the
 * overview, on a server that questions.py has filled. Prints clicks and seconds of each.
 *
 * node questions.mjs BASE
 */
import { ARTIFACTS, launch, openPage, settle } from "./browser.mjs";

const [base] = process.argv.slice(2);
const MOST_CLICKS = 4;
const browser = await launch();
const { page, complaints, context } = await openPage(browser, {
  baseURL: base,
  viewport: { width: 1280, height: 900 },
});
page.setDefaultTimeout(30_000);
let clicks = 0;
let failed = 0;

const click = async (place) => {
  clicks += 1;
  await place.click();
};
const explore = () => click(page.getByRole("navigation").first().getByRole("link", { name: "Explore", exact: true }));
const board = (name) => click(page.getByRole("button", { name, exact: true }));
const choose = async (label, option) => {
  await click(page.getByRole("combobox", { name: label, exact: true }));
  await click(page.getByRole("option", { name: option, exact: true }));
};
const row = (name) => page.getByRole("row", { name });
const check = (truth, claim) => {
  if (!truth) throw new Error(`not so: ${claim}`);
};

const QUESTIONS = {
  "yesterday's spend by model": async () => {
    await explore();
    await choose("Time range", "Yesterday");
    await page.waitForURL(/range=yesterday/);
    await row(/gpt-4o .*\$/).first().waitFor();
    await page.getByRole("img", { name: "Spend over time" }).waitFor();
  },
  "whose cost grew most, week on week": async () => {
    await explore();
    await board("Users growing most");
    await row(/carol/).waitFor();
    const first = await page.locator("tbody tr").first().textContent();
    check(/carol/.test(first) && /Before/.test(first) && /\+\d+ %/.test(first), `carol is first: ${first}`);
  },
  "p95 of a channel's first token by hour": async () => {
    await explore();
    await board("First token p95 by hour");
    await click(page.getByRole("button", { name: "first", exact: true }));
    await page.waitForURL(/only=channel/);
    await page.getByRole("img", { name: "First token p95 over time" }).waitFor();
    await row(/^first/).waitFor();
    await row(/^second/).waitFor({ state: "detached" });
  },
  "margin of a group": async () => {
    await explore();
    await board("Margin by group");
    await row(/^vip.*\$.*40 %/).waitFor();
  },
  "error rate by provider": async () => {
    await explore();
    await board("Errors by provider");
    await row(/^Anthropic.*20 %/).waitFor();
    await row(/^OpenAI.*0 %/).waitFor();
  },
  "cache share of a key": async () => {
    await explore();
    await board("Cache share by key");
    await row(/^bob-key.*3\d\.?\d* %/).waitFor();
  },
};

async function logIn() {
  await page.goto("/login");
  await page.getByLabel("Name or e-mail").fill("root");
  await page.getByLabel("Password").fill("correct horse");
  await page.getByRole("button", { name: "Log in", exact: true }).click();
  await page.getByRole("heading", { name: "Overview", exact: true }).waitFor();
}

await logIn();
for (const [name, answer] of Object.entries(QUESTIONS)) {
  await page.goto("/");
  await page.getByRole("heading", { name: "Overview", exact: true }).waitFor();
  clicks = 0;
  const begun = performance.now();
  try {
    await answer();
    check(clicks <= MOST_CLICKS, `${clicks} clicks are at most ${MOST_CLICKS}`);
    check(complaints.length === 0, `the browser's console is clean: ${complaints.join("; ")}`);
    const seconds = ((performance.now() - begun) / 1000).toFixed(2);
    process.stdout.write(`PASS ${name}: ${clicks} clicks, ${seconds} s\n`);
  } catch (error) {
    failed += 1;
    process.stdout.write(`FAIL ${name}: ${error.message}\n`);
  }
  await settle(page).catch(() => null);
  await page.screenshot({ path: `${ARTIFACTS}/question-${name.replaceAll(/\W+/g, "-")}.png` });
}
await context.close();
await browser.close();
process.exitCode = failed ? 1 : 0;
