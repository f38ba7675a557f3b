/* A field that holds a list of names as removable chips; Enter, comma and paste add. */
import { X } from "lucide-react";
import { type ClipboardEvent, type KeyboardEvent, type ReactNode, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { splitList } from "@/lib/format";
import { FieldFrame } from "./field";

type ListFieldProps = {
  label: string;
  hint?: ReactNode;
  error?: string | null;
  optional?: string;
  action?: ReactNode;
  placeholder: string;
  values: string[];
  suggestions?: string[];
  onChange: (values: string[]) => void;
};

export function ListField(props: ListFieldProps) {
  const { label, hint, error, optional, action, placeholder, values, suggestions, onChange } =
    props;
  const { t } = useTranslation();
  const id = useId();
  const [draft, setDraft] = useState("");

  const add = (text: string) => {
    const next = [...new Set([...values, ...splitList(text)])];
    if (next.length !== values.length) onChange(next);
    setDraft("");
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing) return;
    if ((event.key === "Enter" || event.key === ",") && draft.trim() !== "") {
      event.preventDefault();
      add(draft);
    } else if (event.key === "Enter") {
      event.preventDefault();
    } else if (event.key === "Backspace" && draft === "" && values.length > 0) {
      onChange(values.slice(0, -1));
    }
  };
  const onPaste = (event: ClipboardEvent) => {
    const text = event.clipboardData.getData("text");
    if (!/[,\n]/.test(text)) return;
    event.preventDefault();
    add(text);
  };

  const frame = {
    ...(hint === undefined ? {} : { hint }),
    ...(error === undefined ? {} : { error }),
    ...(optional === undefined ? {} : { optional }),
    ...(action === undefined ? {} : { action }),
  };
  return (
    <FieldFrame id={id} label={label} {...frame}>
      <div className="scroll-thin flex max-h-44 min-h-9 flex-wrap items-center gap-1.5 overflow-y-auto rounded-md border border-line-strong bg-surface px-2 py-1.5 shadow-card focus-within:border-accent">
        {values.map((value) => (
          <span
            key={value}
            className="inline-flex max-w-full items-center gap-0.5 rounded border bg-sunken pl-1.5 font-mono text-ink-2 text-xs"
          >
            <span className="truncate">{value}</span>
            <button
              type="button"
              aria-label={t("common.removeItem", { name: value })}
              className="rounded p-0.5 text-muted hover:bg-hover hover:text-ink"
              onClick={() => onChange(values.filter((other) => other !== value))}
            >
              <X aria-hidden className="size-3.5" />
            </button>
          </span>
        ))}
        <input
          id={id}
          value={draft}
          list={suggestions ? `${id}-list` : undefined}
          aria-invalid={error ? true : undefined}
          aria-describedby={error || hint ? `${id}-note` : undefined}
          placeholder={values.length === 0 ? placeholder : ""}
          className="h-6 min-w-28 flex-1 bg-transparent text-base outline-none max-sm:text-[1rem]"
          onChange={(event) => setDraft(event.target.value)}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
          onBlur={() => draft.trim() !== "" && add(draft)}
        />
        {suggestions ? (
          <datalist id={`${id}-list`}>
            {suggestions
              .filter((name) => !values.includes(name))
              .map((name) => (
                <option key={name} value={name} />
              ))}
          </datalist>
        ) : null}
      </div>
    </FieldFrame>
  );
}
