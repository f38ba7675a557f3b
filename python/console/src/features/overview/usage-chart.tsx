/* Spend, calls or tokens over time. The drawing itself is loaded when it is needed. */
import { ChartColumn } from "lucide-react";
import { lazy, Suspense, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMoney } from "@/api/queries";
import type { Overview } from "@/api/shapes";
import { cn } from "@/lib/cn";
import { formatCompact, formatInteger } from "@/lib/format";
import { Card } from "@/ui/card";
import { Segmented } from "@/ui/segmented";
import { EmptyState, Skeleton } from "@/ui/states";
import { chartSeries, METRICS, type Metric } from "./series";

const Bars = lazy(() => import("./bars").then((module) => ({ default: module.Bars })));

type UsageChartProps = { overview: Overview | undefined; className?: string };

export function UsageChart({ overview, className }: UsageChartProps) {
  const { t, i18n } = useTranslation();
  const money = useMoney();
  const [metric, setMetric] = useState<Metric>("quota");
  const series = useMemo(
    () => (overview ? chartSeries(...spanOf(overview), overview.hours) : null),
    [overview],
  );
  const exact = (value: number) =>
    metric === "quota" ? money.exact(value) : formatInteger(value, i18n.language);
  const short = (value: number) => (metric === "quota" ? money.short(value) : formatCompact(value));
  const total = series?.values[metric].reduce((sum, value) => sum + value, 0) ?? 0;

  return (
    <Card className={cn("flex min-h-88 flex-col", className)}>
      <div className="flex flex-wrap items-center justify-between gap-3 px-4 pt-4">
        <h2 className="font-semibold text-sm">{t("overview.chart")}</h2>
        <Segmented
          label={t("overview.metric")}
          value={metric}
          options={METRICS.map((value) => ({ value, label: t(`overview.metrics.${value}`) }))}
          onChange={setMetric}
        />
      </div>
      <div className="relative min-h-0 flex-1 px-2 pt-3 pb-2">
        {series === null ? (
          <Skeleton className="m-2 h-[calc(100%-1rem)]" />
        ) : overview?.calls === 0 ? (
          <EmptyState
            icon={<ChartColumn aria-hidden className="size-5" />}
            title={t("overview.noCalls")}
            body={t("overview.noCallsBody")}
          />
        ) : (
          <Suspense fallback={<Skeleton className="m-2 h-[calc(100%-1rem)]" />}>
            <Bars
              starts={series.starts}
              values={series.values[metric]}
              unit={series.unit}
              language={i18n.language}
              label={t("overview.chartLabel", {
                metric: t(`overview.metrics.${metric}`),
                total: exact(total),
              })}
              exact={exact}
              short={short}
            />
          </Suspense>
        )}
      </div>
    </Card>
  );
}

/** Returns the range that the figures cover: from the time asked for to the end of the last hour. */
function spanOf({ since, hours }: Overview): [from: number, to: number] {
  const last = hours.at(-1)?.hour ?? since;
  return [Date.parse(since) / 1000, Date.parse(last) / 1000 + 1];
}
