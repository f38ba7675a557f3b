/* The models that cost most in the range. */
import { Link } from "@tanstack/react-router";
import { Boxes } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useMoney } from "@/api/queries";
import type { TopModel } from "@/api/shapes";
import { Card } from "@/ui/card";
import { EmptyState, Skeleton } from "@/ui/states";

export function TopModels({ models }: { models: TopModel[] | undefined }) {
  const { t } = useTranslation();
  const money = useMoney();
  const most = Math.max(1, ...(models ?? []).map((row) => row.quota));
  return (
    <Card className="flex flex-col">
      <h2 className="px-4 pt-4 pb-2 font-semibold text-sm">{t("overview.topModels")}</h2>
      {models?.length === 0 ? (
        <EmptyState
          icon={<Boxes aria-hidden className="size-5" />}
          title={t("overview.noModels")}
          body={t("overview.noModelsBody")}
        />
      ) : null}
      <ol className="flex flex-col px-2 pb-2">
        {models === undefined ? <Placeholder /> : null}
        {models?.slice(0, 8).map((row) => (
          <li key={row.model}>
            <Link
              to="/logs"
              search={{ model: row.model }}
              className="block rounded-md px-2 py-2 transition-colors hover:bg-hover"
            >
              <span className="flex items-baseline justify-between gap-3">
                <span className="truncate font-mono text-xs">{row.model}</span>
                <span className="tabular shrink-0 font-medium text-sm">
                  {money.short(row.quota)}
                </span>
              </span>
              <span className="mt-1 flex items-center gap-3">
                <progress
                  aria-hidden
                  max={most}
                  value={row.quota}
                  className="h-1.5 flex-1 appearance-none overflow-hidden rounded-full bg-hover [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-hover [&::-webkit-progress-value]:rounded-full [&::-webkit-progress-value]:bg-accent"
                />
                <span className="tabular w-20 shrink-0 text-right text-muted text-xs">
                  {t("overview.modelCalls", { count: row.calls })}
                </span>
              </span>
            </Link>
          </li>
        ))}
      </ol>
    </Card>
  );
}

function Placeholder() {
  return ["a", "b", "c", "d"].map((row) => (
    <li key={row} className="flex flex-col gap-2 px-2 py-2.5">
      <Skeleton className="h-3.5 w-2/3" />
      <Skeleton className="h-1.5 w-full" />
    </li>
  ));
}
