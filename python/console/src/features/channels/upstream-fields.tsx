/* Where a channel leads: type, address, key or keys. */
import { useId } from "react";
import { useTranslation } from "react-i18next";
import type { AddMode, Channel } from "@/api/shapes";
import { FieldFrame, TextAreaField, TextField } from "@/ui/field";
import { Picker } from "@/ui/picker";
import { Select } from "@/ui/select";
import { type ChannelDraft, type ChannelFaults, keyLines } from "./draft";
import { CHANNEL_TYPES, channelType } from "./types";

export type FieldsProps = {
  draft: ChannelDraft;
  faults: ChannelFaults;
  onChange: (part: Partial<ChannelDraft>) => void;
};

const MODES = ["multi_to_single", "batch"] as const satisfies AddMode[];

export function UpstreamFields(props: FieldsProps & { subject: Channel | undefined }) {
  const { t } = useTranslation();
  const { draft, faults, onChange, subject } = props;
  const typeId = useId();
  const own = channelType(draft.type).baseUrl;
  const items = CHANNEL_TYPES.filter((type) => type.offered || type.id === draft.type).map(
    (type) => ({ value: String(type.id), label: type.name, note: type.baseUrl }),
  );
  return (
    <>
      <FieldFrame id={typeId} label={t("channels.type")}>
        <Picker
          id={typeId}
          label={t("channels.type")}
          placeholder={t("channels.typeSearch")}
          empty={t("states.noMatch")}
          items={items}
          value={String(draft.type)}
          onChange={(value) => onChange({ type: Number(value) })}
        />
      </FieldFrame>
      <TextField
        label={t("channels.baseUrl")}
        name="base_url"
        type="url"
        inputMode="url"
        {...(own ? { optional: t("common.optional") } : {})}
        hint={own ? t("channels.baseUrlHint") : t("channels.baseUrlNeeded")}
        placeholder={own || "https://"}
        value={draft.baseUrl}
        error={faults.baseUrl ? t(faults.baseUrl) : null}
        onChange={(event) => onChange({ baseUrl: event.target.value })}
      />
      <Keys {...props} isNew={!subject} />
    </>
  );
}

function Keys({ draft, faults, onChange, isNew }: FieldsProps & { isNew: boolean }) {
  const { t } = useTranslation();
  const id = useId();
  const lines = keyLines(draft.keys).length;
  const type = (keys: string) => {
    const many = isNew && keyLines(keys).length > 1;
    const mode = draft.mode === "single" ? "multi_to_single" : draft.mode;
    onChange({ keys, mode: many ? mode : "single" });
  };
  return (
    <>
      <TextAreaField
        label={t("channels.keys")}
        name="key"
        autoComplete="off"
        spellCheck={false}
        className="min-h-16 font-mono text-sm"
        hint={isNew ? t("channels.keysHint") : t("channels.keysKeepHint")}
        placeholder={isNew ? "sk-…" : t("channels.keysKeep")}
        value={draft.keys}
        error={faults.keys ? t(faults.keys) : null}
        onChange={(event) => type(event.target.value)}
      />
      {isNew && lines > 1 ? (
        <FieldFrame id={id} label={t("channels.mode", { count: lines })}>
          <Select<AddMode>
            id={id}
            label={t("channels.mode", { count: lines })}
            value={draft.mode}
            options={MODES.map((value) => ({ value, label: t(`channels.modes.${value}`) }))}
            onChange={(mode) => onChange({ mode })}
          />
        </FieldFrame>
      ) : null}
    </>
  );
}
