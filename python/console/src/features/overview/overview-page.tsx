/* The first page: what happened in a range, at a glance, and what to do on a new server. */
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { errorText } from "@/api/errors";
import { selfQuery } from "@/api/queries";
import { isAdmin } from "@/api/session";
import { RANGES, type Range } from "@/lib/time";
import { Card, PageHeader } from "@/ui/card";
import { Select } from "@/ui/select";
import { ErrorState } from "@/ui/states";
import { FirstSteps } from "./first-steps";
import { useOverview } from "./queries";
import { Tiles } from "./tiles";
import { TopModels } from "./top-models";
import { UsageChart } from "./usage-chart";

const route = getRouteApi("/shell/");

export function OverviewPage() {
  const { t } = useTranslation();
  const { range = "today" } = route.useSearch();
  const navigate = route.useNavigate();
  const overview = useOverview(range);
  const self = useQuery(selfQuery);
  return (
    <>
      <PageHeader
        title={t("overview.title")}
        description={isAdmin() ? t("overview.leadAll") : t("overview.leadOwn")}
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
            <div className="grid grid-cols-1 gap-4 xl:grid-cols-3">
              <UsageChart overview={overview.data} className="xl:col-span-2" />
              <TopModels models={overview.data?.models} />
            </div>
          </>
        )}
      </div>
    </>
  );
}
