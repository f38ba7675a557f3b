/* A searchable single choice out of many options. */
import { Combobox } from "@base-ui/react/combobox";
import { Check, ChevronsUpDown } from "lucide-react";
import { cn } from "@/lib/cn";
import { CONTROL } from "./field";
import { OPTION, POPUP } from "./select";

export type PickerItem = { value: string; label: string; note?: string };

type PickerProps = {
  items: readonly PickerItem[];
  value: string;
  onChange: (value: string) => void;
  placeholder: string;
  empty: string;
  label: string;
  id?: string;
};

export function Picker({ items, value, onChange, placeholder, empty, label, id }: PickerProps) {
  const chosen = items.find((item) => item.value === value) ?? null;
  return (
    <Combobox.Root
      items={items}
      value={chosen}
      onValueChange={(next) => {
        if (next) onChange(next.value);
      }}
      isItemEqualToValue={(item, other) => item.value === other.value}
    >
      <Combobox.Trigger
        id={id}
        aria-label={id ? undefined : label}
        className={cn(CONTROL, "flex h-9 w-full items-center px-3 justify-between gap-2 text-left")}
      >
        <span className={cn("truncate", !chosen && "text-muted")}>
          {chosen?.label ?? placeholder}
        </span>
        <ChevronsUpDown aria-hidden className="size-3.5 shrink-0 text-muted" />
      </Combobox.Trigger>
      <Combobox.Portal>
        <Combobox.Positioner sideOffset={4} align="start" className="z-50">
          <Combobox.Popup className={POPUP} aria-label={label}>
            <div className="border-b p-1.5">
              <Combobox.Input
                placeholder={placeholder}
                aria-label={placeholder}
                className={cn(CONTROL, "h-8 w-full px-2.5 shadow-none")}
              />
            </div>
            <Combobox.Empty>
              <p className="px-3 py-6 text-center text-muted text-sm empty:hidden">{empty}</p>
            </Combobox.Empty>
            <Combobox.List className="scroll-thin max-h-72 overflow-y-auto p-1 data-empty:p-0">
              {(item: PickerItem) => (
                <Combobox.Item key={item.value} value={item} className={OPTION}>
                  <span className="flex min-w-0 flex-col">
                    <span>{item.label}</span>
                    {item.note ? (
                      <span className="truncate text-muted text-xs">{item.note}</span>
                    ) : null}
                  </span>
                  <Combobox.ItemIndicator>
                    <Check aria-hidden className="size-4 text-accent-text" />
                  </Combobox.ItemIndicator>
                </Combobox.Item>
              )}
            </Combobox.List>
          </Combobox.Popup>
        </Combobox.Positioner>
      </Combobox.Portal>
    </Combobox.Root>
  );
}
