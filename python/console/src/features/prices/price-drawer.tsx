/* One model's ratios or price a call, with what a million tokens then cost. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMoney } from "@/api/queries";
import { useSend } from "@/common/act";
import { DrawerForm, FormDrawer } from "@/common/form-drawer";
import { dollars, perMillion } from "@/lib/price";
import { TextField } from "@/ui/field";
import { Notice } from "@/ui/states";
import { toastDone } from "@/ui/toast";
import { useKept } from "@/ui/use-kept";
import { PRICES, savePrice } from "./queries";
import {
  EMPTY_PRICE,
  MAPS,
  type PriceDraft,
  type PriceLine,
  priceDraft,
  readNumber,
} from "./sheet";

type PriceDrawerProps = { open: boolean; subject: PriceLine | undefined; onClose: () => void };

export function PriceDrawer({ open, onClose, ...props }: PriceDrawerProps) {
  const { t } = useTranslation();
  const subject = useKept(open, props.subject);
  return (
    <FormDrawer
      open={open}
      onClose={onClose}
      title={subject ? t("prices.editTitle") : t("prices.newTitle")}
      description={subject?.model ?? t("prices.newLead")}
      save={t("common.save")}
    >
      <PriceForm key={subject?.model ?? "new"} subject={subject} onClose={onClose} />
    </FormDrawer>
  );
}

function PriceForm({ subject, onClose }: { subject: PriceLine | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState(() => (subject ? priceDraft(subject) : EMPTY_PRICE));
  const [isSent, setSent] = useState(false);
  const save = useSend(savePrice, [PRICES, "market"]);
  const type = (part: Partial<PriceDraft>) => setDraft({ ...draft, ...part });
  const model = draft.model.trim();
  const fault = (name: (typeof MAPS)[number]) =>
    isSent && readNumber(draft[name]) === undefined ? t("prices.faultNumber") : null;
  const submit = () => {
    setSent(true);
    if (model === "" || MAPS.some((name) => readNumber(draft[name]) === undefined)) return;
    return save.mutateAsync({ model, draft }).then(() => {
      toastDone(t("prices.saved", { model }));
      onClose();
    });
  };
  return (
    <DrawerForm onSubmit={submit}>
      {subject ? null : (
        <TextField
          label={t("prices.model")}
          name="model"
          autoFocus
          value={draft.model}
          error={isSent && model === "" ? t("prices.faultModel") : null}
          onChange={(event) => type({ model: event.target.value })}
        />
      )}
      {MAPS.map((name) => (
        <TextField
          key={name}
          label={t(`prices.maps.${name}.label`)}
          hint={t(`prices.maps.${name}.hint`)}
          name={name}
          inputMode="decimal"
          value={draft[name]}
          error={fault(name)}
          onChange={(event) => type({ [name]: event.target.value })}
        />
      ))}
      <Preview draft={draft} />
    </DrawerForm>
  );
}

function Preview({ draft }: { draft: PriceDraft }) {
  const { t } = useTranslation();
  const { unit } = useMoney();
  const call = readNumber(draft.ModelPrice);
  if (typeof call === "number") {
    return <Notice>{t("prices.previewCall", { price: dollars(call) })}</Notice>;
  }
  const ratio = readNumber(draft.ModelRatio) ?? 0;
  const output = readNumber(draft.CompletionRatio);
  return (
    <Notice>
      {typeof output === "number"
        ? t("prices.preview", {
            input: perMillion(ratio, unit),
            output: perMillion(ratio * output, unit),
          })
        : t("prices.previewInput", { input: perMillion(ratio, unit) })}
    </Notice>
  );
}
