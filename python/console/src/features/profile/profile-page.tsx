/* The own account and its security. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { errorText } from "@/api/errors";
import { selfQuery } from "@/api/queries";
import { ROLE_ROOT } from "@/api/session";
import { Card, PageHeader } from "@/ui/card";
import { ErrorState, Skeleton } from "@/ui/states";
import { AccountSection, PasswordSection } from "./account-section";
import { FactorSection } from "./factor-section";
import { LinkedSection } from "./linked-section";
import { LookSection } from "./look-section";
import { NotifySection } from "./notify-section";
import { PasskeySection } from "./passkey-section";
import { EndSection, TokenSection } from "./token-section";

export function ProfilePage() {
  const { t } = useTranslation();
  const { data: self, error, refetch } = useQuery(selfQuery);
  return (
    <>
      <PageHeader title={t("profile.title")} description={t("profile.lead")} />
      {error && !self ? (
        <Card>
          <ErrorState message={errorText(t, error)} onRetry={() => void refetch()} />
        </Card>
      ) : null}
      {self ? (
        <div className="flex flex-col gap-4">
          <AccountSection self={self} />
          <PasswordSection self={self} />
          <FactorSection />
          <PasskeySection />
          <LinkedSection self={self} />
          <TokenSection self={self} />
          <NotifySection self={self} />
          <LookSection />
          {self.role < ROLE_ROOT ? <EndSection self={self} /> : null}
        </div>
      ) : error ? null : (
        <Skeleton className="h-64 w-full" />
      )}
    </>
  );
}
