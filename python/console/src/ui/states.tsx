/* The looks of a page without rows: empty, failed, loading. Each says what to do next. */
import { RotateCw, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { cn } from "@/lib/cn";
import { Button } from "./button";

type EmptyProps = { icon: ReactNode; title: string; body: string; action?: ReactNode };

export function EmptyState({ icon, title, body, action }: EmptyProps) {
  return (
    <div className="flex flex-col items-center gap-1 px-6 py-14 text-center">
      <div className="mb-2 flex size-11 items-center justify-center rounded-full bg-accent-soft text-accent-text">
        {icon}
      </div>
      <h2 className="font-semibold text-base">{title}</h2>
      <p className="max-w-sm text-muted text-sm">{body}</p>
      {action ? <div className="mt-4">{action}</div> : null}
    </div>
  );
}

type ErrorProps = { message: string; onRetry?: () => void; className?: string };

export function ErrorState({ message, onRetry, className }: ErrorProps) {
  const { t } = useTranslation();
  return (
    <div
      role="alert"
      className={cn("flex flex-col items-center gap-1 px-6 py-12 text-center", className)}
    >
      <div className="mb-2 flex size-11 items-center justify-center rounded-full bg-bad-soft text-bad">
        <TriangleAlert aria-hidden className="size-5" />
      </div>
      <h2 className="font-semibold text-base">{t("states.failed")}</h2>
      <p className="max-w-md break-words text-muted text-sm">{message}</p>
      {onRetry ? (
        <Button
          className="mt-4"
          onClick={onRetry}
          icon={<RotateCw aria-hidden className="size-4" />}
        >
          {t("common.retry")}
        </Button>
      ) : null}
    </div>
  );
}

export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden className={cn("skeleton", className)} />;
}

type NoticeProps = { tone?: "warn" | "bad" | "info" | "good"; children: ReactNode };

const NOTICE = {
  warn: "bg-warn-soft text-warn",
  bad: "bg-bad-soft text-bad",
  info: "bg-info-soft text-info",
  good: "bg-good-soft text-good",
};

/** A line of advice inside a form or panel; errors are announced. */
export function Notice({ tone = "info", children }: NoticeProps) {
  return (
    <div
      role={tone === "bad" ? "alert" : "status"}
      className={cn("rounded-md px-3 py-2 text-sm", NOTICE[tone])}
    >
      {children}
    </div>
  );
}
