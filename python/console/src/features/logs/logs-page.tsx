/* The log: filters, totals, rows; a row opens its details. */
import { getRouteApi } from "@tanstack/react-router";
import { RotateCw, ScrollText, SearchX } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { errorText } from "@/api/errors";
import { useMoney } from "@/api/queries";
import type { LogRow } from "@/api/shapes";
import { formatInteger } from "@/lib/format";
import { Button, IconButton } from "@/ui/button";
import { Card, PageHeader } from "@/ui/card";
import { DataTable } from "@/ui/data-table";
import { Pagination } from "@/ui/pagination";
import { EmptyState, Skeleton } from "@/ui/states";
import { useLogColumns } from "./columns";
import { Filters, timeOnly } from "./filters";
import { LogDetail } from "./log-detail";
import { DEFAULT_SIZE, useLogStat, useLogs } from "./queries";
import { isFiltered, type LogSearch } from "./search";

const route = getRouteApi("/shell/logs");

export function LogsPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const logs = useLogs(search);
  const columns = useLogColumns();
  const [opened, setOpened] = useState<LogRow | null>(null);
  const set = (next: LogSearch) => void navigate({ search: next, replace: true });

  return (
    <>
      <PageHeader
        title={t("logs.title")}
        description={t("logs.lead")}
        actions={
          <IconButton
            label={t("logs.refresh")}
            className="border bg-surface"
            onClick={() => void logs.refetch()}
          >
            <RotateCw aria-hidden className={logs.isFetching ? "size-4 animate-spin" : "size-4"} />
          </IconButton>
        }
      />
      <Totals search={search} rows={logs.data?.total} />
      <Card className="overflow-hidden">
        <Filters search={search} onChange={set} />
        <DataTable
          label={t("logs.title")}
          columns={columns}
          rows={logs.data?.items}
          rowId={(row) => row.request_id || String(row.id)}
          error={logs.error ? errorText(t, logs.error) : null}
          onRetry={() => void logs.refetch()}
          stale={logs.isPlaceholderData}
          onOpen={setOpened}
          empty={<NoRows search={search} onClear={() => set(timeOnly(search))} />}
          footer={
            <Pagination
              page={search.p ?? 1}
              size={search.size ?? DEFAULT_SIZE}
              total={logs.data?.total ?? 0}
              onChange={(next) => set({ ...search, ...next })}
            />
          }
        />
      </Card>
      <LogDetail row={opened} onClose={() => setOpened(null)} />
    </>
  );
}

function NoRows({ search, onClear }: { search: LogSearch; onClear: () => void }) {
  const { t } = useTranslation();
  return isFiltered(search) ? (
    <EmptyState
      icon={<SearchX aria-hidden className="size-5" />}
      title={t("states.noMatch")}
      body={t("logs.noMatchBody")}
      action={<Button onClick={onClear}>{t("states.clearFilters")}</Button>}
    />
  ) : (
    <EmptyState
      icon={<ScrollText aria-hidden className="size-5" />}
      title={t("logs.emptyTitle")}
      body={t("logs.emptyBody")}
    />
  );
}

function Totals({ search, rows }: { search: LogSearch; rows: number | undefined }) {
  const { t, i18n } = useTranslation();
  const money = useMoney();
  const stat = useLogStat(search).data;
  const count = (value: number | undefined) =>
    value === undefined ? null : formatInteger(value, i18n.language);
  return (
    <dl className="mb-3 grid grid-cols-2 gap-x-8 gap-y-2 rounded-xl border bg-surface px-4 py-3 shadow-card sm:flex">
      <Figure label={t("logs.statSpend")}>{stat ? money.exact(stat.quota) : null}</Figure>
      <Figure label={t("logs.statRows")}>{count(rows)}</Figure>
      <Figure label={t("logs.statRpm")}>{count(stat?.rpm)}</Figure>
      <Figure label={t("logs.statTpm")}>{count(stat?.tpm)}</Figure>
    </dl>
  );
}

function Figure({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-muted text-xs">{label}</dt>
      <dd className="tabular font-semibold">
        {children ?? <Skeleton className="mt-1 h-4 w-16" />}
      </dd>
    </div>
  );
}
