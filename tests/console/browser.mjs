/*
 * Chromium for the browser tests: Debian's, headless, with everything that would call home switched
 * off. A page whose console shows an error, or that breaks the content security policy, fails.
 */
import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const fromConsole = createRequire(new URL("../../python/console/package.json", import.meta.url));
const { chromium } = fromConsole("playwright-core");

/** Where screenshots go. */
export const ARTIFACTS = fileURLToPath(new URL("../.artifacts", import.meta.url));
mkdirSync(ARTIFACTS, { recursive: true });

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Starts the browser; CHROMIUM names another binary than Debian's. */
export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    args: FLAGS,
  });
}

/**
 * Opens a page; `complaints` collects what the browser's console reports as an error. An answer 401
 * or the like is a normal part of some steps, so failed requests are not complaints.
 */
export async function openPage(browser, options) {
  const context = await browser.newContext({ locale: "en-US", ...options });
  const page = await context.newPage();
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(`uncaught: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() !== "error") return;
    if (/Failed to load resource/.test(message.text())) return;
    complaints.push(message.text());
  });
  return { context, page, complaints };
}

/** Waits until nothing that ends is still moving; a loading look may pulse for ever. */
export async function settle(page) {
  await page.evaluate(() => {
    const ending = document
      .getAnimations()
      .filter((one) => one.effect?.getComputedTiming().iterations !== Number.POSITIVE_INFINITY);
    return Promise.all(ending.map((one) => one.finished.catch(() => null)));
  });
}
