/* The e-mail address and the accounts elsewhere that this account is linked to. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Self } from "@/api/shapes";
import { useAct, useSend } from "@/common/act";
import { InlineForm, Section } from "@/common/section";
import { consentUrl, offered, PROVIDER_NAMES, type Provider, useSignIn } from "@/common/sign-in";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { TextField } from "@/ui/field";
import { toastDone } from "@/ui/toast";
import { linkEmail, SELF, sendEmailCode } from "./queries";

export function LinkedSection({ self }: { self: Self }) {
  const { t } = useTranslation();
  const signIn = useSignIn().data;
  const providers = signIn ? offered(signIn) : [];
  return (
    <Section title={t("profile.linked")} lead={t("profile.linkedLead")}>
      <Email self={self} />
      {providers.length > 0 ? (
        <ul className="flex flex-col divide-y rounded-lg border">
          {providers.map((provider) => (
            <ProviderLine key={provider} provider={provider} self={self} />
          ))}
        </ul>
      ) : (
        <p className="text-muted text-sm">{t("profile.noProviders")}</p>
      )}
    </Section>
  );
}

/** Returns the account that is linked, empty when none is. */
function linkedTo(self: Self, provider: Provider): string {
  const ids: Record<Provider, string> = {
    github: self.github_id,
    discord: self.discord_id,
    linuxdo: self.linux_do_id,
    oidc: self.oidc_id,
  };
  return ids[provider];
}

type LineProps = { provider: Provider; self: Self };

function ProviderLine({ provider, self }: LineProps) {
  const { t } = useTranslation();
  const linked = linkedTo(self, provider);
  const link = useAct({
    run: async () => window.location.assign(await consentUrl(provider)),
    stale: [],
    failed: t("profile.notLinked"),
  });
  return (
    <li className="flex items-center justify-between gap-3 px-3 py-2">
      <span className="font-medium text-sm">{PROVIDER_NAMES[provider]}</span>
      {linked ? (
        <Badge tone="good">{t("profile.linkedAs", { name: linked })}</Badge>
      ) : (
        <Button small busy={link.isPending} onClick={() => link.mutate(undefined)}>
          {t("profile.link")}
        </Button>
      )}
    </li>
  );
}

function Email({ self }: { self: Self }) {
  const { t } = useTranslation();
  const [email, setEmail] = useState(self.email);
  const [code, setCode] = useState("");
  const send = useSend(sendEmailCode, []);
  const link = useSend(linkEmail, [SELF]);
  const submit = () => {
    const address = email.trim();
    if (!send.data) return send.mutateAsync(address);
    return link
      .mutateAsync({ email: address, code: code.trim() })
      .then(() => toastDone(t("profile.emailLinked")));
  };
  return (
    <InlineForm
      save={send.data ? t("profile.emailLink") : t("profile.emailSend")}
      onSubmit={submit}
    >
      <TextField
        label={t("profile.email")}
        type="email"
        name="email"
        autoComplete="email"
        value={email}
        onChange={(event) => {
          setEmail(event.target.value);
          send.reset();
        }}
      />
      {send.data ? (
        <TextField
          label={t("profile.emailCode")}
          hint={t("profile.emailCodeHint")}
          name="email-code"
          autoComplete="one-time-code"
          value={code}
          onChange={(event) => setCode(event.target.value)}
        />
      ) : null}
    </InlineForm>
  );
}
