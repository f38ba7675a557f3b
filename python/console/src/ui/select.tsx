/* A list of choices in a popup, for few options; Picker is for many. */
import { Select as Base } from "@base-ui/react/select";
import { Check, ChevronsUpDown } from "lucide-react";
import { cn } from "@/lib/cn";
import { CONTROL } from "./field";

export type Option<T extends string> = { value: T; label: string };

type SelectProps<T extends string> = {
  value: T;
  options: readonly Option<T>[];
  onChange: (value: T) => void;
  label: string;
  id?: string;
  className?: string;
  small?: boolean;
};

export function Select<T extends string>(props: SelectProps<T>) {
  const { value, options, onChange, label, id, className, small } = props;
  return (
    <Base.Root
      value={value}
      items={options}
      onValueChange={(next) => {
        if (next !== null) onChange(next);
      }}
    >
      <Base.Trigger
        id={id}
        aria-label={id ? undefined : label}
        className={cn(
          CONTROL,
          "flex items-center justify-between gap-2 text-left",
          small ? "h-8 px-2.5 text-sm" : "h-9 px-3",
          className ?? "w-full",
        )}
      >
        <Base.Value className="truncate" />
        <Base.Icon className="shrink-0 text-muted">
          <ChevronsUpDown aria-hidden className="size-3.5" />
        </Base.Icon>
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner sideOffset={4} alignItemWithTrigger={false} className="z-50">
          <Base.Popup className={POPUP}>
            <Base.List className="scroll-thin max-h-80 overflow-y-auto p-1">
              {options.map((option) => (
                <Base.Item key={option.value} value={option.value} className={OPTION}>
                  <Base.ItemText>{option.label}</Base.ItemText>
                  <Base.ItemIndicator>
                    <Check aria-hidden className="size-4 text-accent-text" />
                  </Base.ItemIndicator>
                </Base.Item>
              ))}
            </Base.List>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

/** Classes of a floating list. */
export const POPUP = cn(
  "min-w-[max(8rem,var(--anchor-width))] max-w-[min(24rem,90vw)] rounded-lg border bg-surface text-ink",
  "shadow-float outline-none transition-opacity duration-100",
  "data-ending-style:opacity-0 data-starting-style:opacity-0",
);

/** Classes of one line of a floating list. */
export const OPTION = cn(
  "flex min-h-8 cursor-pointer select-none items-center justify-between gap-3 rounded-md px-2.5 py-1",
  "text-sm outline-none data-highlighted:bg-hover",
);
