/* The columns of the log. */
import { Zap } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useMoney } from "@/api/queries";
import { isAdmin } from "@/api/session";
import type { LogRow } from "@/api/shapes";
import { cn } from "@/lib/cn";
import { formatDuration, formatInteger } from "@/lib/format";
import { formatDateTime, formatShortTime } from "@/lib/time";
import { Badge } from "@/ui/badge";
import type { Column } from "@/ui/data-table";
import { readFacts } from "./other";
import { CALL, isCall, logType, TYPE_TONES } from "./types";

/** Returns the columns; user and channel are the admin's. */
export function useLogColumns(): Column<LogRow>[] {
  const { t, i18n } = useTranslation();
  const money = useMoney();
  const count = (value: number) => formatInteger(value, i18n.language);
  const all: (Column<LogRow> & { admin?: boolean })[] = [
    {
      id: "time",
      header: t("logs.time"),
      cell: ({ row }) => <When unix={row.original.created_at} />,
    },
    { id: "model", header: t("logs.model"), cell: ({ row }) => <Model row={row.original} /> },
    {
      id: "key",
      wide: true,
      header: t("logs.key"),
      cell: ({ row }) => (
        <span className="block max-w-28 truncate">{row.original.token_name || "–"}</span>
      ),
    },
    {
      id: "user",
      wide: true,
      admin: true,
      header: t("logs.user"),
      cell: ({ row }) => (
        <span className="block max-w-24 truncate">{row.original.username || "–"}</span>
      ),
    },
    {
      id: "channel",
      wide: true,
      admin: true,
      header: t("logs.channel"),
      cell: ({ row: { original: row } }) =>
        row.channel > 0 ? (
          <span className="block max-w-28 truncate" title={row.channel_name ?? ""}>
            <span className="tabular text-muted">#{row.channel}</span> {row.channel_name}
          </span>
        ) : (
          "–"
        ),
    },
    {
      id: "tokens",
      wide: true,
      right: true,
      header: t("logs.tokens"),
      cell: ({ row: { original: row } }) =>
        isCall(row.type) ? (
          <span className="whitespace-nowrap">
            {count(row.prompt_tokens)} <span className="text-muted">→</span>{" "}
            {count(row.completion_tokens)}
          </span>
        ) : (
          "–"
        ),
    },
    {
      id: "time-taken",
      wide: true,
      right: true,
      header: t("logs.duration"),
      cell: ({ row }) => <Taken row={row.original} />,
    },
    {
      id: "cost",
      right: true,
      header: t("logs.cost"),
      cell: ({ row: { original: row } }) => (
        <span className="font-medium">
          {row.quota === 0 && !isCall(row.type) ? "–" : money.exact(row.quota)}
        </span>
      ),
    },
  ];
  return all.filter((column) => !column.admin || isAdmin());
}

function When({ unix }: { unix: number }) {
  const language = useTranslation().i18n.language;
  const { day, time } = formatShortTime(unix, language);
  return (
    <time
      dateTime={new Date(unix * 1000).toISOString()}
      title={formatDateTime(unix, language)}
      className="tabular whitespace-nowrap text-ink-2"
    >
      <span className="max-sm:block">{day}</span> {time}
    </time>
  );
}

export function TypeBadge({ row }: { row: LogRow }) {
  const { t } = useTranslation();
  const type = logType(row.type);
  if (!type) return <Badge>{row.type}</Badge>;
  return <Badge tone={TYPE_TONES[type]}>{t(`logs.types.${type}`)}</Badge>;
}

function Model({ row }: { row: LogRow }) {
  const { t } = useTranslation();
  const named = row.model_name !== "";
  const text = row.model_name || row.content || "–";
  return (
    <span className="flex max-w-36 items-center gap-1.5 sm:max-w-56">
      {row.type === CALL ? null : <TypeBadge row={row} />}
      <span title={text} className={cn("truncate", named ? "font-mono text-xs" : "text-muted")}>
        {text}
      </span>
      {row.is_stream && named ? (
        <Zap role="img" aria-label={t("logs.streamed")} className="size-3.5 shrink-0 text-muted" />
      ) : null}
    </span>
  );
}

function Taken({ row }: { row: LogRow }) {
  const { t } = useTranslation();
  if (!isCall(row.type)) return "–";
  const { ttftMs } = readFacts(row.other);
  return (
    <span className="whitespace-nowrap">
      {row.use_time > 0 ? formatDuration(row.use_time * 1000) : t("logs.underASecond")}
      {ttftMs === null ? null : (
        <span className="ml-1.5 text-muted text-xs" title={t("logs.ttft")}>
          {formatDuration(ttftMs)}
        </span>
      )}
    </span>
  );
}
