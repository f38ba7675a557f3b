/* Moving a user's balance: by a difference, never by a new total, so that running calls keep theirs. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMoney } from "@/api/queries";
import type { User } from "@/api/shapes";
import { useSend } from "@/common/act";
import { DrawerForm, FormDrawer } from "@/common/form-drawer";
import { parseMoney } from "@/lib/money";
import { FieldFrame, TextField } from "@/ui/field";
import { Segmented } from "@/ui/segmented";
import { Notice } from "@/ui/states";
import { toastDone } from "@/ui/toast";
import { useKept } from "@/ui/use-kept";
import { moveQuota, USERS } from "./queries";

type QuotaDrawerProps = { subject: User | undefined; onClose: () => void };

export function QuotaDrawer({ onClose, ...props }: QuotaDrawerProps) {
  const { t } = useTranslation();
  const open = props.subject !== undefined;
  const subject = useKept(open, props.subject);
  return (
    <FormDrawer
      open={open}
      onClose={onClose}
      title={t("users.balanceTitle")}
      description={subject ? `#${subject.id} · ${subject.username}` : null}
      save={t("users.moveBalance")}
    >
      {subject ? <QuotaForm key={subject.id} subject={subject} onClose={onClose} /> : null}
    </FormDrawer>
  );
}

type Mode = "add" | "subtract";
const MODE_ID = "quota-mode";

function QuotaForm({ subject, onClose }: { subject: User; onClose: () => void }) {
  const { t } = useTranslation();
  const money = useMoney();
  const [mode, setMode] = useState<Mode>("add");
  const [typed, setTyped] = useState("");
  const [isFaulty, setFaulty] = useState(false);
  const move = useSend((value: number) => moveQuota(subject.id, mode, value), [USERS]);
  const amount = parseMoney(typed, money.unit);
  const isAmount = amount !== null && amount > 0;
  const submit = () => {
    setFaulty(!isAmount);
    if (!isAmount) return;
    return move.mutateAsync(amount).then(() => {
      toastDone(t("users.moved", { name: subject.username }));
      onClose();
    });
  };
  const after = subject.quota + (mode === "add" ? (amount ?? 0) : -(amount ?? 0));
  return (
    <DrawerForm onSubmit={submit}>
      <FieldFrame id={MODE_ID} label={t("users.balanceMode")}>
        <Segmented
          label={t("users.balanceMode")}
          value={mode}
          options={[
            { value: "add", label: t("users.balanceAdd") },
            { value: "subtract", label: t("users.balanceSubtract") },
          ]}
          onChange={setMode}
        />
      </FieldFrame>
      <TextField
        label={t("users.balanceAmount")}
        name="amount"
        inputMode="decimal"
        autoFocus
        placeholder="10"
        value={typed}
        error={isFaulty ? t("users.faultAmount") : null}
        onChange={(event) => {
          setTyped(event.target.value);
          setFaulty(false);
        }}
      />
      <Notice tone={after < 0 ? "warn" : "info"}>
        {t("users.balanceAfter", { before: money.exact(subject.quota), after: money.exact(after) })}
      </Notice>
      <p className="text-muted text-sm">{t("users.balanceNote")}</p>
    </DrawerForm>
  );
}
