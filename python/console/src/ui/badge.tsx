/* A short state word. Colour never speaks alone: the word says it too. */
import type { ReactNode } from "react";
import { cn } from "@/lib/cn";

export type Tone = "good" | "warn" | "bad" | "info" | "plain";

const TONES: Record<Tone, string> = {
  good: "bg-good-soft text-good",
  warn: "bg-warn-soft text-warn",
  bad: "bg-bad-soft text-bad",
  info: "bg-info-soft text-info",
  plain: "bg-hover text-ink-2",
};

type BadgeProps = { tone?: Tone; title?: string; children: ReactNode };

export function Badge({ tone = "plain", title, children }: BadgeProps) {
  return (
    <span
      title={title}
      className={cn(
        "inline-flex items-center gap-1.5 whitespace-nowrap rounded-full px-2 py-px font-medium text-xs",
        TONES[tone],
      )}
    >
      {children}
    </span>
  );
}

/** A name of a model or group in a list. */
export function Chip({ children }: { children: ReactNode }) {
  return (
    <span className="inline-flex max-w-48 items-center truncate rounded border bg-sunken px-1.5 font-mono text-ink-2 text-xs">
      <span className="truncate">{children}</span>
    </span>
  );
}
