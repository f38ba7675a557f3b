/* Describing a model, or naming a vendor. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ModelNote, Vendor } from "@/api/shapes";
import { useSend } from "@/common/act";
import { DrawerForm, FormDrawer } from "@/common/form-drawer";
import { SelectField } from "@/common/select-field";
import { TextAreaField, TextField } from "@/ui/field";
import { SwitchField } from "@/ui/switch";
import { toastDone } from "@/ui/toast";
import { useKept } from "@/ui/use-kept";
import { MODELS, saveModelNote, saveVendor, useVendorNames, VENDORS } from "./queries";

export type Entry =
  | { kind: "model"; subject: ModelNote | undefined }
  | { kind: "vendor"; subject: Vendor | undefined };

type EntryDrawerProps = { entry: Entry | undefined; onClose: () => void };

export function EntryDrawer({ onClose, ...props }: EntryDrawerProps) {
  const { t } = useTranslation();
  const open = props.entry !== undefined;
  const entry = useKept(open, props.entry);
  return (
    <FormDrawer
      open={open}
      onClose={onClose}
      title={t(entry?.kind === "vendor" ? "models.vendorTitle" : "models.modelTitle")}
      description={t(entry?.kind === "vendor" ? "models.vendorLead" : "models.modelLead")}
      save={t("common.save")}
    >
      {entry?.kind === "vendor" ? (
        <VendorForm subject={entry.subject} onClose={onClose} />
      ) : (
        <ModelForm subject={entry?.subject} onClose={onClose} />
      )}
    </FormDrawer>
  );
}

const RULES = ["0", "1", "2", "3"] as const;
type Rule = (typeof RULES)[number];

function ModelForm({ subject, onClose }: { subject: ModelNote | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const vendors = useVendorNames().data ?? [];
  const [name, setName] = useState(subject?.model_name ?? "");
  const [description, setDescription] = useState(subject?.description ?? "");
  const [tags, setTags] = useState(subject?.tags ?? "");
  const [vendor, setVendor] = useState(String(subject?.vendor_id ?? 0));
  const [rule, setRule] = useState<Rule>(String(subject?.name_rule ?? 0) as Rule);
  const [isShown, setShown] = useState(subject?.status !== 0);
  const [isSent, setSent] = useState(false);
  const save = useSend(saveModelNote, [MODELS, "market"]);
  const submit = () => {
    setSent(true);
    if (name.trim() === "") return;
    const body = {
      id: subject?.id ?? 0,
      model_name: name.trim(),
      description,
      tags,
      vendor_id: Number(vendor),
      icon: subject?.icon ?? "",
      endpoints: subject?.endpoints ?? "",
      status: isShown ? (1 as const) : (0 as const),
      sync_official: subject?.sync_official === 0 ? (0 as const) : (1 as const),
      name_rule: Number(rule) as 0 | 1 | 2 | 3,
    };
    return save.mutateAsync(body).then(() => {
      toastDone(t("models.saved", { name: body.model_name }));
      onClose();
    });
  };
  return (
    <DrawerForm onSubmit={submit}>
      <TextField
        label={t("market.model")}
        name="model"
        autoFocus
        value={name}
        error={isSent && name.trim() === "" ? t("prices.faultModel") : null}
        onChange={(event) => setName(event.target.value)}
      />
      <SelectField
        label={t("models.rule")}
        hint={t("models.ruleHint")}
        value={rule}
        options={RULES.map((value) => ({ value, label: t(`models.rules.${value}`) }))}
        onChange={setRule}
      />
      <TextAreaField
        label={t("models.description")}
        name="description"
        value={description}
        onChange={(event) => setDescription(event.target.value)}
      />
      <TextField
        label={t("models.tags")}
        hint={t("models.tagsHint")}
        name="tags"
        value={tags}
        onChange={(event) => setTags(event.target.value)}
      />
      <SelectField
        label={t("market.vendor")}
        value={vendor}
        options={[
          { value: "0", label: t("models.noVendor") },
          ...vendors.map((one) => ({ value: String(one.id), label: one.name })),
        ]}
        onChange={setVendor}
      />
      <SwitchField
        label={t("models.shown")}
        hint={t("models.shownHint")}
        checked={isShown}
        onChange={setShown}
      />
    </DrawerForm>
  );
}

function VendorForm({ subject, onClose }: { subject: Vendor | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const [name, setName] = useState(subject?.name ?? "");
  const [description, setDescription] = useState(subject?.description ?? "");
  const [isSent, setSent] = useState(false);
  const save = useSend(saveVendor, [VENDORS, MODELS, "market"]);
  const submit = () => {
    setSent(true);
    if (name.trim() === "") return;
    const body = {
      id: subject?.id ?? 0,
      name: name.trim(),
      description,
      icon: subject?.icon ?? "",
      status: subject?.status === 0 ? (0 as const) : (1 as const),
    };
    return save.mutateAsync(body).then(() => {
      toastDone(t("models.saved", { name: body.name }));
      onClose();
    });
  };
  return (
    <DrawerForm onSubmit={submit}>
      <TextField
        label={t("market.vendor")}
        name="vendor"
        autoFocus
        value={name}
        error={isSent && name.trim() === "" ? t("models.faultVendor") : null}
        onChange={(event) => setName(event.target.value)}
      />
      <TextAreaField
        label={t("models.description")}
        name="description"
        value={description}
        onChange={(event) => setDescription(event.target.value)}
      />
    </DrawerForm>
  );
}
