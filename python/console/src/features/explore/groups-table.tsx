/* One row a group: its metrics, the change against the period before, and the way to its log rows. */
import { Link } from "@tanstack/react-router";
import { ScrollText, Table2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { AnalyticsAnswer, AnalyticsRow } from "@/api/shapes";
import { cn } from "@/lib/cn";
import { type Column, DataTable } from "@/ui/data-table";
import { EmptyState } from "@/ui/states";
import { changeOf } from "./change";
import { type Figures, useFigures } from "./figures";
import type { Only } from "./search";

type TableProps = {
  answer: AnalyticsAnswer | undefined;
  metrics: string[];
  dimensions: string[];
  only: Only[];
  error: string | null;
  onRetry: () => void;
  stale: boolean;
  onDrill: (only: Only) => void;
};

export function GroupsTable(props: TableProps) {
  const { answer, metrics, dimensions, only, error, onRetry, stale, onDrill } = props;
  const { t } = useTranslation();
  const figures = useFigures();
  const columns: Column<AnalyticsRow>[] = [
    ...dimensions.map((name) => ({
      id: name,
      header: t(`explore.dimensions.${name as "model"}`),
      cell: ({ row }: { row: { original: AnalyticsRow } }) => (
        <GroupCell row={row.original} name={name} onDrill={onDrill} />
      ),
    })),
    ...metrics.map((name, place) => ({
      id: `metric-${name}`,
      right: true,
      wide: place > 1,
      header: t(`explore.metrics.${name as "spend"}`),
      cell: ({ row }: { row: { original: AnalyticsRow } }) => (
        <MetricCell row={row.original} name={name} unit={answer?.units[name]} figures={figures} />
      ),
    })),
    {
      id: "actions",
      header: "",
      cell: ({ row }) => <LogsLink row={row.original} only={only} answer={answer} />,
    },
  ];
  return (
    <DataTable
      label={t("explore.title")}
      columns={columns}
      rows={answer?.rows}
      rowId={rowId}
      error={error}
      onRetry={onRetry}
      stale={stale}
      empty={
        <EmptyState
          icon={<Table2 aria-hidden className="size-5" />}
          title={t("explore.empty")}
          body={t("explore.emptyBody")}
        />
      }
    />
  );
}

function rowId(row: AnalyticsRow): string {
  return Object.entries(row.dimensions)
    .map(([name, { value }]) => `${name}:${value}`)
    .join("\t");
}

type GroupCellProps = { row: AnalyticsRow; name: string; onDrill: (only: Only) => void };

function GroupCell({ row, name, onDrill }: GroupCellProps) {
  const { t } = useTranslation();
  const group = row.dimensions[name];
  if (!group) return null;
  const text = group.label || group.value || "–";
  return (
    <button
      type="button"
      title={t("explore.filterBy", { name: text })}
      onClick={() => onDrill({ dimension: name, value: group.value })}
      className="max-w-64 cursor-pointer truncate text-left font-medium hover:text-accent-text hover:underline"
    >
      {text}
    </button>
  );
}

type MetricCellProps = {
  row: AnalyticsRow;
  name: string;
  unit: string | undefined;
  figures: Figures;
};

function MetricCell({ row, name, unit = "count", figures }: MetricCellProps) {
  const { t } = useTranslation();
  const value = row.metrics[name];
  const before = row.previous?.[name];
  const change = changeOf(value, before);
  const percent = change === null ? null : Math.round(change * 100);
  return (
    <span className="whitespace-nowrap">
      {figures.exact(unit, value)}
      {row.previous ? (
        <span className="block text-muted text-xs">
          {t("explore.previous")} {figures.exact(unit, before)}
          {percent === null ? null : (
            <span className={cn("ml-1.5", percent > 0 && "text-warn", percent < 0 && "text-good")}>
              {percent > 0 ? "+" : ""}
              {percent} %
            </span>
          )}
        </span>
      ) : null}
    </span>
  );
}

type LogsLinkProps = { row: AnalyticsRow; only: Only[]; answer: AnalyticsAnswer | undefined };

/** Leads to the rows of a group, as far as the log's filters can say what it is. */
function LogsLink({ row, only, answer }: LogsLinkProps) {
  const { t } = useTranslation();
  if (!answer) return null;
  const named = Object.fromEntries(only.map(({ dimension, value }) => [dimension, value]));
  for (const [name, { value, label }] of Object.entries(row.dimensions)) {
    named[name] = name === "user" || name === "key" ? label : value;
  }
  const { model, key, user, channel } = named;
  const name = Object.values(row.dimensions)
    .map(({ label }) => label)
    .join(" · ");
  return (
    <Link
      to="/logs"
      search={{
        from: Math.floor(Date.parse(answer.range.start ?? "") / 1000),
        to: Math.ceil(Date.parse(answer.range.end ?? "") / 1000),
        ...(model ? { model } : {}),
        ...(key ? { key } : {}),
        ...(user ? { user } : {}),
        ...(channel ? { channel: Number(channel) } : {}),
      }}
      title={t("explore.logsOf", { name })}
      aria-label={t("explore.logsOf", { name })}
      className="inline-flex size-8 items-center justify-center rounded-md text-muted hover:bg-hover hover:text-ink"
    >
      <ScrollText aria-hidden className="size-4" />
    </Link>
  );
}
