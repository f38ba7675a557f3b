/* The daily check-in, where the administrator has switched it on. */
import { useTranslation } from "react-i18next";
import { errorText } from "@/api/errors";
import { useMoney } from "@/api/queries";
import { useAct } from "@/common/act";
import { Section } from "@/common/section";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { ErrorState } from "@/ui/states";
import { CHECKIN, checkIn, useCheckIns } from "./queries";

export function CheckInSection() {
  const { t } = useTranslation();
  const money = useMoney();
  const state = useCheckIns();
  const act = useAct({
    run: checkIn,
    stale: [CHECKIN, "self"],
    done: (_, reward) => t("wallet.checkedIn", { amount: money.exact(reward.quota_awarded) }),
    failed: t("wallet.notCheckedIn"),
  });
  if (state.error) {
    return (
      <Section title={t("wallet.checkIn")}>
        <ErrorState
          className="py-4"
          message={errorText(t, state.error)}
          onRetry={() => void state.refetch()}
        />
      </Section>
    );
  }
  if (!state.data?.enabled) return null;
  const { stats, min_quota, max_quota } = state.data;
  return (
    <Section
      title={t("wallet.checkIn")}
      lead={t("wallet.checkInLead", {
        least: money.short(min_quota),
        most: money.short(max_quota),
      })}
    >
      <Button
        className="self-start"
        busy={act.isPending}
        disabled={stats.checked_in_today}
        onClick={() => act.mutate(undefined)}
      >
        {stats.checked_in_today ? t("wallet.checkInDone") : t("wallet.checkInAct")}
      </Button>
      <p className="text-muted text-sm">
        {t("wallet.checkInTotal", {
          count: stats.total_checkins,
          amount: money.exact(stats.total_quota),
        })}
      </p>
      <ul className="flex flex-wrap gap-1.5">
        {stats.records.map((record) => (
          <li key={record.checkin_date}>
            <Badge>
              {record.checkin_date} · {money.short(record.quota_awarded)}
            </Badge>
          </li>
        ))}
      </ul>
    </Section>
  );
}
