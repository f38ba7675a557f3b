/* Profile and security: names, password, one-time codes, passkey, token, warnings. */
import { createHmac } from "node:crypto";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Returns the code of RFC 6238 for a base32 secret at a time, SHA-1, 30 s, six digits. */
function codeAt(secret, at) {
  const bits = [...secret].map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const digest = createHmac("sha1", key).update(counter).digest();
  const start = digest[19] & 15;
  return String((digest.readUInt32BE(start) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

const section = (page, title) =>
  page.locator("section").filter({ has: page.getByRole("heading", { name: title, exact: true }) });

async function factor({ page, button, check }) {
  const codes = section(page, "One-time codes");
  await codes.getByRole("button", { name: "Set up" }).click();
  await codes.getByRole("img", { name: "QR code for the authenticator app" }).waitFor();
  const secret = (await page.getByTestId("factor-secret").textContent()).trim();
  await codes.getByLabel("Code from the app").fill("000000");
  await button("Turn on").click();
  await codes.getByRole("alert").waitFor();
  await codes.getByLabel("Code from the app").fill(codeAt(secret, Date.now()));
  await button("Turn on").click();
  await page.getByText("One-time codes are on").waitFor();
  const left = codes.getByText(/backup codes are left/);
  await left.waitFor();
  check(!(await codes.textContent()).includes(secret), "the secret is gone from the page");
  // A code is good once: the next one is that of the next half minute, which is accepted too.
  await codes.getByLabel("Code or backup code").fill(codeAt(secret, Date.now() + 30_000));
  await codes.getByRole("button", { name: "Turn off" }).click();
  await page.getByText("One-time codes are off").waitFor();
}

async function passkey({ page, base, dialog, api }) {
  const options = { "passkey.enabled": "true", "passkey.origins": base, "passkey.allow_insecure_origin": "true" };
  for (const [key, value] of Object.entries(options)) await api("PUT", "/api/option/", { key, value });
  const devices = await page.context().newCDPSession(page);
  await devices.send("WebAuthn.enable");
  await devices.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
    },
  });
  await page.reload();
  const part = section(page, "Passkey");
  await part.getByRole("button", { name: "Add a passkey" }).click();
  await part.getByRole("button", { name: "Remove the passkey" }).click();
  await dialog("Remove the passkey?").getByRole("button", { name: "Remove" }).click();
  await part.getByRole("button", { name: "Add a passkey" }).waitFor();
}

/** Walks the page as root. */
export async function walk(tools) {
  const { page, field, button, dialog, heading, choose, check, password } = tools;
  await page.goto("/");
  await page.getByRole("button", { name: /^Account menu/ }).first().click();
  await page.getByRole("menuitem", { name: "Profile and security" }).click();
  await heading("Profile and security");
  await field("Shown name").fill("Root of All");
  await section(page, "Account").getByRole("button", { name: "Save changes" }).click();
  await page.getByText("Your settings were saved").waitFor();
  await field("New password").fill("short");
  await button("Change the password").click();
  await page.getByText("Use 8 to 20 characters.").waitFor();
  await field("Present password").fill("wrong password");
  await field("New password").fill(password);
  await button("Change the password").click();
  await page.getByText("the original password is wrong").waitFor();

  await factor(tools);
  await passkey(tools);
  await button("Make a new token").click();
  await dialog("Make a new access token?").getByRole("button", { name: "Make a new token" }).click();
  const token = await section(page, "Access token").getByRole("figure").textContent();
  check(token.trim().length >= 16, "the token is shown once");

  const warnings = section(page, "Warnings");
  await choose(warnings.getByLabel("Tell me by"), "Webhook");
  await warnings.getByLabel("Address of the webhook").fill("not an address");
  await warnings.getByRole("button", { name: "Save changes" }).click();
  await warnings.getByRole("alert").waitFor();
  await warnings.getByLabel("Address of the webhook").fill("https://hooks.test/in");
  await warnings.getByLabel("Warn below, in US dollars").fill("2.50");
  await warnings.getByRole("button", { name: "Save changes" }).click();
  await warnings.getByRole("alert").waitFor({ state: "hidden" });
  await page.reload();
  check((await field("Warn below, in US dollars").inputValue()) === "2.5", "the threshold stays");
}

export const scenes = [
  { name: "profile", path: "/profile", failing: "**/api/user/2fa/status" },
];
