/* The setup wizard: the first account, how the server is used, and the one-time token if asked. */
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/client";
import { errorText } from "@/api/errors";
import { setupQuery } from "@/api/queries";
import { Button } from "@/ui/button";
import { TextField } from "@/ui/field";
import { Gate } from "@/ui/gate";
import { Notice } from "@/ui/states";
import { ModeChoice } from "./mode-choice";
import { useFirstLogin, useSetup } from "./queries";
import { type Account, type AccountFault, accountFaults } from "./setup-rules";

const route = getRouteApi("/setup");

/** A peer that is not on the server's machine is asked for the token; the server has the last word. */
function mayNeedToken(hostname: string, error: unknown): boolean {
  const local = ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
  return !local || (error instanceof ApiError && /token|令牌/i.test(error.message));
}

export function SetupPage() {
  const { t } = useTranslation();
  const form = useSetupForm();
  const { draft, faults, setup, busy } = form;
  return (
    <Gate title={t("setup.title")} lead={t("setup.lead")}>
      <form onSubmit={form.submit} noValidate className="flex flex-col gap-4">
        {form.asksToken ? (
          <TextField
            label={t("setup.token")}
            hint={t("setup.tokenHint")}
            name="setup_token"
            autoComplete="off"
            required
            value={form.token}
            onChange={(event) => form.setToken(event.target.value)}
          />
        ) : null}
        {form.hasRoot ? (
          <Notice>{t("setup.rootExists")}</Notice>
        ) : (
          <AccountFields draft={draft} faults={faults} onChange={form.change} />
        )}
        <ModeChoice selfUse={form.selfUse} onChange={form.setSelfUse} />
        {setup.error ? <Notice tone="bad">{errorText(t, setup.error)}</Notice> : null}
        <Button look="primary" type="submit" busy={busy} className="mt-1 w-full">
          {t("setup.submit")}
        </Button>
      </form>
    </Gate>
  );
}

type AccountFieldsProps = {
  draft: Account;
  faults: AccountFault;
  onChange: (part: Partial<Account>) => void;
};

function AccountFields({ draft, faults, onChange }: AccountFieldsProps) {
  const { t } = useTranslation();
  const fault = (field: keyof Account) => {
    const key = faults[field];
    return key ? t(key) : null;
  };
  return (
    <>
      <TextField
        label={t("setup.username")}
        name="username"
        autoComplete="username"
        autoFocus
        value={draft.username}
        error={fault("username")}
        onChange={(event) => onChange({ username: event.target.value })}
      />
      <TextField
        label={t("setup.password")}
        hint={t("setup.passwordHint")}
        name="password"
        type="password"
        autoComplete="new-password"
        value={draft.password}
        error={fault("password")}
        onChange={(event) => onChange({ password: event.target.value })}
      />
      <TextField
        label={t("setup.again")}
        name="again"
        type="password"
        autoComplete="new-password"
        value={draft.again}
        error={fault("again")}
        onChange={(event) => onChange({ again: event.target.value })}
      />
    </>
  );
}

function useSetupForm() {
  const { setup_token } = route.useSearch();
  const state = useQuery(setupQuery).data;
  const navigate = useNavigate();
  const setup = useSetup();
  const login = useFirstLogin();
  const [draft, setDraft] = useState<Account>({ username: "", password: "", again: "" });
  const [faults, setFaults] = useState<AccountFault>({});
  const [selfUse, setSelfUse] = useState(false);
  const [token, setToken] = useState(setup_token ?? "");
  const hasRoot = state?.root_init === true;

  const leave = () => void navigate({ to: "/login", search: {}, replace: true });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const username = draft.username.trim();
    const found = hasRoot ? {} : accountFaults(draft);
    setFaults(found);
    if (Object.keys(found).length > 0) return;
    const input = {
      username,
      password: draft.password,
      confirmPassword: draft.again,
      SelfUseModeEnabled: selfUse,
      DemoSiteEnabled: false,
    };
    const enter = () =>
      login.mutate(
        { username, password: draft.password },
        { onSuccess: () => void navigate({ to: "/", replace: true }), onError: leave },
      );
    setup.mutate({ input, token: token.trim() }, { onSuccess: hasRoot ? leave : enter });
  };

  return {
    draft,
    faults,
    setup,
    selfUse,
    setSelfUse,
    token,
    setToken,
    hasRoot,
    submit,
    busy: setup.isPending || login.isPending,
    asksToken: !!setup_token || mayNeedToken(window.location.hostname, setup.error),
    change: (part: Partial<Account>) => {
      setDraft({ ...draft, ...part });
      setFaults({});
    },
  };
}
