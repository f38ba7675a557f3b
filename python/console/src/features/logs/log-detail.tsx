/* One row in full: what it was, what it cost and why, when things happened, who was tried. */
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useMoney } from "@/api/queries";
import type { LogRow } from "@/api/shapes";
import { formatDuration, formatInteger } from "@/lib/format";
import { formatDateTime } from "@/lib/time";
import { Badge } from "@/ui/badge";
import { CopyButton } from "@/ui/copy";
import { Drawer } from "@/ui/dialog";
import { Attempts } from "./attempts";
import { TypeBadge } from "./columns";
import { type Facts, readFacts } from "./other";
import { PriceTable } from "./price-table";
import { isCall } from "./types";

export function LogDetail({ row, onClose }: { row: LogRow | null; onClose: () => void }) {
  const { t, i18n } = useTranslation();
  return (
    <Drawer
      wide
      open={row !== null}
      onClose={onClose}
      title={row?.model_name || t("logs.detailTitle")}
      description={row ? formatDateTime(row.created_at, i18n.language) : null}
    >
      {row ? <Body row={row} facts={readFacts(row.other)} /> : null}
    </Drawer>
  );
}

type Part = { row: LogRow; facts: Facts };

function Body({ row, facts }: Part) {
  const { t } = useTranslation();
  const money = useMoney();
  return (
    <div className="flex flex-col gap-6">
      <div className="flex flex-wrap items-center gap-2">
        <TypeBadge row={row} />
        {row.is_stream ? <Badge>{t("logs.streamed")}</Badge> : null}
        {facts.endReason ? <EndReason reason={facts.endReason} /> : null}
        <span className="tabular ml-auto font-semibold text-lg">{money.exact(row.quota)}</span>
      </div>
      {row.content ? (
        <p className="break-words rounded-md bg-sunken p-3 text-sm">{row.content}</p>
      ) : null}
      <Identity row={row} facts={facts} />
      {isCall(row.type) ? (
        <>
          <Section title={t("logs.price")}>
            <PriceTable row={row} facts={facts} />
          </Section>
          <Section title={t("logs.timing")}>
            <Timing row={row} facts={facts} />
          </Section>
        </>
      ) : null}
      {facts.attempts.length > 0 ? (
        <Section title={t("logs.attempts")}>
          <Attempts attempts={facts.attempts} />
        </Section>
      ) : null}
    </div>
  );
}

const END_REASONS = [
  "completed",
  "completed_no_usage",
  "upstream_incomplete",
  "upstream_error_midstream",
  "upstream_eof",
  "client_gone_before_first_byte",
  "client_gone_midstream",
  "first_token_timeout",
  "idle_timeout",
  "total_timeout",
  "quota_exhausted_midstream",
  "internal_error",
  "gateway_restart",
] as const;

function EndReason({ reason }: { reason: string }) {
  const { t } = useTranslation();
  const known = END_REASONS.find((name) => name === reason);
  return (
    <Badge tone={reason.startsWith("completed") ? "good" : "warn"} title={reason}>
      {known ? t(`logs.endReasons.${known}`) : reason}
    </Badge>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3 className="mb-2 font-semibold text-sm">{title}</h3>
      {children}
    </section>
  );
}

function Identity({ row, facts }: Part) {
  const { t, i18n } = useTranslation();
  const mapped = facts.upstreamModel && facts.upstreamModel !== row.model_name;
  const channel = row.channel > 0 ? `#${row.channel} ${row.channel_name ?? ""}` : "";
  return (
    <dl className="grid grid-cols-[minmax(6rem,auto)_1fr] gap-x-5 gap-y-2 text-sm">
      <Entry label={t("logs.requestId")}>
        {row.request_id ? <RequestId text={row.request_id} /> : null}
      </Entry>
      <Entry label={t("logs.key")}>{row.token_name}</Entry>
      <Entry label={t("logs.user")}>{row.username}</Entry>
      <Entry label={t("logs.group")}>{row.group}</Entry>
      <Entry label={t("logs.channel")}>{channel}</Entry>
      <Entry label={t("logs.upstreamModel")}>
        {mapped ? <code className="font-mono">{facts.upstreamModel}</code> : null}
      </Entry>
      <Entry label={t("logs.path")}>
        {facts.path ? <code className="font-mono">{facts.path}</code> : null}
      </Entry>
      <Entry label={t("logs.reasoning")}>
        {facts.reasoningTokens > 0 ? formatInteger(facts.reasoningTokens, i18n.language) : null}
      </Entry>
      <Entry label={t("logs.status")}>{facts.status}</Entry>
      <Entry label={t("logs.errorCode")}>{facts.error}</Entry>
      <Entry label={t("logs.ip")}>{row.ip}</Entry>
    </dl>
  );
}

/** One fact; nothing at all where there is none. */
function Entry({ label, children }: { label: string; children: ReactNode }) {
  if (children === null || children === "") return null;
  return (
    <>
      <dt className="text-muted">{label}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  );
}

function RequestId({ text }: { text: string }) {
  return (
    <span className="flex items-center gap-1">
      <code className="min-w-0 break-all font-mono text-xs">{text}</code>
      <CopyButton text={text} className="-my-1" />
    </span>
  );
}

function Timing({ row, facts }: Part) {
  const { t, i18n } = useTranslation();
  const speed = row.use_time > 0 ? row.completion_tokens / row.use_time : 0;
  return (
    <dl className="grid grid-cols-3 gap-3 text-sm">
      <Cell label={t("logs.ttft")}>
        {facts.ttftMs === null ? "–" : formatDuration(facts.ttftMs)}
      </Cell>
      <Cell label={t("logs.total")}>
        {row.use_time > 0 ? formatDuration(row.use_time * 1000) : t("logs.underASecond")}
      </Cell>
      <Cell label={t("logs.speed")}>
        {speed > 0
          ? t("logs.tokensPerSecond", { value: formatInteger(speed, i18n.language) })
          : "–"}
      </Cell>
    </dl>
  );
}

function Cell({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="rounded-lg border bg-sunken px-3 py-2">
      <dt className="text-muted text-xs">{label}</dt>
      <dd className="tabular font-medium">{children}</dd>
    </div>
  );
}
