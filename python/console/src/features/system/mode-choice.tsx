/* How the server will be used: for others (prices required) or for oneself. */
import { Radio } from "@base-ui/react/radio";
import { RadioGroup } from "@base-ui/react/radio-group";
import { useId } from "react";
import { useTranslation } from "react-i18next";

type ModeChoiceProps = { selfUse: boolean; onChange: (selfUse: boolean) => void };

export function ModeChoice({ selfUse, onChange }: ModeChoiceProps) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <div className="flex flex-col gap-1.5">
      <span id={id} className="font-medium text-sm">
        {t("setup.mode")}
      </span>
      <RadioGroup
        aria-labelledby={id}
        value={selfUse ? "self" : "serve"}
        onValueChange={(value) => onChange(value === "self")}
        className="flex flex-col gap-2"
      >
        <Mode value="serve" title={t("setup.modeServe")} note={t("setup.modeServeNote")} />
        <Mode value="self" title={t("setup.modeSelf")} note={t("setup.modeSelfNote")} />
      </RadioGroup>
    </div>
  );
}

function Mode({ value, title, note }: { value: string; title: string; note: string }) {
  const id = useId();
  return (
    <label
      htmlFor={id}
      className="flex cursor-pointer gap-3 rounded-lg border border-line-strong p-3 transition-colors has-data-checked:border-accent has-data-checked:bg-accent-soft"
    >
      <Radio.Root
        id={id}
        value={value}
        className="mt-0.5 flex size-4 shrink-0 items-center justify-center rounded-full border border-line-strong bg-surface data-checked:border-accent data-checked:bg-accent"
      >
        <Radio.Indicator className="size-1.5 rounded-full bg-on-accent" />
      </Radio.Root>
      <span>
        <span className="block font-medium text-sm">{title}</span>
        <span className="block text-muted text-xs">{note}</span>
      </span>
    </label>
  );
}
