/* The proof of the books: what was credited equals what is free, held and charged. */
import { Scale } from "lucide-react";
import { useTranslation } from "react-i18next";
import { errorText } from "@/api/errors";
import { useMoney } from "@/api/queries";
import { isRoot } from "@/api/session";
import type { LedgerReport } from "@/api/shapes";
import { useSend } from "@/common/act";
import { formatInteger } from "@/lib/format";
import { Button } from "@/ui/button";
import { Card, Tile } from "@/ui/card";
import { EmptyState, ErrorState, Notice } from "@/ui/states";
import { verifyLedger } from "./queries";

export function Ledger() {
  const { t } = useTranslation();
  const verify = useSend(verifyLedger, []);
  const run = (
    <Button
      look="primary"
      busy={verify.isPending}
      disabled={!isRoot()}
      onClick={() => verify.mutate(undefined)}
    >
      {t("operations.verify")}
    </Button>
  );
  if (verify.data) return <Report report={verify.data} action={run} />;
  return (
    <Card>
      {verify.error ? (
        <ErrorState message={errorText(t, verify.error)} onRetry={() => verify.mutate(undefined)} />
      ) : (
        <EmptyState
          icon={<Scale aria-hidden className="size-5" />}
          title={t("operations.ledgerTitle")}
          body={isRoot() ? t("operations.ledgerBody") : t("operations.rootOnly")}
          action={run}
        />
      )}
    </Card>
  );
}

function Report({ report, action }: { report: LedgerReport; action: React.ReactNode }) {
  const { t, i18n } = useTranslation();
  const money = useMoney();
  const amounts = [
    ["credited", report.credited],
    ["free", report.free],
    ["held", report.held],
    ["charged", report.charged],
  ] as const;
  return (
    <div className="flex flex-col gap-4">
      <Notice tone={report.is_sound ? "good" : "bad"}>
        {t(report.is_sound ? "operations.sound" : "operations.unsound", {
          users: formatInteger(report.users, i18n.language),
          keys: formatInteger(report.keys, i18n.language),
        })}
      </Notice>
      <div className="grid gap-4 sm:grid-cols-2 lg:grid-cols-4">
        {amounts.map(([name, quota]) => (
          <Tile
            key={name}
            label={t(`operations.amounts.${name}`)}
            value={money.exact(quota)}
            note={t("operations.quotaUnits", { quota: formatInteger(quota, i18n.language) })}
          />
        ))}
      </div>
      <p className="text-muted text-sm">{t("operations.equation")}</p>
      <Stores report={report} />
      <Differing report={report} />
      <div>{action}</div>
    </div>
  );
}

function Stores({ report }: { report: LedgerReport }) {
  const { t } = useTranslation();
  const money = useMoney();
  if (report.stores_agree === null) return <Notice>{t("operations.storesUnknown")}</Notice>;
  return (
    <Notice tone={report.stores_agree ? "good" : "bad"}>
      {t(report.stores_agree ? "operations.storesAgree" : "operations.storesDiffer", {
        books: money.exact(report.sql_charged),
        usage: money.exact(report.usage_charged),
      })}
    </Notice>
  );
}

function Differing({ report }: { report: LedgerReport }) {
  const { t } = useTranslation();
  const money = useMoney();
  const lines = [
    ...report.discrepancies.map((one) => ({
      id: `user-${one.user_id}`,
      text: t("operations.userDiffers", {
        id: one.user_id,
        credited: money.exact(one.credited),
        balance: money.exact(one.balance),
        charged: money.exact(one.charged),
      }),
    })),
    ...report.key_discrepancies.map((one) => ({
      id: `key-${one.key_id}`,
      text: t("operations.keyDiffers", {
        id: one.key_id,
        credited: money.exact(one.credited),
        balance: money.exact(one.remain),
        charged: money.exact(one.charged),
      }),
    })),
  ];
  return lines.length === 0 ? null : (
    <ul className="flex flex-col gap-1 text-sm">
      {lines.map((line) => (
        <li key={line.id}>{line.text}</li>
      ))}
    </ul>
  );
}
