/* Prices and the market: a channel's model gets a price and shows it in each group. */

/** Walks the pages as root. */
export async function walk({ page, field, button, dialog, heading, row, menu, choose, api, upstream }) {
  const channel = {
    name: "market",
    type: 1,
    key: "sk-upstream",
    base_url: upstream,
    models: "house-model",
    group: "default,vip",
  };
  await api("POST", "/api/channel/", { mode: "single", channel });
  await api("PUT", "/api/option/", { key: "GroupRatio", value: '{"default":1,"vip":0.5}' });
  await page.goto("/prices");
  await heading("Prices");
  await button("Price a model").first().click();
  const drawer = dialog("Price a model");
  await drawer.getByRole("button", { name: "Save changes" }).click();
  await drawer.getByText("Enter the model's name.").waitFor();
  await drawer.getByLabel("Model", { exact: true }).fill("house-model");
  await drawer.getByLabel("Ratio", { exact: true }).fill("1.25");
  await drawer.getByLabel("Output ratio").fill("4");
  await drawer.getByText("A million tokens cost $2.50 in and $10.00 out.").waitFor();
  await drawer.getByRole("button", { name: "Save changes" }).click();
  await field("Search by model").fill("gpt-4o-mini");
  await row(/^gpt-4o-mini .*\$0\.15.*\$0\.60 ?built in/).waitFor();
  await field("Search by model").fill("house");
  await row(/house-model.*\$2\.50.*\$10\.00/).waitFor();

  await page.goto("/market");
  await row(/house-model.*\$2\.50.*\$10\.00/).waitFor();
  await choose(page.getByRole("combobox", { name: "Group" }), "vip (price × 0.5)");
  await page.waitForURL(/group=vip/);
  await row(/house-model.*\$1\.25.*\$5\.00/).waitFor();

  await page.goto("/prices?q=house");
  await menu("house-model", "Delete");
  await dialog("Delete the prices of “house-model”?").getByRole("button", { name: "Delete" }).click();
  await heading("Nothing matches");
}

export const scenes = [
  { name: "prices", path: "/prices", empty: "/prices?q=nothing-such", failing: "**/api/option/" },
  { name: "market", path: "/market", empty: "/market?q=nothing-such", failing: "**/api/pricing" },
];
