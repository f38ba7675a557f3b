/* Settings: search, save a text, refuse a wrong one, switch, keep a secret unseen. */

/** Walks the page as root. */
export async function walk({ page, field, button, heading, check, api }) {
  await page.goto("/settings");
  await heading("Settings");
  await field("Search all settings").fill("RetryTimes");
  await page.waitForURL(/q=RetryTimes/);
  await field("RetryTimes").fill("many");
  await page.getByText("Enter a whole number.").waitFor();
  await field("RetryTimes").fill("-7");
  await button("Save").click();
  await page.locator("form").getByRole("alert").waitFor();
  await field("RetryTimes").fill("4");
  await button("Save").click();
  await page.getByText("RetryTimes was saved").waitFor();

  await field("Search all settings").fill("SMTPToken");
  await field("SMTPToken").fill("mail-password");
  await button("Save").click();
  await page.getByText("SMTPToken was saved").waitFor();
  check(!(await page.content()).includes("mail-password"), "a secret is not shown again");

  await page.goto("/settings?section=accounts");
  await page.getByRole("switch", { name: "EmailAliasRestrictionEnabled" }).click();
  await page.getByText("EmailAliasRestrictionEnabled was saved").waitFor();
  const { data } = await api("GET", "/api/option/");
  const stored = new Map(data.map((row) => [row.key, row.value]));
  check(stored.get("RetryTimes") === "4", "the number is stored");
  check(stored.get("EmailAliasRestrictionEnabled") === "true", "the switch is stored");
}

export const scenes = [
  { name: "settings", path: "/settings", empty: "/settings?q=nothing-of-this-name", failing: "**/api/option/" },
  { name: "settings-relay", path: "/settings?section=relay" },
];
