/* Buttons. `busy` keeps the width, blocks clicks and tells assistive technology. */
import { LoaderCircle } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";
import { cn } from "@/lib/cn";

type Look = "primary" | "secondary" | "ghost" | "danger";

const LOOKS: Record<Look, string> = {
  primary: "bg-accent text-on-accent hover:bg-accent-hover shadow-card",
  secondary: "border bg-surface text-ink hover:bg-hover border-line-strong shadow-card",
  ghost: "text-ink-2 hover:bg-hover hover:text-ink",
  danger: "bg-bad text-on-bad hover:opacity-90 shadow-card",
};

/** Returns the classes of a button, for links that look like one. */
export function buttonClass(look: Look = "secondary", small = false): string {
  return cn(
    "inline-flex select-none items-center justify-center gap-1.5 whitespace-nowrap rounded-md",
    "font-medium transition-colors disabled:cursor-not-allowed disabled:opacity-50",
    small ? "h-7 px-2.5 text-xs" : "h-9 px-3.5 text-sm",
    LOOKS[look],
  );
}

type ButtonProps = ComponentProps<"button"> & {
  look?: Look;
  small?: boolean;
  busy?: boolean;
  icon?: ReactNode;
};

export function Button(props: ButtonProps) {
  const { look, small, busy, icon, className, children, disabled, type, ...rest } = props;
  return (
    <button
      {...rest}
      type={type ?? "button"}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      className={cn(buttonClass(look, small), className)}
    >
      {busy ? <LoaderCircle aria-hidden className="size-4 animate-spin" /> : icon}
      {children}
    </button>
  );
}

type IconButtonProps = ComponentProps<"button"> & { label: string };

/** A square button with an icon; the label is its name and its tooltip. */
export function IconButton({ label, className, type, ...rest }: IconButtonProps) {
  return (
    <button
      {...rest}
      type={type ?? "button"}
      aria-label={label}
      title={label}
      className={cn(
        "inline-flex size-8 shrink-0 items-center justify-center rounded-md text-muted",
        "transition-colors hover:bg-hover hover:text-ink disabled:opacity-50",
        className,
      )}
    />
  );
}
