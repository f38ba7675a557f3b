/* Creating and changing a key: one drawer, the common choices first. */
import { type FormEvent, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { errorText } from "@/api/errors";
import { useMoney } from "@/api/queries";
import type { Key } from "@/api/shapes";
import { toLocalInput } from "@/lib/time";
import { Button } from "@/ui/button";
import { Drawer } from "@/ui/dialog";
import { FieldFrame, TextField } from "@/ui/field";
import { ListField } from "@/ui/list-field";
import { Select } from "@/ui/select";
import { Notice } from "@/ui/states";
import { SwitchField } from "@/ui/switch";
import { toastDone } from "@/ui/toast";
import { useKept } from "@/ui/use-kept";
import { draftOf, EMPTY_DRAFT, type KeyDraft, type KeyFaults, keyFaults, keyInput } from "./draft";
import { useCreateKey, useOwnGroups, useOwnModels, useUpdateKey } from "./queries";

type KeyDrawerProps = {
  open: boolean;
  /** The key to change; undefined = a new one. */
  subject: Key | undefined;
  onClose: () => void;
  onCreated: (key: string, models: string[]) => void;
};

const FORM = "key-form";

export function KeyDrawer(props: KeyDrawerProps) {
  const { t } = useTranslation();
  const { open, onClose } = props;
  const subject = useKept(open, props.subject);
  const [busy, setBusy] = useState(false);
  return (
    <Drawer
      open={open}
      onClose={onClose}
      title={subject ? t("keys.editTitle") : t("keys.newTitle")}
      description={subject ? subject.name : t("keys.newLead")}
      footer={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button look="primary" type="submit" form={FORM} busy={busy}>
            {subject ? t("common.save") : t("keys.create")}
          </Button>
        </>
      }
    >
      <KeyForm key={subject?.id ?? "new"} {...props} subject={subject} onBusy={setBusy} />
    </Drawer>
  );
}

type KeyFormProps = KeyDrawerProps & { onBusy: (busy: boolean) => void };

function KeyForm({ subject, onClose, onCreated, onBusy }: KeyFormProps) {
  const { t } = useTranslation();
  const { unit } = useMoney();
  const [draft, setDraft] = useState(() => (subject ? draftOf(subject, unit) : EMPTY_DRAFT));
  const [faults, setFaults] = useState<KeyFaults>({});
  const create = useCreateKey();
  const update = useUpdateKey();
  const error = create.error ?? update.error;
  const change = (part: Partial<KeyDraft>) => {
    setDraft({ ...draft, ...part });
    setFaults({});
  };

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const found = keyFaults(draft, unit);
    setFaults(found);
    if (Object.keys(found).length > 0) return;
    const input = keyInput(draft, unit, subject);
    onBusy(true);
    try {
      if (subject) {
        await update.mutateAsync({ ...input, id: subject.id });
        toastDone(t("keys.saved", { name: input.name }));
        onClose();
      } else {
        onCreated(await create.mutateAsync(input), draft.models);
      }
    } catch {
      // shown in the form through the mutation's error
    } finally {
      onBusy(false);
    }
  };

  return (
    <form id={FORM} noValidate onSubmit={submit} className="flex flex-col gap-5">
      <TextField
        label={t("keys.name")}
        name="name"
        autoFocus
        placeholder={t("keys.namePlaceholder")}
        value={draft.name}
        error={faults.name ? t(faults.name) : null}
        onChange={(event) => change({ name: event.target.value })}
      />
      <SwitchField
        label={t("keys.unlimited")}
        hint={t("keys.unlimitedHint")}
        checked={draft.unlimited}
        onChange={(unlimited) => change({ unlimited })}
      />
      {draft.unlimited ? null : (
        <TextField
          label={t("keys.budget")}
          hint={t("keys.budgetHint")}
          name="budget"
          inputMode="decimal"
          value={draft.budget}
          error={faults.budget ? t(faults.budget) : null}
          onChange={(event) => change({ budget: event.target.value })}
        />
      )}
      <Expiry value={draft.expiry} onChange={(expiry) => change({ expiry })} />
      <Access draft={draft} faults={faults} onChange={change} />
      {error ? <Notice tone="bad">{errorText(t, error)}</Notice> : null}
    </form>
  );
}

type ExpiryProps = { value: string; onChange: (value: string) => void };

const DAY = 86_400;
const EXPIRIES = ["never", "7", "30", "90", "custom"] as const;
type ExpiryChoice = (typeof EXPIRIES)[number];

function Expiry({ value, onChange }: ExpiryProps) {
  const { t } = useTranslation();
  const id = useId();
  const [choice, setChoice] = useState<ExpiryChoice>(value === "" ? "never" : "custom");
  const choose = (next: ExpiryChoice) => {
    setChoice(next);
    const days = Number(next) || 30;
    onChange(next === "never" ? "" : toLocalInput(Math.floor(Date.now() / 1000) + days * DAY));
  };
  return (
    <FieldFrame id={id} label={t("keys.expiry")}>
      <div className="flex flex-wrap gap-2">
        <Select
          id={id}
          label={t("keys.expiry")}
          className="min-w-40 flex-1"
          value={choice}
          options={EXPIRIES.map((option) => ({
            value: option,
            label: t(`keys.expiries.${option}`),
          }))}
          onChange={choose}
        />
        {choice === "never" ? null : (
          <input
            type="datetime-local"
            aria-label={t("keys.expiryAt")}
            className="h-9 min-w-48 flex-1 rounded-md border border-line-strong bg-surface px-3 text-base shadow-card"
            value={value}
            onChange={(event) => {
              setChoice("custom");
              onChange(event.target.value);
            }}
          />
        )}
      </div>
    </FieldFrame>
  );
}

type AccessProps = {
  draft: KeyDraft;
  faults: KeyFaults;
  onChange: (part: Partial<KeyDraft>) => void;
};

/** Which models, group and addresses the key is good for. */
function Access({ draft, faults, onChange }: AccessProps) {
  const { t } = useTranslation();
  const models = useOwnModels().data;
  const groups = useOwnGroups().data ?? {};
  const id = useId();
  const named = Object.entries(groups).map(([value, group]) => ({
    value,
    label: t("keys.groupOption", { name: value, ratio: group.ratio }),
  }));
  return (
    <>
      <ListField
        label={t("keys.models")}
        optional={t("common.optional")}
        hint={t("keys.modelsHint")}
        placeholder={t("keys.modelsPlaceholder")}
        values={draft.models}
        suggestions={models ?? []}
        onChange={(next) => onChange({ models: next })}
      />
      <FieldFrame id={id} label={t("keys.group")}>
        <Select
          id={id}
          label={t("keys.group")}
          value={draft.group}
          options={[{ value: "", label: t("keys.ownGroup") }, ...named]}
          onChange={(group) => onChange({ group })}
        />
      </FieldFrame>
      <ListField
        label={t("keys.ips")}
        optional={t("common.optional")}
        hint={t("keys.ipsHint")}
        placeholder="10.0.0.0/8"
        values={draft.ips}
        error={faults.ips ? t(faults.ips) : null}
        onChange={(ips) => onChange({ ips })}
      />
    </>
  );
}
