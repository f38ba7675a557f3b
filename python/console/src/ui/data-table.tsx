/*
 * The list of every page: a table on wide screens that scrolls inside its card on narrow ones, with
 * loading, empty and error looks. Rows may be opened by click, Enter or Space.
 */
import { type ColumnDef, tableFeatures, useTable } from "@tanstack/react-table";
import type { KeyboardEvent, MouseEvent, ReactNode } from "react";
import { cn } from "@/lib/cn";
import { ErrorState, Skeleton } from "./states";

const features = tableFeatures({});
const NO_ROWS: never[] = [];

/** A column: numbers stand `right`; a `wide` one is left out on phones, where the row opens it all. */
export type Column<T extends object> = ColumnDef<typeof features, T> & {
  id: string;
  right?: boolean;
  wide?: boolean;
};

type DataTableProps<T extends object> = {
  label: string;
  columns: Column<T>[];
  rows: T[] | undefined;
  rowId: (row: T) => string;
  error?: string | null;
  onRetry?: () => void;
  empty: ReactNode;
  onOpen?: (row: T) => void;
  stale?: boolean;
  footer?: ReactNode;
};

export function DataTable<T extends object>(props: DataTableProps<T>) {
  const { label, columns, rows, rowId, error, onRetry, empty, onOpen, stale, footer } = props;
  const table = useTable({ features, columns, data: rows ?? NO_ROWS, getRowId: rowId });
  if (error && !rows) return <ErrorState message={error} {...(onRetry ? { onRetry } : {})} />;
  if (rows?.length === 0) return empty;
  const look = new Map(columns.map((column) => [column.id, columnClass(column)]));
  return (
    <>
      <div className="scroll-thin overflow-x-auto" aria-busy={!rows || stale}>
        <table aria-label={label} className="w-full border-collapse text-left text-sm">
          <thead>
            {table.getHeaderGroups().map((group) => (
              <tr key={group.id} className="border-b bg-sunken">
                {group.headers.map((header) => (
                  <th key={header.id} scope="col" className={cn(HEAD, look.get(header.column.id))}>
                    <table.FlexRender header={header} />
                  </th>
                ))}
              </tr>
            ))}
          </thead>
          <tbody className={cn("transition-opacity", stale && "opacity-60")}>
            {rows ? (
              table.getRowModel().rows.map((row) => (
                <tr key={row.id} {...openable(row.original, onOpen)}>
                  {row.getAllCells().map((cell) => (
                    <td key={cell.id} className={cn(CELL, look.get(cell.column.id))}>
                      <table.FlexRender cell={cell} />
                    </td>
                  ))}
                </tr>
              ))
            ) : (
              <LoadingRows looks={[...look]} />
            )}
          </tbody>
        </table>
      </div>
      {rows ? footer : null}
    </>
  );
}

const HEAD =
  "whitespace-nowrap px-2.5 py-2 font-medium text-muted text-xs first:pl-3.5 last:pr-3 sm:last:pr-4 sm:first:pl-4";
const CELL = "px-2.5 py-2.5 align-middle first:pl-3.5 last:pr-3 sm:last:pr-4 sm:first:pl-4";
const ROW = "border-b bg-surface last:border-b-0";

/** The column of this id stays in sight when the table scrolls sideways. */
const ACTIONS = "actions";
const PINNED = "sticky right-0 bg-inherit";

function columnClass({ id, right, wide }: { id: string; right?: boolean; wide?: boolean }): string {
  return cn(right && "tabular text-right", wide && "max-sm:hidden", id === ACTIONS && PINNED);
}

function openable<T>(row: T, onOpen: ((row: T) => void) | undefined) {
  if (!onOpen) return { className: ROW };
  return {
    className: cn(ROW, "cursor-pointer hover:bg-hover focus-visible:-outline-offset-2"),
    tabIndex: 0,
    onClick: (event: MouseEvent) => {
      if (!fromControl(event)) onOpen(row);
    },
    onKeyDown: (event: KeyboardEvent) => {
      if (event.target !== event.currentTarget) return;
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      onOpen(row);
    },
  };
}

/** Tells whether a click fell on a control inside the row, or on a popup that only bubbles here. */
function fromControl(event: MouseEvent): boolean {
  const { target, currentTarget } = event;
  if (!(target instanceof Element) || !currentTarget.contains(target)) return true;
  return target.closest("button, a, input, label, [role=switch]") !== null;
}

const LOADING = ["a", "b", "c", "d", "e", "f"];

function LoadingRows({ looks }: { looks: [id: string, look: string][] }) {
  return LOADING.map((row) => (
    <tr key={row} className={ROW}>
      {looks.map(([id, look]) => (
        <td key={id} className={cn(CELL, look)}>
          <Skeleton className="h-4 w-full min-w-10 max-w-32" />
        </td>
      ))}
    </tr>
  ));
}
