/* The SQL editor: a text, the tables it finds, and what it answered. */
import { getRouteApi } from "@tanstack/react-router";
import { Play, Square, SquareTerminal } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { errorText } from "@/api/errors";
import { RANGES, type Range } from "@/lib/time";
import { Button } from "@/ui/button";
import { Card, PageHeader } from "@/ui/card";
import { Select } from "@/ui/select";
import { EmptyState, Notice, Skeleton } from "@/ui/states";
import { toastDone } from "@/ui/toast";
import { AnswerTable } from "./answer-table";
import { useRun, useSchema, useStop } from "./queries";
import { SchemaHelp } from "./schema-help";
import { DEFAULT_RANGE } from "./search";

const route = getRouteApi("/shell/sql");
const EXAMPLE = `SELECT model, count(*) AS calls, sum(quota)::BIGINT AS quota
FROM usage
GROUP BY model
ORDER BY quota DESC`;

export function SqlPage() {
  const { t } = useTranslation();
  const { range = DEFAULT_RANGE } = route.useSearch();
  const navigate = route.useNavigate();
  const [text, setText] = useState(EXAMPLE);
  const area = useRef<HTMLTextAreaElement>(null);
  const schema = useSchema();
  const run = useRun();
  const stop = useStop();
  const ask = () => {
    if (text.trim() !== "" && !run.isPending) run.mutate({ sql: text, range });
  };
  const insert = (name: string) => {
    const { selectionStart: from = text.length, selectionEnd: to = from } = area.current ?? {};
    setText(`${text.slice(0, from)}${name}${text.slice(to)}`);
    area.current?.focus();
  };
  return (
    <>
      <PageHeader
        title={t("sql.title")}
        description={t("sql.lead")}
        actions={
          <Select<Range>
            small
            className="w-36"
            label={t("ranges.label")}
            value={range}
            options={RANGES.map((value) => ({ value, label: t(`ranges.${value}`) }))}
            onChange={(next) => void navigate({ search: { range: next }, replace: true })}
          />
        }
      />
      <div className="grid grid-cols-1 gap-4 xl:grid-cols-[1fr_22rem]">
        <div className="flex min-w-0 flex-col gap-4">
          {schema.data?.is_enabled === false ? <Notice tone="warn">{t("sql.off")}</Notice> : null}
          <Card>
            <textarea
              ref={area}
              aria-label={t("sql.text")}
              value={text}
              rows={9}
              spellCheck={false}
              onChange={(event) => setText(event.target.value)}
              onKeyDown={(event) => {
                if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) ask();
              }}
              className="block w-full resize-y rounded-t-xl bg-surface p-4 font-mono text-sm outline-offset-[-2px] max-sm:text-[1rem]"
            />
            <div className="flex items-center justify-end gap-2 border-t p-3">
              {run.isPending ? (
                <Button
                  icon={<Square aria-hidden className="size-4" />}
                  onClick={() =>
                    stop.mutate(undefined, { onSuccess: () => toastDone(t("sql.stopped")) })
                  }
                >
                  {t("sql.stop")}
                </Button>
              ) : null}
              <Button
                look="primary"
                busy={run.isPending}
                disabled={schema.data?.is_enabled === false}
                icon={<Play aria-hidden className="size-4" />}
                onClick={ask}
              >
                {run.isPending ? t("sql.running") : t("sql.run")}
              </Button>
            </div>
          </Card>
          <Outcome run={run} />
        </div>
        <SchemaHelp tables={schema.data?.tables} onPick={insert} />
      </div>
    </>
  );
}

function Outcome({ run }: { run: ReturnType<typeof useRun> }) {
  const { t } = useTranslation();
  if (run.isPending) return <Skeleton className="h-40 w-full" />;
  if (run.error) {
    return (
      <Notice tone="bad">
        <pre className="whitespace-pre-wrap break-words font-mono text-xs">
          {errorText(t, run.error)}
        </pre>
      </Notice>
    );
  }
  if (run.data) return <AnswerTable answer={run.data} />;
  return (
    <Card>
      <EmptyState
        icon={<SquareTerminal aria-hidden className="size-5" />}
        title={t("sql.ready")}
        body={t("sql.readyBody")}
      />
    </Card>
  );
}
