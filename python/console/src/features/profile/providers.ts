/* Where each sign-in provider asks for consent, by the provider's own documentation. Pure. */
import type { Self } from "@/api/shapes";
import type { SignIn } from "./queries";

export type Provider = "github" | "discord" | "linuxdo" | "oidc";
export const PROVIDER_NAMES: Record<Provider, string> = {
  github: "GitHub",
  discord: "Discord",
  linuxdo: "LINUX DO",
  oidc: "OpenID Connect",
};

/** Returns the providers that the server offers. */
export function offered(signIn: SignIn): Provider[] {
  const isOn: Record<Provider, boolean | undefined> = {
    github: signIn.github_oauth,
    discord: signIn.discord_oauth,
    linuxdo: signIn.linuxdo_oauth,
    oidc: signIn.oidc_enabled,
  };
  return (Object.keys(isOn) as Provider[]).filter((name) => isOn[name]);
}

/** Returns the account that is linked, empty when none is. */
export function linkedTo(self: Self, provider: Provider): string {
  const ids: Record<Provider, string> = {
    github: self.github_id,
    discord: self.discord_id,
    linuxdo: self.linux_do_id,
    oidc: self.oidc_id,
  };
  return ids[provider];
}

/** Returns the address where the provider asks for consent and comes back to /oauth/NAME. */
export function consentUrl(provider: Provider, signIn: SignIn, state: string, origin: string) {
  const redirect = { redirect_uri: `${origin}/oauth/${provider}`, response_type: "code" };
  const ways: Record<Provider, [string, Record<string, string>]> = {
    github: [
      "https://github.com/login/oauth/authorize",
      { client_id: signIn.github_client_id ?? "", scope: "user:email" },
    ],
    discord: [
      "https://discord.com/oauth2/authorize",
      { client_id: signIn.discord_client_id ?? "", scope: "identify openid", ...redirect },
    ],
    linuxdo: [
      "https://connect.linux.do/oauth2/authorize",
      { client_id: signIn.linuxdo_client_id ?? "", response_type: "code" },
    ],
    oidc: [
      signIn.oidc_authorization_endpoint ?? "",
      { client_id: signIn.oidc_client_id ?? "", scope: "openid profile email", ...redirect },
    ],
  };
  const [address, query] = ways[provider];
  const url = new URL(address);
  for (const [name, value] of Object.entries({ ...query, state }))
    url.searchParams.set(name, value);
  return url.href;
}
