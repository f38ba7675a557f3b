/* Operations: run a job, see an edit and go back, verify the ledger, see the node. */

/** Walks the page as root. */
export async function walk({ page, button, dialog, heading, row, api }) {
  await page.goto("/operations");
  await heading("Operations");
  await page.getByRole("button", { name: /^Run now/ }).first().click();
  await page.getByText(/was asked to run/).first().waitFor();

  await api("PUT", "/api/option/", { key: "RetryTimes", value: "5" });
  await button("Audit log").click();
  await page.waitForURL(/tab=history/);
  await row(/RetryTimes/).first().click();
  const drawer = page.getByRole("dialog", { name: "RetryTimes" });
  await drawer.getByRole("button", { name: "Go back" }).click();
  await page.getByText("The former state is back").waitFor();

  await button("Ledger").click();
  await button("Verify now").click();
  await page.getByText(/^The books agree/).waitFor();
  await button("Nodes").click();
  await row(/This one.*Running/).waitFor();
  await button("Backup and update").click();
  await heading("Take a backup");
}

export const scenes = [
  { name: "operations", path: "/operations", failing: "**/api/weirgate/jobs" },
  {
    name: "history",
    path: "/operations?tab=history",
    empty: "/operations?tab=history",
    emptied: { "**/api/weirgate/history*": [] },
    failing: "**/api/weirgate/history*",
  },
  {
    name: "ledger",
    path: "/operations?tab=ledger",
    open: async (page) => {
      await page.locator("main button").last().click();
      await page.getByRole("status").first().waitFor();
    },
  },
  { name: "nodes", path: "/operations?tab=nodes", failing: "**/api/weirgate/nodes" },
];
