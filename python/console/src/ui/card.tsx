/* Surfaces and the heading of a page. */
import type { ReactNode } from "react";
import { cn } from "@/lib/cn";
import { useTitle } from "./use-title";

export function Card({ className, children }: { className?: string; children: ReactNode }) {
  return (
    <section className={cn("min-w-0 rounded-xl border bg-surface shadow-card", className)}>
      {children}
    </section>
  );
}

type HeaderProps = { title: string; description?: ReactNode; actions?: ReactNode };

export function PageHeader({ title, description, actions }: HeaderProps) {
  useTitle(title);
  return (
    <header className="mb-5 flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
      <div className="min-w-0">
        <h1 className="font-semibold text-xl tracking-tight">{title}</h1>
        {description ? <p className="mt-0.5 text-muted text-sm">{description}</p> : null}
      </div>
      {actions ? <div className="flex flex-wrap items-center gap-2">{actions}</div> : null}
    </header>
  );
}

type TileProps = { label: string; value: ReactNode; note?: ReactNode; icon?: ReactNode };

/** One figure of a dashboard. */
export function Tile({ label, value, note, icon }: TileProps) {
  return (
    <Card className="flex min-w-0 flex-col gap-1 p-4">
      <div className="flex items-center justify-between gap-2 text-muted">
        <span className="truncate text-sm">{label}</span>
        {icon}
      </div>
      <div className="tabular truncate font-semibold text-2xl tracking-tight">{value}</div>
      <div className="min-h-[1.125rem] truncate text-muted text-xs">{note}</div>
    </Card>
  );
}
