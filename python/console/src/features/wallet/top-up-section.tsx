/* Buying balance: an amount, a way to pay, its price; then the shop's page takes over. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { errorText } from "@/api/errors";
import type { TopUpInfo } from "@/api/shapes";
import { useSend } from "@/common/act";
import { InlineForm, Section } from "@/common/section";
import { SelectField } from "@/common/select-field";
import { buttonClass } from "@/ui/button";
import { TextField } from "@/ui/field";
import { Segmented } from "@/ui/segmented";
import { ErrorState, Notice, Skeleton } from "@/ui/states";
import { pay, type Shop, usePrice, useTopUpInfo } from "./queries";
import { type Method, offeredAmounts, payMethods, wholeAmount } from "./terms";

export function TopUpSection() {
  const { t } = useTranslation();
  const info = useTopUpInfo();
  const methods = info.data ? payMethods(info.data) : [];
  return (
    <Section title={t("wallet.topUp")} lead={t("wallet.topUpLead")}>
      {info.error ? (
        <ErrorState
          className="py-4"
          message={errorText(t, info.error)}
          onRetry={() => void info.refetch()}
        />
      ) : null}
      {info.isPending ? <Skeleton className="h-24 w-full" /> : null}
      {info.data && methods.length > 0 ? <TopUpForm info={info.data} methods={methods} /> : null}
      {info.data && methods.length === 0 ? <Notice>{t("wallet.noShop")}</Notice> : null}
      {info.data?.topup_link ? (
        <a
          href={info.data.topup_link}
          target="_blank"
          rel="noreferrer"
          className={buttonClass("secondary")}
        >
          {t("wallet.buyCode")}
        </a>
      ) : null}
    </Section>
  );
}

function TopUpForm({ info, methods }: { info: TopUpInfo; methods: Method[] }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(String(info.min_topup || 10));
  const [type, setType] = useState(methods[0]?.type ?? "");
  const [isFaulty, setFaulty] = useState(false);
  const method = methods.find((one) => one.type === type) ?? methods[0];
  const amount = wholeAmount(typed, method?.least ?? 1);
  const shop: Shop = method?.shop ?? "epay";
  const price = usePrice(shop, amount);
  const send = useSend(() => pay(shop, amount ?? 0, type), []);
  const submit = () => {
    setFaulty(amount === null);
    return amount === null ? undefined : send.mutateAsync(undefined);
  };
  const amounts = offeredAmounts(info);
  return (
    <InlineForm look="primary" save={t("wallet.pay")} onSubmit={submit}>
      {amounts.length > 0 ? (
        <div className="scroll-thin overflow-x-auto">
          <Segmented
            label={t("wallet.amounts")}
            value={typed}
            options={amounts.map((value) => ({ value, label: `$${value}` }))}
            onChange={setTyped}
          />
        </div>
      ) : null}
      <TextField
        label={t("wallet.amount")}
        hint={t("wallet.amountHint", { least: method?.least ?? 1 })}
        name="amount"
        inputMode="numeric"
        value={typed}
        error={isFaulty ? t("wallet.faultAmount", { least: method?.least ?? 1 }) : null}
        onChange={(event) => {
          setTyped(event.target.value);
          setFaulty(false);
        }}
      />
      <SelectField
        label={t("wallet.method")}
        value={method?.type ?? ""}
        options={methods.map((one) => ({ value: one.type, label: one.name }))}
        onChange={setType}
      />
      {price.data ? <Notice>{t("wallet.price", { price: price.data })}</Notice> : null}
      {price.error ? <Notice tone="warn">{errorText(t, price.error)}</Notice> : null}
    </InlineForm>
  );
}
