/* A menu of actions behind a button. */
import { Menu as Base } from "@base-ui/react/menu";
import type { ReactElement, ReactNode } from "react";
import { cn } from "@/lib/cn";
import { OPTION, POPUP } from "./select";

type MenuProps = {
  trigger: ReactElement;
  children: ReactNode;
  align?: "start" | "end";
};

export function Menu({ trigger, children, align = "end" }: MenuProps) {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner sideOffset={4} align={align} className="z-50">
          <Base.Popup className={cn(POPUP, "p-1")}>{children}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

type MenuItemProps = {
  icon?: ReactNode;
  onClick: () => void;
  danger?: boolean;
  children: ReactNode;
};

export function MenuItem({ icon, onClick, danger, children }: MenuItemProps) {
  return (
    <Base.Item
      onClick={onClick}
      className={cn(
        OPTION,
        "justify-start gap-2.5",
        danger && "text-bad data-highlighted:bg-bad-soft",
      )}
    >
      {icon}
      {children}
    </Base.Item>
  );
}

type MenuRadioProps<T extends string> = {
  label: string;
  value: T;
  options: readonly { value: T; label: string; icon?: ReactNode }[];
  onChange: (value: T) => void;
};

/** A titled group of choices inside a menu; choosing keeps the menu open. */
export function MenuRadio<T extends string>(props: MenuRadioProps<T>) {
  const { label, value, options, onChange } = props;
  return (
    <Base.Group>
      <Base.GroupLabel className="px-2.5 pt-2 pb-1 text-muted text-xs">{label}</Base.GroupLabel>
      <Base.RadioGroup value={value} onValueChange={onChange}>
        {options.map((option) => (
          <Base.RadioItem key={option.value} value={option.value} className={OPTION}>
            <span className="flex items-center gap-2.5">
              {option.icon}
              {option.label}
            </span>
            <Base.RadioItemIndicator className="size-1.5 rounded-full bg-accent" />
          </Base.RadioItem>
        ))}
      </Base.RadioGroup>
    </Base.Group>
  );
}

export function MenuSeparator() {
  return <Base.Separator className="my-1 h-px bg-line" />;
}
