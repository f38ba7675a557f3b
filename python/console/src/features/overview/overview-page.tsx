/* The first page: what happened in a range, at a glance, and what to do on a new server. */
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { errorText } from "@/api/errors";
import { selfQuery } from "@/api/queries";
import { isAdmin } from "@/api/session";
import { RANGES, type Range } from "@/lib/time";
import { Card, PageHeader } from "@/ui/card";
import { Segmented } from "@/ui/segmented";
import { Select } from "@/ui/select";
import { ErrorState } from "@/ui/states";
import { FirstSteps } from "./first-steps";
import { useOverview } from "./queries";
import type { OverviewSearch } from "./search";
import { Tiles } from "./tiles";
import { TopModels } from "./top-models";
import { UsageChart } from "./usage-chart";

const route = getRouteApi("/shell/");

export function OverviewPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const range = search.range ?? "today";
  const scope = isAdmin() && search.scope !== "self" ? "all" : "self";
  const overview = useOverview(range, scope);
  const self = useQuery(selfQuery);
  const rangeOptions = RANGES.map((value) => ({ value, label: t(`ranges.${value}`) }));

  const setRange = (next: Range) =>
    navigate({ search: (previous) => ({ ...previous, range: next }), replace: true });

  return (
    <>
      <PageHeader
        title={t("overview.title")}
        description={t("overview.lead")}
        actions={
          <>
            {isAdmin() ? (
              <Segmented
                label={t("overview.scope")}
                value={scope}
                options={[
                  { value: "all", label: t("overview.everyone") },
                  { value: "self", label: t("overview.mine") },
                ]}
                onChange={(next) =>
                  navigate({
                    search: (previous) => withScope(previous, next),
                    replace: true,
                  })
                }
              />
            ) : null}
            <Select
              small
              className="w-36"
              label={t("ranges.label")}
              value={range}
              options={rangeOptions}
              onChange={setRange}
            />
          </>
        }
      />
      <div className="flex flex-col gap-4">
        {self.data?.request_count === 0 ? <FirstSteps /> : null}
        {overview.error && !overview.data ? (
          <Card>
            <ErrorState
              message={errorText(t, overview.error)}
              onRetry={() => void overview.refetch()}
            />
          </Card>
        ) : (
          <>
            <Tiles overview={overview.data} self={self.data} />
            <div className="grid gap-4 xl:grid-cols-3">
              <UsageChart overview={overview.data} className="xl:col-span-2" />
              <TopModels models={overview.data?.top_models} />
            </div>
          </>
        )}
      </div>
    </>
  );
}

function withScope({ range }: OverviewSearch, scope: "self" | "all"): OverviewSearch {
  return { ...(range ? { range } : {}), ...(scope === "self" ? { scope } : {}) };
}
