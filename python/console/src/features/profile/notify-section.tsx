/* When and where the account is warned, and what its logs keep. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMoney } from "@/api/queries";
import type { Self } from "@/api/shapes";
import { useSend } from "@/common/act";
import { InlineForm, Section } from "@/common/section";
import { SelectField } from "@/common/select-field";
import { parseMoney } from "@/lib/money";
import { TextField } from "@/ui/field";
import { SwitchField } from "@/ui/switch";
import { toastDone } from "@/ui/toast";
import {
  type NotificationDraft,
  notificationDraft,
  notificationInput,
  WAYS,
} from "./notifications";
import { SELF, saveNotifications } from "./queries";

export function NotifySection({ self }: { self: Self }) {
  const { t } = useTranslation();
  const { unit } = useMoney();
  const [draft, setDraft] = useState(() => notificationDraft(self.setting, unit));
  const [isFaulty, setFaulty] = useState(false);
  const save = useSend(saveNotifications, [SELF]);
  const type = (part: Partial<NotificationDraft>) => {
    setDraft({ ...draft, ...part });
    setFaulty(false);
  };
  const submit = () => {
    const quota = parseMoney(draft.threshold, unit);
    const fits = quota !== null && quota > 0;
    setFaulty(!fits);
    if (!fits) return;
    return save
      .mutateAsync(notificationInput(draft, quota))
      .then(() => toastDone(t("profile.saved")));
  };
  return (
    <Section title={t("profile.notify")} lead={t("profile.notifyLead")}>
      <InlineForm save={t("common.save")} onSubmit={submit}>
        <TextField
          label={t("profile.threshold")}
          hint={t("profile.thresholdHint")}
          name="threshold"
          inputMode="decimal"
          value={draft.threshold}
          error={isFaulty ? t("users.faultAmount") : null}
          onChange={(event) => type({ threshold: event.target.value })}
        />
        <SelectField
          label={t("profile.way")}
          value={draft.way}
          options={WAYS.map((value) => ({ value, label: t(`profile.ways.${value}`) }))}
          onChange={(way) => type({ way })}
        />
        <WayFields draft={draft} onChange={type} />
        <SwitchField
          label={t("profile.recordIp")}
          hint={t("profile.recordIpHint")}
          checked={draft.recordIp}
          onChange={(recordIp) => type({ recordIp })}
        />
        <SwitchField
          label={t("profile.acceptUnpriced")}
          hint={t("profile.acceptUnpricedHint")}
          checked={draft.acceptUnpriced}
          onChange={(acceptUnpriced) => type({ acceptUnpriced })}
        />
      </InlineForm>
    </Section>
  );
}

type Text = "email" | "webhookUrl" | "webhookSecret" | "barkUrl" | "gotifyUrl" | "gotifyToken";
const FIELDS: Record<NotificationDraft["way"], Text[]> = {
  email: ["email"],
  webhook: ["webhookUrl", "webhookSecret"],
  bark: ["barkUrl"],
  gotify: ["gotifyUrl", "gotifyToken"],
};
const SECRETS: Text[] = ["webhookSecret", "gotifyToken"];

type WayProps = { draft: NotificationDraft; onChange: (part: Partial<NotificationDraft>) => void };

function WayFields({ draft, onChange }: WayProps) {
  const { t } = useTranslation();
  return FIELDS[draft.way].map((name) => (
    <TextField
      key={name}
      label={t(`profile.wayFields.${name}`)}
      name={name}
      type={SECRETS.includes(name) ? "password" : "text"}
      autoComplete="off"
      value={draft[name]}
      onChange={(event) => onChange({ [name]: event.target.value })}
    />
  ));
}
