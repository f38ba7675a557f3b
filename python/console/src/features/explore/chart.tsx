/* The first metric over time, a line a group. The drawing itself is loaded when it is needed. */
import { ChartLine } from "lucide-react";
import { lazy, Suspense, useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { AnalyticsAnswer } from "@/api/shapes";
import { Card } from "@/ui/card";
import { EmptyState, Skeleton } from "@/ui/states";
import { useFigures } from "./figures";
import { linesOf, stampsOf } from "./lines-of";

const Lines = lazy(() => import("@/ui/lines").then((module) => ({ default: module.Lines })));

type ChartProps = { answer: AnalyticsAnswer | undefined; metric: string; title: string };

export function Chart({ answer, metric, title }: ChartProps) {
  const { t, i18n } = useTranslation();
  const { exact, short } = useFigures();
  const unit = answer?.units[metric] ?? "count";
  const lines = useMemo(
    () => (answer ? linesOf(answer, metric, t("explore.total")) : []),
    [answer, metric, t],
  );
  const stamps = useMemo(
    () => stampsOf(answer?.buckets ?? [], i18n.language),
    [answer, i18n.language],
  );
  const waiting = <Skeleton className="m-2 h-[calc(100%-1rem)]" />;
  return (
    <Card className="flex h-88 flex-col">
      <div className="flex items-baseline justify-between gap-3 px-4 pt-4">
        <h2 className="font-semibold text-sm">{t("explore.chart", { metric: title })}</h2>
        <span className="tabular text-muted text-sm">
          {answer ? `${t("explore.total")} ${exact(unit, answer.totals.metrics[metric])}` : null}
        </span>
      </div>
      <div className="min-h-0 flex-1 px-2 pt-3 pb-3">
        {answer === undefined ? waiting : null}
        {answer && lines.length === 0 ? (
          <EmptyState
            icon={<ChartLine aria-hidden className="size-5" />}
            title={t("explore.empty")}
            body={t("explore.emptyBody")}
          />
        ) : null}
        {lines.length > 0 ? (
          <Suspense fallback={waiting}>
            <Lines
              stamps={stamps}
              lines={lines}
              label={t("explore.chart", { metric: title })}
              exact={(value) => exact(unit, value)}
              short={(value) => short(unit, value)}
            />
          </Suspense>
        ) : null}
      </div>
    </Card>
  );
}
