/* Before login: an invited newcomer registers, makes a key, comes back by a passkey; GitHub; closed doors. */
import { createServer } from "node:http";
import { openPage } from "../browser.mjs";

const NAME = "ann";
const SECRET = "a pass of words";

async function offer({ api, base, upstream }) {
  const channel = { name: "first", type: 1, key: "sk-upstream", base_url: upstream, models: "gpt-4o", group: "default" };
  await api("POST", "/api/channel/", { mode: "single", channel });
  const options = {
    GitHubClientId: "client-of-tests",
    GitHubClientSecret: "secret-of-tests",
    GitHubOAuthEnabled: "true",
    "passkey.enabled": "true",
    "passkey.origins": base,
    "passkey.allow_insecure_origin": "true",
  };
  for (const [key, value] of Object.entries(options)) await api("PUT", "/api/option/", { key, value });
}

async function registerInvited(page, code, check) {
  await page.goto("/login");
  await page.getByRole("link", { name: "Create an account" }).click();
  await page.getByRole("heading", { name: "Create an account" }).waitFor();
  await page.goto(`/register?aff=${code}`);
  await page.getByText(`You were invited with the code ${code}.`).waitFor();
  await page.getByRole("button", { name: "Create an account" }).click();
  await page.getByText("Use 1 to 20 characters.").waitFor();
  await page.getByLabel("Name", { exact: true }).fill(NAME);
  await page.getByLabel("Password", { exact: true }).fill(SECRET);
  await page.getByLabel("Repeat the password").fill(`${SECRET}!`);
  await page.getByRole("button", { name: "Create an account" }).click();
  await page.getByText("The two passwords differ.").waitFor();
  await page.getByLabel("Repeat the password").fill(SECRET);
  await page.getByRole("button", { name: "Create an account" }).click();
  await page.getByRole("heading", { name: "Get started" }).waitFor();
  check((await page.getByRole("link", { name: "Channels" }).count()) === 0, "a newcomer has no channels page");
}

async function makeKey(page, check) {
  await page.getByRole("link", { name: "Create a key" }).click();
  const drawer = page.getByRole("dialog", { name: "New key" });
  await drawer.getByLabel("Name", { exact: true }).fill("first");
  await drawer.getByRole("button", { name: "Create key" }).click();
  const key = (await page.getByTestId("key-text").textContent()).trim();
  check(/^sk-\w{20,}$/.test(key), "the new key is shown whole");
  check((await page.getByRole("tabpanel").textContent()).includes(key), "the snippet holds the key");
  await page.getByRole("button", { name: "Done", exact: true }).click();
}

async function comeBackByPasskey(page) {
  const devices = await page.context().newCDPSession(page);
  await devices.send("WebAuthn.enable");
  const kind = { protocol: "ctap2", transport: "internal" };
  const skills = { hasResidentKey: true, hasUserVerification: true, isUserVerified: true };
  await devices.send("WebAuthn.addVirtualAuthenticator", { options: { ...kind, ...skills } });
  await page.goto("/profile");
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await page.getByRole("button", { name: "Remove the passkey" }).waitFor();
  await page.getByRole("button", { name: /^Account menu/ }).first().click();
  await page.getByRole("menuitem", { name: "Log out" }).click();
  await page.waitForURL("**/login");
  await page.getByRole("button", { name: "Log in with a passkey" }).click();
  await page.getByRole("heading", { name: "Overview", exact: true }).waitFor();
}

/** Starts a provider on another site than the console's: it consents at once, and knows one person. */
async function startProvider() {
  const server = createServer((request, response) => {
    const { pathname, searchParams: asked } = new URL(request.url, "http://provider.test");
    if (pathname === "/authorize") {
      const back = new URL(asked.get("redirect_uri"));
      back.search = new URLSearchParams({ code: "a-code", state: asked.get("state") });
      return response.writeHead(302, { location: back.href }).end();
    }
    const found = { "/token": { access_token: "t", token_type: "bearer" }, "/user": { id: 42, login: "octo" } };
    return response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(found[pathname]));
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return { url: `http://127.0.0.1:${server.address().port}`, stop: () => server.close() };
}

async function comeByGitHub(page, { api, base }, check) {
  const provider = await startProvider();
  const options = { ServerAddress: base };
  for (const part of ["authorize", "token", "user"]) options[`weirgate.github_${part}_url`] = `${provider.url}/${part}`;
  for (const [key, value] of Object.entries(options)) await api("PUT", "/api/option/", { key, value });
  await page.goto("/login");
  await page.getByRole("button", { name: "Continue with GitHub" }).click();
  await page.getByRole("heading", { name: "Get started" }).waitFor();
  await page.goto("/profile");
  await page.getByText("Linked: 42").waitFor();
  check(!(await page.evaluate(() => document.cookie)).includes("landed"), "who landed is told once");
  provider.stop();
}

async function findClosed(page, { api }) {
  await api("PUT", "/api/option/", { key: "RegisterEnabled", value: "false" });
  await page.goto("/register");
  await page.getByText(/^Registration is closed here/).waitFor();
  await api("PUT", "/api/option/", { key: "RegisterEnabled", value: "true" });
}

async function openLinks(page) {
  await page.goto("/login");
  await page.getByRole("link", { name: "Forgot the password?" }).click();
  await page.getByLabel("E-mail address").fill("ann@mail.test");
  await page.getByRole("button", { name: "Send the link" }).click();
  await page.getByRole("alert").waitFor(); // no mail server is set
  await page.goto("/user/reset?email=ann%40mail.test&token=11111111-2222-4333-8444-555555555555");
  await page.getByRole("button", { name: "Get a new password" }).click();
  await page.getByRole("alert").waitFor();
}

/** Walks the pages as somebody new; root only opens the doors. */
export async function walk(tools) {
  const { page: roots, base, api, check } = tools;
  await offer(tools);
  const code = (await api("GET", "/api/user/aff")).data;
  const browser = roots.context().browser();
  const newcomer = await openPage(browser, { baseURL: base });
  const visitor = await openPage(browser, { baseURL: base });
  for (const { page } of [newcomer, visitor]) page.setDefaultTimeout(60_000);
  await registerInvited(newcomer.page, code, check);
  check((await api("GET", "/api/user/self")).data.aff_count === 1, "the invitation counts");
  await makeKey(newcomer.page, check);
  await comeBackByPasskey(newcomer.page);
  await openLinks(visitor.page);
  await findClosed(visitor.page, tools);
  await comeByGitHub(visitor.page, tools, check);
  const complaints = [...newcomer.complaints, ...visitor.complaints];
  check(complaints.length === 0, `the pages complain of nothing, but: ${complaints.join("; ")}`);
  await newcomer.context.close();
  await visitor.context.close();
}

export const scenes = [
  { name: "login", path: "/login", guest: true },
  { name: "register", path: "/register?aff=AbCd", guest: true, failing: "**/api/status" },
  { name: "forgot", path: "/forgot", guest: true },
  { name: "reset", path: "/user/reset?email=ann%40mail.test&token=t", guest: true },
];
