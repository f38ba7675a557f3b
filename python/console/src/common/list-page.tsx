/*
 * The card of a list: filters, table, paging, and what stands there without rows. The rows are the
 * server's pages; filters and paging live in the page's address.
 */
import { SearchX } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { errorText } from "@/api/errors";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { type Column, DataTable } from "@/ui/data-table";
import { Pagination } from "@/ui/pagination";
import { EmptyState } from "@/ui/states";

export const DEFAULT_SIZE = 20;

type Paging = { p?: number; size?: number };

type Listed<T> = {
  data: { items: T[]; total: number } | undefined;
  error: unknown;
  isPlaceholderData: boolean;
  refetch: () => unknown;
};

type ListCardProps<T extends object> = {
  label: string;
  list: Listed<T>;
  columns: Column<T>[];
  rowId: (row: T) => string;
  filters?: ReactNode;
  /** Clears the filters; given only while something narrows the list. */
  onClear?: (() => void) | undefined;
  empty: { icon: ReactNode; title: string; body: string; action?: ReactNode };
  onOpen?: (row: T) => void;
  paging: Paging;
  onPage: (next: { p: number; size: number }) => void;
};

export function ListCard<T extends object>(props: ListCardProps<T>) {
  const { label, list, columns, rowId, filters, onClear, empty, onOpen, paging, onPage } = props;
  const { t } = useTranslation();
  return (
    <Card className="overflow-hidden">
      {filters}
      <DataTable
        label={label}
        columns={columns}
        rows={list.data?.items}
        rowId={rowId}
        error={list.error ? errorText(t, list.error) : null}
        onRetry={() => void list.refetch()}
        stale={list.isPlaceholderData}
        {...(onOpen ? { onOpen } : {})}
        empty={onClear ? <NoMatch onClear={onClear} /> : <EmptyState {...empty} />}
        footer={
          <Pagination
            page={paging.p ?? 1}
            size={paging.size ?? DEFAULT_SIZE}
            total={list.data?.total ?? 0}
            onChange={onPage}
          />
        }
      />
    </Card>
  );
}

export function NoMatch({ onClear }: { onClear: () => void }) {
  const { t } = useTranslation();
  return (
    <EmptyState
      icon={<SearchX aria-hidden className="size-5" />}
      title={t("states.noMatch")}
      body={t("states.noMatchBody")}
      action={<Button onClick={onClear}>{t("states.clearFilters")}</Button>}
    />
  );
}
