/* Redeeming a code. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMoney } from "@/api/queries";
import { useSend } from "@/common/act";
import { InlineForm, Section } from "@/common/section";
import { TextField } from "@/ui/field";
import { toastDone } from "@/ui/toast";
import { ORDERS, redeem } from "./queries";

export function RedeemSection() {
  const { t } = useTranslation();
  const money = useMoney();
  const [code, setCode] = useState("");
  const [isFaulty, setFaulty] = useState(false);
  const send = useSend(redeem, ["self", ORDERS]);
  const submit = () => {
    setFaulty(code.trim() === "");
    if (code.trim() === "") return;
    return send.mutateAsync(code.trim()).then((quota) => {
      toastDone(t("wallet.redeemed", { amount: money.exact(quota) }));
      setCode("");
    });
  };
  return (
    <Section title={t("wallet.redeem")} lead={t("wallet.redeemLead")}>
      <InlineForm save={t("wallet.redeemAct")} onSubmit={submit}>
        <TextField
          label={t("wallet.code")}
          name="code"
          autoComplete="off"
          spellCheck={false}
          className="font-mono"
          value={code}
          error={isFaulty ? t("wallet.faultCode") : null}
          onChange={(event) => {
            setCode(event.target.value);
            setFaulty(false);
          }}
        />
      </InlineForm>
    </Section>
  );
}
