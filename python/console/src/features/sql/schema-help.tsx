/* The tables and columns that a query finds; a click puts a name into it. */
import { useTranslation } from "react-i18next";
import type { SqlTable } from "@/api/shapes";
import { Card } from "@/ui/card";
import { Skeleton } from "@/ui/states";

type HelpProps = { tables: SqlTable[] | undefined; onPick: (name: string) => void };

export function SchemaHelp({ tables, onPick }: HelpProps) {
  const { t } = useTranslation();
  return (
    <Card className="flex max-h-120 flex-col">
      <h2 className="px-4 pt-4 pb-2 font-semibold text-sm">{t("sql.schema")}</h2>
      <div className="scroll-thin min-h-0 flex-1 overflow-y-auto px-2 pb-2">
        {tables === undefined ? <Skeleton className="m-2 h-40" /> : null}
        {tables?.map((table) => (
          <section key={table.name} className="mb-2">
            <h3>
              <Name text={table.name} onPick={onPick} strong />
            </h3>
            <ul>
              {table.columns.map((column) => (
                <li key={column.name} className="flex items-baseline gap-2">
                  <Name text={column.name} onPick={onPick} />
                  <span className="min-w-0 truncate text-muted text-xs" title={column.note}>
                    {column.type.toLowerCase()} · {column.note}
                  </span>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
    </Card>
  );
}

type NameProps = { text: string; onPick: (name: string) => void; strong?: boolean };

function Name({ text, onPick, strong }: NameProps) {
  return (
    <button
      type="button"
      onClick={() => onPick(text)}
      className={`cursor-pointer rounded px-2 py-0.5 font-mono text-xs hover:bg-hover ${strong ? "font-semibold" : ""}`}
    >
      {text}
    </button>
  );
}
