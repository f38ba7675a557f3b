/* Login: by name and password with a code where one is asked for, by a passkey, by other accounts. */
import { useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { type FormEvent, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { errorText } from "@/api/errors";
import { useSignIn } from "@/common/sign-in";
import { Button } from "@/ui/button";
import { TextField } from "@/ui/field";
import { Gate } from "@/ui/gate";
import { Notice } from "@/ui/states";
import { GateLink } from "./gate-link";
import { useLogin, useSecondStep, wantsCode } from "./queries";
import { Ways } from "./ways";

const route = getRouteApi("/login");

export function LoginPage() {
  const { t } = useTranslation();
  const { next, expired, aff } = route.useSearch();
  const signIn = useSignIn().data;
  const enter = useEnter(next ?? "/");
  return (
    <Gate title={t("login.title")} lead={t("login.lead")}>
      {expired ? (
        <div className="mb-4">
          <Notice tone="warn">{t("login.expired")}</Notice>
        </div>
      ) : null}
      <LoginForm onDone={enter} forgot={<Forgot />} />
      {signIn ? <Ways signIn={signIn} aff={aff} onPasskey={enter} /> : null}
      {signIn && signIn.register_enabled !== false ? (
        <GateLink lead={t("login.noAccount")}>
          <Link to="/register" search={aff ? { aff } : {}}>
            {t("register.submit")}
          </Link>
        </GateLink>
      ) : null}
    </Gate>
  );
}

function useEnter(target: string): () => void {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  return () => {
    queryClient.removeQueries({ queryKey: ["self"] });
    void navigate({ href: target, replace: true });
  };
}

type LoginFormProps = { onDone: () => void; forgot?: ReactNode };

export function LoginForm({ onDone, forgot }: LoginFormProps) {
  const { t } = useTranslation();
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const login = useLogin();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    login.mutate(
      { username: username.trim(), password },
      { onSuccess: (answer) => (wantsCode(answer) ? undefined : onDone()) },
    );
  };
  if (login.data && wantsCode(login.data)) return <CodeForm onDone={onDone} />;
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <TextField
        label={t("login.username")}
        name="username"
        autoComplete="username"
        autoFocus
        required
        value={username}
        onChange={(event) => setUsername(event.target.value)}
      />
      <TextField
        label={t("login.password")}
        name="password"
        type="password"
        autoComplete="current-password"
        required
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        action={forgot}
      />
      {login.error ? <Notice tone="bad">{errorText(t, login.error)}</Notice> : null}
      <Button look="primary" type="submit" busy={login.isPending} className="mt-1 w-full">
        {t("login.submit")}
      </Button>
    </form>
  );
}

function Forgot() {
  const { t } = useTranslation();
  return (
    <Link to="/forgot" className="text-accent-text text-xs underline-offset-4 hover:underline">
      {t("login.forgot")}
    </Link>
  );
}

function CodeForm({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const [code, setCode] = useState("");
  const step = useSecondStep();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    step.mutate(code.trim(), { onSuccess: onDone });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <TextField
        label={t("login.code")}
        name="code"
        autoComplete="one-time-code"
        autoFocus
        required
        value={code}
        onChange={(event) => setCode(event.target.value)}
      />
      {step.error ? <Notice tone="bad">{errorText(t, step.error)}</Notice> : null}
      <Button look="primary" type="submit" busy={step.isPending} className="mt-1 w-full">
        {t("login.submit")}
      </Button>
    </form>
  );
}
