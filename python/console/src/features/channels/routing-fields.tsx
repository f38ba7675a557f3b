/* Who may use a channel and when it is chosen: groups, priority, weight, model mapping. */
import { ChevronRight, Plus, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button, IconButton } from "@/ui/button";
import { CONTROL, TextField } from "@/ui/field";
import { ListField } from "@/ui/list-field";
import { SwitchField } from "@/ui/switch";
import type { Pair } from "./draft";
import { useGroups } from "./queries";
import type { FieldsProps } from "./upstream-fields";

export function RoutingFields(props: FieldsProps) {
  const { t } = useTranslation();
  const { draft, faults, onChange } = props;
  const groups = useGroups().data;
  return (
    <>
      <ListField
        label={t("channels.groups")}
        hint={t("channels.groupsHint")}
        placeholder="default"
        values={draft.groups}
        suggestions={groups ?? []}
        error={faults.groups ? t(faults.groups) : null}
        onChange={(next) => onChange({ groups: next })}
      />
      <div className="grid gap-5 sm:grid-cols-2">
        <TextField
          label={t("channels.priority")}
          name="priority"
          inputMode="numeric"
          hint={t("channels.priorityHint")}
          value={draft.priority}
          error={faults.priority ? t(faults.priority) : null}
          onChange={(event) => onChange({ priority: event.target.value })}
        />
        <TextField
          label={t("channels.weight")}
          name="weight"
          inputMode="numeric"
          hint={t("channels.weightHint")}
          value={draft.weight}
          error={faults.weight ? t(faults.weight) : null}
          onChange={(event) => onChange({ weight: event.target.value })}
        />
      </div>
      <details
        open={draft.mapping.length > 0 || undefined}
        className="group rounded-lg border open:pb-4"
      >
        <summary className="flex cursor-pointer list-none items-center gap-2 rounded-lg px-4 py-3 font-medium text-sm hover:bg-hover">
          <ChevronRight
            aria-hidden
            className="size-4 text-muted transition-transform group-open:rotate-90"
          />
          {t("channels.advanced")}
        </summary>
        <div className="flex flex-col gap-5 px-4 pt-2">
          <Mapping {...props} />
          <TextField
            label={t("channels.testModel")}
            optional={t("common.optional")}
            name="test_model"
            hint={t("channels.testModelHint")}
            value={draft.testModel}
            onChange={(event) => onChange({ testModel: event.target.value })}
          />
          <SwitchField
            label={t("channels.autoBan")}
            hint={t("channels.autoBanHint")}
            checked={draft.autoBan}
            onChange={(autoBan) => onChange({ autoBan })}
          />
        </div>
      </details>
    </>
  );
}

function Mapping({ draft, faults, onChange }: FieldsProps) {
  const { t } = useTranslation();
  const rows = draft.mapping;
  const edit = (id: number, part: Partial<Pair>) =>
    onChange({ mapping: rows.map((row) => (row.id === id ? { ...row, ...part } : row)) });
  const add = () => {
    const id = Math.max(-1, ...rows.map((row) => row.id)) + 1;
    onChange({ mapping: [...rows, { id, from: "", to: "" }] });
  };
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1.5 font-medium text-sm">{t("channels.mapping")}</legend>
      <p className="text-muted text-xs">{t("channels.mappingHint")}</p>
      {rows.map((row) => (
        <div key={row.id} className="flex items-center gap-2">
          <input
            aria-label={t("channels.mappingFrom")}
            placeholder={t("channels.mappingFrom")}
            value={row.from}
            onChange={(event) => edit(row.id, { from: event.target.value })}
            className={`${CONTROL} h-9 w-full px-3 font-mono text-sm`}
          />
          <ChevronRight aria-hidden className="size-4 shrink-0 text-muted" />
          <input
            aria-label={t("channels.mappingTo")}
            placeholder={t("channels.mappingTo")}
            value={row.to}
            onChange={(event) => edit(row.id, { to: event.target.value })}
            className={`${CONTROL} h-9 w-full px-3 font-mono text-sm`}
          />
          <IconButton
            label={t("common.remove")}
            onClick={() => onChange({ mapping: rows.filter((other) => other.id !== row.id) })}
          >
            <X aria-hidden className="size-4" />
          </IconButton>
        </div>
      ))}
      {faults.mapping ? (
        <p role="alert" className="text-bad text-xs">
          {t(faults.mapping)}
        </p>
      ) : null}
      <Button
        small
        className="self-start"
        icon={<Plus aria-hidden className="size-3.5" />}
        onClick={add}
      >
        {t("channels.mappingAdd")}
      </Button>
    </fieldset>
  );
}
