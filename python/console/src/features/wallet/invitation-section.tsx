/* The link that invites others, and the rewards that it brought. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { errorText } from "@/api/errors";
import { useMoney } from "@/api/queries";
import type { Self } from "@/api/shapes";
import { useSend } from "@/common/act";
import { InlineForm, Section } from "@/common/section";
import { moneyInput, parseMoney } from "@/lib/money";
import { CodeBlock } from "@/ui/copy";
import { TextField } from "@/ui/field";
import { ErrorState, Skeleton } from "@/ui/states";
import { toastDone } from "@/ui/toast";
import { transferReward, useInvitation } from "./queries";

export function InvitationSection({ self }: { self: Self }) {
  const { t } = useTranslation();
  const money = useMoney();
  const code = useInvitation();
  return (
    <Section
      title={t("wallet.invite")}
      lead={t("wallet.inviteLead", {
        count: self.aff_count,
        amount: money.exact(self.aff_history_quota),
      })}
    >
      {code.error ? (
        <ErrorState
          className="py-4"
          message={errorText(t, code.error)}
          onRetry={() => void code.refetch()}
        />
      ) : null}
      {code.isPending ? <Skeleton className="h-11 w-full" /> : null}
      {code.data ? (
        <CodeBlock
          code={`${window.location.origin}/register?aff=${code.data}`}
          label={t("wallet.inviteLink")}
        />
      ) : null}
      {self.aff_quota > 0 ? <Transfer self={self} /> : null}
    </Section>
  );
}

function Transfer({ self }: { self: Self }) {
  const { t } = useTranslation();
  const { unit } = useMoney();
  const [typed, setTyped] = useState(moneyInput(self.aff_quota, unit));
  const [isFaulty, setFaulty] = useState(false);
  const transfer = useSend(transferReward, ["self"]);
  const quota = parseMoney(typed, unit);
  const submit = () => {
    const fits = quota !== null && quota > 0 && quota <= self.aff_quota;
    setFaulty(!fits);
    if (!fits) return;
    return transfer.mutateAsync(quota).then(() => toastDone(t("wallet.transferred")));
  };
  return (
    <InlineForm save={t("wallet.transfer")} onSubmit={submit}>
      <TextField
        label={t("wallet.transferAmount")}
        name="reward"
        inputMode="decimal"
        value={typed}
        error={isFaulty ? t("wallet.faultTransfer") : null}
        onChange={(event) => {
          setTyped(event.target.value);
          setFaulty(false);
        }}
      />
    </InlineForm>
  );
}
