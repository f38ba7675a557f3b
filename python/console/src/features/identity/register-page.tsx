/* Registering oneself: by password, with a mailed code where that is wanted, or by another account. */
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { errorText } from "@/api/errors";
import { useSend } from "@/common/act";
import { type SignIn, useSignIn } from "@/common/sign-in";
import { Button } from "@/ui/button";
import { TextField } from "@/ui/field";
import { Gate } from "@/ui/gate";
import { ErrorState, Notice, Skeleton } from "@/ui/states";
import { EmailFields } from "./email-fields";
import { GateLink } from "./gate-link";
import { register, useLogin, wantsCode } from "./queries";
import { type Draft, draftFaults, EMPTY_DRAFT, type Faults } from "./register-rules";
import { Ways } from "./ways";

const route = getRouteApi("/register");

export function RegisterPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { aff } = route.useSearch();
  const signIn = useSignIn();
  const leave = (isIn: boolean) =>
    void navigate(isIn ? { to: "/", replace: true } : { to: "/login", search: {}, replace: true });
  return (
    <Gate title={t("register.title")} lead={t("register.lead")}>
      {signIn.isPending ? <Skeleton className="h-64 w-full" /> : null}
      {signIn.error ? (
        <ErrorState
          className="py-4"
          message={errorText(t, signIn.error)}
          onRetry={() => void signIn.refetch()}
        />
      ) : null}
      {signIn.data ? <Open signIn={signIn.data} aff={aff} onDone={leave} /> : null}
      <GateLink lead={t("register.hasAccount")}>
        <Link to="/login" search={aff ? { aff } : {}}>
          {t("login.submit")}
        </Link>
      </GateLink>
    </Gate>
  );
}

type FormProps = { signIn: SignIn; aff?: string | undefined; onDone: (isIn: boolean) => void };

function Open(props: FormProps) {
  const { t } = useTranslation();
  const { signIn, aff } = props;
  if (signIn.register_enabled === false) return <Notice>{t("register.closed")}</Notice>;
  const byPassword = signIn.password_register_enabled !== false;
  return (
    <>
      {byPassword ? <RegisterForm {...props} /> : <Notice>{t("register.passwordClosed")}</Notice>}
      <Ways signIn={signIn} aff={aff} />
    </>
  );
}

export function RegisterForm({ signIn, aff, onDone }: FormProps) {
  const { t } = useTranslation();
  const wantsEmail = signIn.email_verification === true;
  const form = useRegisterForm(wantsEmail, aff, onDone);
  const { draft, faults, change } = form;
  const fault = (field: keyof Draft) => {
    const key = faults[field];
    return key ? t(key) : null;
  };
  return (
    <form onSubmit={form.submit} noValidate className="flex flex-col gap-4">
      {aff ? <Notice>{t("register.invited", { code: aff })}</Notice> : null}
      <TextField
        label={t("register.username")}
        name="username"
        autoComplete="username"
        autoFocus
        value={draft.username}
        error={fault("username")}
        onChange={(event) => change({ username: event.target.value })}
      />
      {wantsEmail ? <EmailFields draft={draft} fault={fault} onChange={change} /> : null}
      <TextField
        label={t("login.password")}
        hint={t("register.passwordHint")}
        name="password"
        type="password"
        autoComplete="new-password"
        value={draft.password}
        error={fault("password")}
        onChange={(event) => change({ password: event.target.value })}
      />
      <TextField
        label={t("register.again")}
        name="again"
        type="password"
        autoComplete="new-password"
        value={draft.again}
        error={fault("again")}
        onChange={(event) => change({ again: event.target.value })}
      />
      {form.error ? <Notice tone="bad">{errorText(t, form.error)}</Notice> : null}
      <Button look="primary" type="submit" busy={form.busy} className="mt-1 w-full">
        {t("register.submit")}
      </Button>
    </form>
  );
}

function useRegisterForm(
  wantsEmail: boolean,
  aff: string | undefined,
  onDone: (isIn: boolean) => void,
) {
  const [draft, setDraft] = useState(EMPTY_DRAFT);
  const [faults, setFaults] = useState<Faults>({});
  const send = useSend(register, []);
  const login = useLogin();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = draftFaults(draft, wantsEmail);
    setFaults(found);
    if (Object.keys(found).length > 0) return;
    const account = { username: draft.username.trim(), password: draft.password };
    const proof = wantsEmail
      ? { email: draft.email.trim(), verification_code: draft.code.trim() }
      : {};
    send.mutate(
      { ...account, ...proof, ...(aff ? { aff_code: aff } : {}) },
      {
        // The account is there: whatever keeps the login from working, the login page says.
        onSuccess: () =>
          login.mutate(account, {
            onSuccess: (answer) => onDone(!wantsCode(answer)),
            onError: () => onDone(false),
          }),
      },
    );
  };
  return {
    draft,
    faults,
    submit,
    error: send.error,
    busy: send.isPending || login.isPending,
    change: (part: Partial<Draft>) => {
      setDraft({ ...draft, ...part });
      setFaults({});
    },
  };
}
