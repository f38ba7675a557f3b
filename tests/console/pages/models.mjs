/* Model descriptions and vendors; tasks and drawings before any work. */

/** Walks the pages as root. */
export async function walk({ page, field, button, dialog, heading, row, menu, choose }) {
  await page.goto("/models?tab=vendors");
  await heading("Model descriptions");
  await button("Add vendor").first().click();
  const vendor = dialog("Vendor");
  await vendor.getByRole("button", { name: "Save changes" }).click();
  await vendor.getByText("Enter the vendor's name.").waitFor();
  await vendor.getByLabel("Vendor", { exact: true }).fill("House of Models");
  await vendor.getByRole("button", { name: "Save changes" }).click();
  await row(/House of Models/).waitFor();

  await button("Models").click();
  await button("Describe a model").first().click();
  const drawer = dialog("Model description");
  await drawer.getByLabel("Model", { exact: true }).fill("house-writer");
  await drawer.getByLabel("Description").fill("Writes houses.");
  await choose(drawer.getByLabel("Vendor"), "House of Models");
  await drawer.getByRole("button", { name: "Save changes" }).click();
  await row(/house-writer.*House of Models/).waitFor();
  await field("Search by name").fill("house");
  await page.waitForURL(/q=house/);
  await menu("house-writer", "Delete");
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await heading("Nothing matches");

  await page.goto("/tasks");
  await heading("No work yet");
  await button("Drawings").click();
  await page.waitForURL(/tab=drawings/);
  await heading("No work yet");
}

const TASK = {
  id: 7,
  task_id: "task-7",
  platform: "kling",
  action: "text2video",
  status: "SUCCESS",
  progress: "100%",
  submit_time: 1_795_000_000,
  finish_time: 1_795_000_090,
  quota: 250_000,
  fail_reason: "",
  result_url: "https://files.test/7.mp4",
};

export const scenes = [
  { name: "models", path: "/models", empty: "/models?q=nothing-such", failing: "**/api/models/*" },
  {
    name: "tasks",
    path: "/tasks",
    empty: "/tasks?q=nothing-such",
    failing: "**/api/task/**",
    open: async (page) => {
      const items = [TASK];
      await page.route("**/api/task/**", (route) =>
        route.fulfill({ json: { success: true, message: "", data: { items, total: 1 } } }),
      );
      await page.goto("/tasks");
      await page.getByText("task-7").waitFor();
      await page.unrouteAll();
    },
  },
];
