/* What a query answered, as it came: numbers to the right, NULL as a dash. */
import { Download, Rows3 } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { SqlAnswer } from "@/api/shapes";
import { formatDuration } from "@/lib/format";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { type Column, DataTable } from "@/ui/data-table";
import { EmptyState, Notice } from "@/ui/states";
import { csvOf } from "./csv";

type Row = { place: number; cells: unknown[] };

export function AnswerTable({ answer }: { answer: SqlAnswer }) {
  const { t } = useTranslation();
  const names = answer.columns.map((column) => column.name ?? "");
  const columns: Column<Row>[] = names.map((name, place) => ({
    id: `column-${place}`,
    header: name,
    right: answer.rows.some((row) => typeof row[place] === "number"),
    cell: ({ row }) => (
      <span className="font-mono text-xs">{shown(row.original.cells[place])}</span>
    ),
  }));
  const rows = answer.rows.map((cells, place) => ({ place, cells }));
  return (
    <Card>
      <div className="flex flex-wrap items-center justify-between gap-2 border-b px-4 py-2">
        <span role="status" className="text-muted text-sm">
          {t("sql.rows", { count: rows.length, time: formatDuration(answer.elapsed_ms) })}
        </span>
        <Button
          small
          disabled={rows.length === 0}
          icon={<Download aria-hidden className="size-3.5" />}
          onClick={() => save(csvOf(names, answer.rows))}
        >
          {t("sql.download")}
        </Button>
      </div>
      {answer.is_cut ? (
        <div className="p-3">
          <Notice tone="warn">{t("sql.cut", { count: rows.length })}</Notice>
        </div>
      ) : null}
      <DataTable
        label={t("sql.title")}
        columns={columns}
        rows={rows}
        rowId={(row) => String(row.place)}
        empty={
          <EmptyState
            icon={<Rows3 aria-hidden className="size-5" />}
            title={t("sql.empty")}
            body={t("sql.emptyBody")}
          />
        }
      />
    </Card>
  );
}

function shown(value: unknown): string {
  return value === null || value === undefined ? "–" : String(value);
}

function save(text: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  link.download = "query.csv";
  link.click();
  URL.revokeObjectURL(link.href);
}
