/* An on/off switch; the label may be visible (SwitchField) or only spoken (Switch). */
import { Switch as Base } from "@base-ui/react/switch";
import { type ReactNode, useId } from "react";
import { cn } from "@/lib/cn";

type SwitchProps = {
  checked: boolean;
  onChange: (checked: boolean) => void;
  label?: string;
  id?: string;
  disabled?: boolean;
};

export function Switch({ checked, onChange, label, id, disabled }: SwitchProps) {
  return (
    <Base.Root
      id={id}
      checked={checked}
      disabled={disabled ?? false}
      onCheckedChange={onChange}
      aria-label={label}
      className={cn(
        "relative inline-flex h-5 w-9 shrink-0 cursor-pointer rounded-full bg-line-strong p-0.5",
        "transition-colors data-checked:bg-accent data-disabled:cursor-not-allowed data-disabled:opacity-50",
      )}
    >
      <Base.Thumb className="size-4 rounded-full bg-white shadow-card transition-transform data-checked:translate-x-4" />
    </Base.Root>
  );
}

type SwitchFieldProps = {
  label: string;
  hint?: ReactNode;
  checked: boolean;
  onChange: (checked: boolean) => void;
};

export function SwitchField({ label, hint, checked, onChange }: SwitchFieldProps) {
  const id = useId();
  return (
    <div className="flex items-start justify-between gap-4">
      <label htmlFor={id} className="flex cursor-pointer flex-col gap-0.5">
        <span className="font-medium text-sm">{label}</span>
        {hint ? <span className="text-muted text-xs">{hint}</span> : null}
      </label>
      <Switch id={id} checked={checked} onChange={onChange} />
    </div>
  );
}
