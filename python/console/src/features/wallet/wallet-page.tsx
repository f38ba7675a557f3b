/* The own money: what is there, how more comes in, what came in before. */
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { errorText } from "@/api/errors";
import { selfQuery, useMoney } from "@/api/queries";
import type { Self } from "@/api/shapes";
import { Card, PageHeader, Tile } from "@/ui/card";
import { ErrorState, Notice, Skeleton } from "@/ui/states";
import { CheckInSection } from "./check-in-section";
import { InvitationSection } from "./invitation-section";
import { Orders } from "./orders";
import { RedeemSection } from "./redeem-section";
import { TopUpSection } from "./top-up-section";

const route = getRouteApi("/shell/wallet");

export function WalletPage() {
  const { t } = useTranslation();
  const { paid } = route.useSearch();
  const { data: self, error, refetch } = useQuery(selfQuery);
  return (
    <>
      <PageHeader title={t("wallet.title")} description={t("wallet.lead")} />
      {paid ? (
        <div className="mb-4">
          <Notice tone="good">{t("wallet.paid")}</Notice>
        </div>
      ) : null}
      {error && !self ? (
        <Card>
          <ErrorState message={errorText(t, error)} onRetry={() => void refetch()} />
        </Card>
      ) : null}
      {self ? <Parts self={self} /> : error ? null : <Skeleton className="h-64 w-full" />}
    </>
  );
}

function Parts({ self }: { self: Self }) {
  const { t } = useTranslation();
  const money = useMoney();
  return (
    <div className="flex flex-col gap-4">
      <div className="grid gap-4 sm:grid-cols-3">
        <Tile label={t("overview.balance")} value={money.exact(self.quota)} />
        <Tile label={t("wallet.spent")} value={money.exact(self.used_quota)} />
        <Tile label={t("wallet.reward")} value={money.exact(self.aff_quota)} />
      </div>
      <TopUpSection />
      <RedeemSection />
      <CheckInSection />
      <InvitationSection self={self} />
      <Orders />
    </div>
  );
}
