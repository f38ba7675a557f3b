/* Users: add, find, change, move the balance, refuse what rank forbids, delete. */

/** Walks the page as root. */
export async function walk({ page, field, button, dialog, heading, row, menu, choose, check, api }) {
  await page.goto("/users");
  await heading("Users");
  await button("Add user").first().click();
  const drawer = dialog("New user");
  await drawer.getByRole("button", { name: "Add user" }).click();
  await drawer.getByText("Enter a first password.").waitFor();
  await drawer.getByLabel("User name").fill("carol");
  await drawer.getByLabel("Password").fill("first password");
  await drawer.getByRole("button", { name: "Add user" }).click();
  await row(/carol/).waitFor();

  await field("Name, number or e-mail").fill("carol");
  await page.waitForURL(/q=carol/);
  await row(/\broot\b/).waitFor({ state: "hidden" });
  await menu("carol", "Change the balance");
  const money = dialog("Change the balance");
  await money.getByRole("button", { name: "Change the balance" }).click();
  await money.getByText("Enter an amount above zero").waitFor();
  await money.getByLabel("Amount in US dollars").fill("12.5");
  await money.getByText("afterwards $12.50").waitFor();
  await money.getByRole("button", { name: "Change the balance" }).click();
  await row(/carol.*\$12\.50/).waitFor();

  await menu("carol", "Edit");
  await dialog("Edit user").getByLabel("Shown name").fill("Carol Cash");
  await button("Save changes").click();
  await row(/Carol Cash/).waitFor();
  await menu("carol", "Usage they may read");
  await choose(dialog("Usage they may read").getByLabel("May read the usage of"), "Everybody");
  await button("Save changes").click();
  await page.getByText("carol may now read that usage").waitFor();
  const { data } = await api("GET", "/api/user/search?keyword=carol");
  check(data.items[0].quota === 6_250_000, "the ledger credited 12.50 dollars");

  await menu("carol", "Disable");
  await row(/carol.*Disabled/).waitFor();
  await menu("carol", "Make an administrator");
  await row(/carol.*Administrator/).waitFor();
  await field("Name, number or e-mail").fill("root");
  await row(/\broot\b/).waitFor();
  await menu("root", "Disable");
  await page.getByText("root cannot be disabled").first().waitFor();
  await field("Name, number or e-mail").fill("carol");
  await row(/carol/).waitFor();
  await menu("carol", "Delete");
  await dialog("Delete the user “carol”?").getByRole("button", { name: "Delete" }).click();
  await row(/carol.*Deleted/).waitFor();

  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Search pages and actions" }).fill("Chann");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/channels");
}

export const scenes = [
  {
    name: "users",
    path: "/users",
    empty: "/users?q=nobody-of-this-name",
    failing: "**/api/user/search**",
    open: async (page) => {
      await page.goto("/users?new=true");
      await page.getByRole("dialog").waitFor();
    },
  },
  {
    name: "palette",
    path: "/users",
    open: async (page) => {
      await page.keyboard.press("Control+k");
      await page.getByRole("option").first().waitFor();
    },
  },
];
