/* One setting: its key, what it does, an input of its kind, and saving it alone. */
import { type FormEvent, useEffect, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { errorText } from "@/api/errors";
import { useAct, useSend } from "@/common/act";
import { Button } from "@/ui/button";
import { TextAreaField, TextField } from "@/ui/field";
import { Switch } from "@/ui/switch";
import { toastDone } from "@/ui/toast";
import { settingFault, shownText } from "./fits";
import type { OptionSpec } from "./options";
import { SETTINGS, saveSetting } from "./queries";
import { optionNote } from "./texts";

type OptionFieldProps = { spec: OptionSpec; value: string };

export function OptionField({ spec, value }: OptionFieldProps) {
  return spec.kind === "bool" ? (
    <SwitchOption spec={spec} value={value} />
  ) : (
    <TextOption spec={spec} value={value} />
  );
}

function SwitchOption({ spec, value }: OptionFieldProps) {
  const { t } = useTranslation();
  const id = useId();
  const save = useAct({
    run: (isOn: boolean) => saveSetting(spec.key, String(isOn)),
    stale: [SETTINGS, "status"],
    done: () => t("settings.saved", { key: spec.key }),
    failed: t("settings.notSaved", { key: spec.key }),
  });
  // What was asked for shows at once; the stored value comes back when the server refuses.
  const isOn = save.isPending ? save.variables : value === "true";
  return (
    <div className="flex items-start justify-between gap-4">
      <label htmlFor={id} className="flex min-w-0 cursor-pointer flex-col gap-0.5">
        <span className="break-all font-medium font-mono text-sm">{spec.key}</span>
        <span className="text-muted text-xs">{t(optionNote(spec.key))}</span>
      </label>
      <Switch id={id} checked={isOn} onChange={(next) => save.mutate(next)} />
    </div>
  );
}

const LONG = 60;

function useTextOption({ spec, value }: OptionFieldProps) {
  const { t } = useTranslation();
  const stored = spec.secret ? "" : shownText(spec.kind, value);
  const [text, setText] = useState(stored);
  useEffect(() => setText(stored), [stored]);
  const save = useSend(() => saveSetting(spec.key, text), [SETTINGS, "status"]);
  const isChanged = text !== stored;
  const fault = isChanged ? settingFault(spec.kind, text) : null;
  const refusal = save.error ? errorText(t, save.error) : null;
  const type = (next: string) => {
    setText(next);
    save.reset();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isChanged || fault) return;
    save.mutate(undefined, {
      onSuccess: () => {
        toastDone(t("settings.saved", { key: spec.key }));
        if (spec.secret) setText("");
      },
    });
  };
  const error = fault ? t(fault) : refusal;
  return {
    text,
    error,
    isChanged,
    isFaulty: fault !== null,
    busy: save.isPending,
    type,
    submit,
    stored,
  };
}

function TextOption(props: OptionFieldProps) {
  const { t } = useTranslation();
  const option = useTextOption(props);
  return (
    <form noValidate onSubmit={option.submit} className="flex flex-col gap-2">
      <Input spec={props.spec} text={option.text} error={option.error} onType={option.type} />
      {option.isChanged ? (
        <div className="flex gap-2">
          <Button small look="primary" type="submit" busy={option.busy} disabled={option.isFaulty}>
            {t("settings.save")}
          </Button>
          <Button small onClick={() => option.type(option.stored)}>
            {t("settings.undo")}
          </Button>
        </div>
      ) : null}
    </form>
  );
}

type InputProps = {
  spec: OptionSpec;
  text: string;
  error: string | null;
  onType: (text: string) => void;
};

/** A long text or JSON gets room; a secret is typed unseen. */
function Input({ spec, text, error, onType }: InputProps) {
  const { t } = useTranslation();
  const field = {
    label: spec.key,
    hint: t(optionNote(spec.key)),
    error,
    name: spec.key,
    autoComplete: "off",
    value: text,
  };
  if (spec.secret) {
    return (
      <TextField
        {...field}
        type="password"
        autoComplete="new-password"
        placeholder={t("settings.secretKept")}
        onChange={(event) => onType(event.target.value)}
      />
    );
  }
  if (spec.kind === "json" || text.includes("\n") || text.length > LONG) {
    return (
      <TextAreaField
        {...field}
        spellCheck={false}
        rows={Math.min(14, Math.max(3, text.split("\n").length))}
        className={spec.kind === "json" ? "font-mono text-xs" : undefined}
        onChange={(event) => onType(event.target.value)}
      />
    );
  }
  return (
    <TextField
      {...field}
      inputMode={spec.kind === "int" ? "numeric" : undefined}
      onChange={(event) => onType(event.target.value)}
    />
  );
}
