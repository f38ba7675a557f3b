/* The wallet: redeem a code, check in, hand over to a shop, see the order. */

async function openShop(api) {
  const options = {
    PayAddress: "https://shop.test",
    EpayId: "1001",
    EpayKey: "merchant-key",
    MinTopUp: "2",
    "checkin_setting.enabled": "true",
  };
  for (const [key, value] of Object.entries(options)) await api("PUT", "/api/option/", { key, value });
}

/** Walks the page as root. */
export async function walk({ page, field, button, heading, row, check, api }) {
  const { data: codes } = await api("POST", "/api/redemption/", { name: "gift", quota: 1_000_000, count: 1 });
  await page.goto("/wallet");
  await page.getByText("Nothing can be bought here.").waitFor();
  await heading("No orders yet");
  await button("Redeem").click();
  await page.getByText("Enter the code.").waitFor();
  await field("Code").fill("not-a-code-that-exists-anywhere-12");
  await button("Redeem").click();
  await page.locator("form").getByRole("alert").waitFor();
  await field("Code").fill(codes[0]);
  await button("Redeem").click();
  await page.getByText("$2.00 was added to your balance").waitFor();

  await openShop(api);
  await page.reload();
  await button("Check in today").click();
  await page.getByText(/^Checked in: \$/).first().waitFor();
  await field("Amount in US dollars").fill("1");
  await button("Go to payment").click();
  await page.getByText("Enter whole dollars, 2 at least.").waitFor();
  await field("Amount in US dollars").fill("10");
  await page.getByText(/^To pay: \d/).waitFor();
  let posted = "";
  await page.route("https://shop.test/**", (route) => {
    posted = route.request().postData() ?? "";
    return route.fulfill({ contentType: "text/html", body: "<title>shop</title>" });
  });
  await button("Go to payment").click();
  await page.waitForURL("https://shop.test/**");
  check(posted.includes("sign="), "the shop gets a signed form");
  await page.goto("/wallet?paid=yes");
  await page.getByText("Thank you.").waitFor();
  await row(/\$10.*Waiting for payment/).waitFor();
}

export const scenes = [
  {
    name: "wallet",
    path: "/wallet",
    empty: "/wallet?q=nothing",
    failing: "**/api/user/topup/**",
  },
];
