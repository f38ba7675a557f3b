/* The upstreams that were tried for one request, in order, as a waterfall. */
import { useTranslation } from "react-i18next";
import { cn } from "@/lib/cn";
import { formatDuration } from "@/lib/format";
import { Badge } from "@/ui/badge";
import type { Attempt } from "./other";

function failed({ status, error }: Attempt): boolean {
  return error !== "" || (status !== null && status >= 400);
}

type Bar = { attempt: Attempt; number: number; start: number; width: number };

/** Returns where each bar begins and how wide it is, in percent of the whole. */
function waterfall(attempts: Attempt[]): Bar[] {
  const whole = attempts.reduce((sum, { ms }) => sum + (ms ?? 0), 0);
  const percent = (ms: number) => (ms / Math.max(1, whole)) * 100;
  let before = 0;
  return attempts.map((attempt, index) => {
    const start = Math.min(percent(before), 98.5);
    before += attempt.ms ?? 0;
    const width = Math.min(Math.max(1.5, percent(attempt.ms ?? 0)), 100 - start);
    return { attempt, number: index + 1, start, width };
  });
}

export function Attempts({ attempts }: { attempts: Attempt[] }) {
  return (
    <ol className="flex flex-col gap-2">
      {waterfall(attempts).map((bar) => (
        <Row key={bar.number} bar={bar} />
      ))}
    </ol>
  );
}

function Row({ bar }: { bar: Bar }) {
  const { t } = useTranslation();
  const { attempt, number, start, width } = bar;
  const bad = failed(attempt);
  return (
    <li className="rounded-lg border px-3 py-2 text-sm">
      <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
        <span className="tabular text-muted">{number}.</span>
        <span className="font-medium">{t("logs.attemptChannel", { id: attempt.channel })}</span>
        {attempt.keyIndex ? (
          <span className="text-muted text-xs">
            {t("logs.attemptKey", { index: attempt.keyIndex + 1 })}
          </span>
        ) : null}
        <Badge tone={bad ? "bad" : "good"}>
          {attempt.error || attempt.status || t("logs.attemptOk")}
        </Badge>
        <span className="tabular ml-auto text-muted">
          {attempt.ms === null ? null : formatDuration(attempt.ms)}
        </span>
      </div>
      {attempt.ms === null ? null : (
        <div aria-hidden className="mt-2 h-1.5 rounded-full bg-hover">
          <div
            className={cn("h-full rounded-full", bad ? "bg-bad" : "bg-accent")}
            style={{ marginLeft: `${start}%`, width: `${width}%` }}
          />
        </div>
      )}
    </li>
  );
}
