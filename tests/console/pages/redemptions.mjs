/* Redemption codes: make a batch, see them once, find, disable, delete the invalid. */

/** Walks the page as root. */
export async function walk({ page, field, button, dialog, heading, row, menu, check }) {
  await page.goto("/redemptions");
  await heading("No codes yet");
  await button("Make codes").first().click();
  const drawer = dialog("New codes");
  await drawer.getByLabel("Worth in US dollars").fill("0");
  await drawer.getByRole("button", { name: "Make codes" }).click();
  await drawer.getByText("Use 1 to 20 characters.").waitFor();
  await drawer.getByText("Enter an amount above zero").waitFor();
  await drawer.getByLabel("Name", { exact: true }).fill("spring");
  await drawer.getByLabel("Worth in US dollars").fill("2.50");
  await drawer.getByLabel("How many").fill("2");
  await drawer.getByRole("button", { name: "Make codes" }).click();
  const made = dialog("2 codes were made");
  const text = await made.getByRole("figure").textContent();
  check(/\w{20,}/.test(text), "the codes are shown");
  const saved = page.waitForEvent("download");
  await made.getByRole("button", { name: "Download" }).click();
  check((await saved).suggestedFilename() === "spring.txt", "the codes are a file");
  await made.getByRole("button", { name: "Done" }).click();
  await row(/spring.*\$2\.50/).nth(1).waitFor();

  await button("Actions for spring").first().click();
  await page.getByRole("menuitem", { name: "Disable" }).click();
  await row(/spring.*Disabled/).waitFor();
  await button("Delete invalid").click();
  await dialog("Delete all invalid codes?").getByRole("button", { name: "Delete" }).click();
  await page.getByText("1 code was deleted").waitFor();
  await menu("spring", "Edit");
  await dialog("Edit code").getByLabel("Name", { exact: true }).fill("summer");
  await button("Save changes").click();
  await row(/summer.*Not used/).waitFor();
  await field("Name or number").fill("winter");
  await heading("Nothing matches");
}

export const scenes = [
  {
    name: "redemptions",
    path: "/redemptions",
    empty: "/redemptions?q=nothing",
    failing: "**/api/redemption/**",
  },
];
