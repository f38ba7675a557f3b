/* The own names, and the password. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Self } from "@/api/shapes";
import { useSend } from "@/common/act";
import { InlineForm, Section } from "@/common/section";
import { TextField } from "@/ui/field";
import { toastDone } from "@/ui/toast";
import { changeSelf, SELF } from "./queries";

export function AccountSection({ self }: { self: Self }) {
  const { t } = useTranslation();
  const [username, setUsername] = useState(self.username);
  const [shown, setShown] = useState(self.display_name);
  const change = useSend(changeSelf, [SELF]);
  const submit = () =>
    change
      .mutateAsync({ username: username.trim(), display_name: shown.trim() })
      .then(() => toastDone(t("profile.saved")));
  return (
    <Section title={t("profile.account")} lead={t("profile.accountLead")}>
      <InlineForm save={t("common.save")} onSubmit={submit}>
        <TextField
          label={t("users.username")}
          name="username"
          autoComplete="username"
          value={username}
          onChange={(event) => setUsername(event.target.value)}
        />
        <TextField
          label={t("users.displayName")}
          name="display-name"
          autoComplete="nickname"
          value={shown}
          onChange={(event) => setShown(event.target.value)}
        />
      </InlineForm>
    </Section>
  );
}

const SHORTEST = 8;
const LONGEST = 20;

export function PasswordSection({ self }: { self: Self }) {
  const { t } = useTranslation();
  const [before, setBefore] = useState("");
  const [password, setPassword] = useState("");
  const [isFaulty, setFaulty] = useState(false);
  const change = useSend(changeSelf, [SELF]);
  const submit = () => {
    const fits = password.length >= SHORTEST && password.length <= LONGEST;
    setFaulty(!fits);
    if (!fits) return;
    return change.mutateAsync({ original_password: before, password }).then(() => {
      toastDone(t("profile.passwordSaved"));
      setBefore("");
      setPassword("");
    });
  };
  return (
    <Section title={t("profile.password")} lead={t("profile.passwordLead")}>
      <InlineForm save={t("profile.passwordSave")} onSubmit={submit}>
        {self.has_password ? (
          <TextField
            label={t("profile.passwordBefore")}
            name="current-password"
            type="password"
            autoComplete="current-password"
            value={before}
            onChange={(event) => setBefore(event.target.value)}
          />
        ) : null}
        <TextField
          label={t("profile.passwordNew")}
          hint={t("users.passwordHint")}
          name="new-password"
          type="password"
          autoComplete="new-password"
          value={password}
          error={isFaulty ? t("users.faultPasswordShort") : null}
          onChange={(event) => {
            setPassword(event.target.value);
            setFaulty(false);
          }}
        />
      </InlineForm>
    </Section>
  );
}
