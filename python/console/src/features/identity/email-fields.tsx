/* The address of a new account and the code that proves it; sends the code when asked to. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { errorText } from "@/api/errors";
import { useSend } from "@/common/act";
import { Button } from "@/ui/button";
import { TextField } from "@/ui/field";
import { sendRegisterCode } from "./queries";
import { type Draft, isAddress } from "./register-rules";

type EmailFieldsProps = {
  draft: Draft;
  fault: (field: keyof Draft) => string | null;
  onChange: (part: Partial<Draft>) => void;
};

export function EmailFields({ draft, fault, onChange }: EmailFieldsProps) {
  const { t } = useTranslation();
  const [isWrong, setIsWrong] = useState(false);
  const send = useSend(sendRegisterCode, []);
  const refusal = send.error ? errorText(t, send.error) : null;
  const ask = () => {
    const address = draft.email.trim();
    setIsWrong(!isAddress(address));
    if (isAddress(address)) send.mutate(address);
  };
  return (
    <>
      <TextField
        label={t("profile.email")}
        name="email"
        type="email"
        autoComplete="email"
        value={draft.email}
        error={fault("email") ?? (isWrong ? t("register.faultEmail") : refusal)}
        onChange={(event) => {
          onChange({ email: event.target.value });
          setIsWrong(false);
          send.reset();
        }}
        action={
          <Button small busy={send.isPending} onClick={ask}>
            {send.data ? t("register.sendAgain") : t("profile.emailSend")}
          </Button>
        }
      />
      <TextField
        label={t("profile.emailCode")}
        hint={send.data ? t("profile.emailCodeHint") : undefined}
        name="code"
        autoComplete="one-time-code"
        value={draft.code}
        error={fault("code")}
        onChange={(event) => onChange({ code: event.target.value })}
      />
    </>
  );
}
