/* What stands in for a page that is loading, missing or broken. */
import { Link, useRouter } from "@tanstack/react-router";
import { SearchX } from "lucide-react";
import { useTranslation } from "react-i18next";
import { errorText } from "@/api/errors";
import { buttonClass } from "@/ui/button";
import { EmptyState, ErrorState, Skeleton } from "@/ui/states";

export function Pending() {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t("states.loading")} className="flex flex-col gap-5">
      <Skeleton className="h-8 w-48" />
      <Skeleton className="h-64 w-full" />
    </div>
  );
}

export function NotFound() {
  const { t } = useTranslation();
  return (
    <EmptyState
      icon={<SearchX aria-hidden className="size-5" />}
      title={t("states.notFound")}
      body={t("states.notFoundBody")}
      action={
        <Link to="/" className={buttonClass("primary")}>
          {t("states.toOverview")}
        </Link>
      }
    />
  );
}

export function Crash({ error }: { error: unknown }) {
  const { t } = useTranslation();
  const router = useRouter();
  return (
    <main className="flex min-h-[70dvh] items-center justify-center">
      <ErrorState message={errorText(t, error)} onRetry={() => void router.invalidate()} />
    </main>
  );
}
