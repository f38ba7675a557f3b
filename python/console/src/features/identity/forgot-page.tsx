/* A forgotten password: asks for a mailed link; whether the address has an account is not told. */
import { Link } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { errorText } from "@/api/errors";
import { useSend } from "@/common/act";
import { Button } from "@/ui/button";
import { TextField } from "@/ui/field";
import { Gate } from "@/ui/gate";
import { Notice } from "@/ui/states";
import { GateLink } from "./gate-link";
import { askReset } from "./queries";
import { isAddress } from "./register-rules";

export function ForgotPage() {
  const { t } = useTranslation();
  return (
    <Gate title={t("reset.forgotTitle")} lead={t("reset.forgotLead")}>
      <ForgotForm />
      <GateLink>
        <Link to="/login" search={{}}>
          {t("reset.toLogin")}
        </Link>
      </GateLink>
    </Gate>
  );
}

function ForgotForm() {
  const { t } = useTranslation();
  const [email, setEmail] = useState("");
  const [isWrong, setIsWrong] = useState(false);
  const ask = useSend(askReset, []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setIsWrong(!isAddress(email));
    if (isAddress(email)) ask.mutate(email.trim());
  };
  if (ask.data) return <Notice tone="good">{t("reset.sent", { email: email.trim() })}</Notice>;
  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-4">
      <TextField
        label={t("profile.email")}
        name="email"
        type="email"
        autoComplete="email"
        autoFocus
        value={email}
        error={isWrong ? t("register.faultEmail") : null}
        onChange={(event) => {
          setEmail(event.target.value);
          setIsWrong(false);
        }}
      />
      {ask.error ? <Notice tone="bad">{errorText(t, ask.error)}</Notice> : null}
      <Button look="primary" type="submit" busy={ask.isPending} className="mt-1 w-full">
        {t("reset.send")}
      </Button>
    </form>
  );
}
