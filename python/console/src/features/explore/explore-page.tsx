/* Explore: any metric by any two dimensions over time, compared, drilled into, kept and downloaded. */
import { getRouteApi, Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { errorText } from "@/api/errors";
import { buttonClass } from "@/ui/button";
import { Card, PageHeader } from "@/ui/card";
import { Select } from "@/ui/select";
import { Chart } from "./chart";
import { Boards, Controls } from "./controls";
import { GroupsTable } from "./groups-table";
import { ExportMenu, ViewsButton } from "./menus";
import { useCatalogue, useGroups, useSeries } from "./queries";
import { dimensionsOf, metricsOf } from "./question";
import { DEFAULT_RANGE, type ExploreSearch, RANGES, readOnly, writeOnly } from "./search";

const route = getRouteApi("/shell/explore");

export function ExplorePage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const change = (next: ExploreSearch) => void navigate({ search: next });
  const catalogue = useCatalogue();
  const groups = useGroups(search);
  const series = useSeries(search);
  const metrics = metricsOf(search);
  const only = readOnly(search.only);
  return (
    <>
      <PageHeader
        title={t("explore.title")}
        description={catalogue.data?.scope === "own" ? t("explore.leadOwn") : t("explore.lead")}
        actions={
          <>
            <ViewsButton search={search} onOpen={change} />
            <ExportMenu search={search} />
            <Link to="/sql" className={`${buttonClass("secondary", true)} lg:hidden`}>
              {t("nav.sql")}
            </Link>
            <Select
              small
              className="w-36"
              label={t("ranges.label")}
              value={search.range ?? DEFAULT_RANGE}
              options={RANGES.map((value) => ({ value, label: t(`explore.ranges.${value}`) }))}
              onChange={(range) => change({ ...search, range })}
            />
          </>
        }
      />
      <Boards search={search} catalogue={catalogue.data} onChange={change} />
      <div className="flex flex-col gap-4">
        {series.error && !series.data ? null : (
          <Chart
            answer={series.data}
            metric={metrics[0] ?? "spend"}
            title={t(`explore.metrics.${(metrics[0] ?? "spend") as "spend"}`)}
          />
        )}
        <Card>
          <Controls search={search} catalogue={catalogue.data} onChange={change} />
          <GroupsTable
            answer={groups.data}
            metrics={metrics}
            dimensions={dimensionsOf(search)}
            only={only}
            error={groups.error ? errorText(t, groups.error) : null}
            onRetry={() => void groups.refetch()}
            stale={groups.isPlaceholderData}
            onDrill={(chosen) =>
              change({
                ...search,
                only: writeOnly([
                  ...only.filter(({ dimension }) => dimension !== chosen.dimension),
                  chosen,
                ]),
              })
            }
          />
        </Card>
        <Freshness until={groups.data?.freshness.complete_until ?? null} />
      </div>
    </>
  );
}

function Freshness({ until }: { until: string | null }) {
  const { t, i18n } = useTranslation();
  if (until === null) return null;
  const time = new Intl.DateTimeFormat(i18n.language, {
    dateStyle: "medium",
    timeStyle: "medium",
  }).format(Date.parse(until));
  return <p className="text-right text-muted text-xs">{t("explore.complete", { time })}</p>;
}
