/*
 * Sign-in through other accounts and devices, before and after login: what the server offers, and
 * where a provider asks for consent. Draws nothing.
 */
import { useQuery } from "@tanstack/react-query";
import { ApiError, api, dataOf, wholeOf } from "@/api/client";

export type Provider = "github" | "discord" | "linuxdo" | "oidc";
export const PROVIDER_NAMES: Record<Provider, string> = {
  github: "GitHub",
  discord: "Discord",
  linuxdo: "LINUX DO",
  oidc: "OpenID Connect",
};

/** What the server says about sign-in; anybody may ask. */
export type SignIn = {
  github_oauth?: boolean;
  discord_oauth?: boolean;
  linuxdo_oauth?: boolean;
  oidc_enabled?: boolean;
  passkey_login?: boolean;
  register_enabled?: boolean;
  password_register_enabled?: boolean;
  email_verification?: boolean;
  /** Providers that root has added; left out where there are none. */
  custom_oauth_providers?: { name: string; slug: string }[];
};

/** The ways of sign-in that the server offers. */
export function useSignIn() {
  return useQuery({
    queryKey: ["status", "sign-in"],
    queryFn: async () => (await dataOf(api.GET("/api/status"))) as SignIn,
    staleTime: 60_000,
  });
}

/** Returns the known providers that the server offers. */
export function offered(signIn: SignIn): Provider[] {
  const isOn: Record<Provider, boolean | undefined> = {
    github: signIn.github_oauth,
    discord: signIn.discord_oauth,
    linuxdo: signIn.linuxdo_oauth,
    oidc: signIn.oidc_enabled,
  };
  return (Object.keys(isOn) as Provider[]).filter((name) => isOn[name]);
}

/** Returns all providers, also those that root has added: the name in addresses and the shown one. */
export function allOffered(signIn: SignIn): { id: string; name: string }[] {
  const known = offered(signIn).map((id) => ({ id: id as string, name: PROVIDER_NAMES[id] }));
  const added = (signIn.custom_oauth_providers ?? []).map(({ slug, name }) => ({ id: slug, name }));
  return [...known, ...added];
}

type Whole = { success: boolean; authorize_url?: string };

/** Returns where a provider asks for consent; it comes back to the server. Throws ApiError. */
export async function consentUrl(provider: string, aff = ""): Promise<string> {
  const params = { query: { provider, ...(aff ? { aff } : {}) } };
  const begun: Whole = await wholeOf(api.GET("/api/oauth/state", { params }));
  if (!begun.authorize_url) throw new ApiError("refused", 200, "");
  return begun.authorize_url;
}
