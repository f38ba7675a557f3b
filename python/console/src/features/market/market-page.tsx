/* The models to choose from, each with what it costs in the chosen group. */
import { getRouteApi } from "@tanstack/react-router";
import { Store } from "lucide-react";
import { useTranslation } from "react-i18next";
import { errorText } from "@/api/errors";
import { useMoney } from "@/api/queries";
import { NoMatch } from "@/common/list-page";
import { formatInteger } from "@/lib/format";
import { dollars, perMillion } from "@/lib/price";
import { Badge, Chip } from "@/ui/badge";
import { Card, PageHeader } from "@/ui/card";
import { CopyButton } from "@/ui/copy";
import { type Column, DataTable } from "@/ui/data-table";
import { SearchBox } from "@/ui/search-box";
import { Select } from "@/ui/select";
import { EmptyState } from "@/ui/states";
import { found, type MarketModel } from "./models";
import { useMarket } from "./queries";
import { isFiltered, type MarketSearch } from "./search";

const route = getRouteApi("/shell/market");

export function MarketPage() {
  const { t, i18n } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const market = useMarket();
  const ratios = market.data?.group_ratio ?? {};
  const group = search.group ?? ("default" in ratios ? "default" : (Object.keys(ratios)[0] ?? ""));
  const rows = market.data ? found(market.data.models, { ...search, group }) : undefined;
  const columns = useModelColumns(ratios[group] ?? 1);
  return (
    <>
      <PageHeader title={t("market.title")} description={t("market.lead")} />
      <Card className="overflow-hidden">
        <Filters group={group} />
        <DataTable
          label={t("market.title")}
          columns={columns}
          rows={rows}
          rowId={(model) => model.name}
          error={market.error ? errorText(t, market.error) : null}
          onRetry={() => void market.refetch()}
          empty={
            isFiltered(search) ? (
              <NoMatch onClear={() => void navigate({ search: {} })} />
            ) : (
              <EmptyState
                icon={<Store aria-hidden className="size-5" />}
                title={t("market.emptyTitle")}
                body={t("market.emptyBody")}
              />
            )
          }
          footer={
            <p className="border-t px-4 py-2 text-muted text-sm">
              {t("market.count", {
                count: rows?.length ?? 0,
                shown: formatInteger(rows?.length ?? 0, i18n.language),
              })}
            </p>
          }
        />
      </Card>
    </>
  );
}

function Filters({ group }: { group: string }) {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const market = useMarket().data;
  const go = (part: MarketSearch) =>
    void navigate({ search: (previous) => ({ ...previous, ...part }), replace: true });
  const groups = Object.entries(market?.group_ratio ?? {});
  return (
    <search className="flex flex-wrap items-center gap-2 border-b p-3">
      <SearchBox label={t("market.search")} value={search.q ?? ""} onChange={(q) => go({ q })} />
      <Select
        small
        className="w-44"
        label={t("users.group")}
        value={group}
        options={groups.map(([value, ratio]) => ({
          value,
          label: t("keys.groupOption", { name: value, ratio }),
        }))}
        onChange={(next) => go({ group: next })}
      />
      <Select
        small
        className="w-40"
        label={t("market.vendor")}
        value={String(search.vendor ?? 0)}
        options={[
          { value: "0", label: t("market.anyVendor") },
          ...(market?.vendors ?? []).map(({ id, name }) => ({ value: String(id), label: name })),
        ]}
        onChange={(vendor) => go({ vendor: Number(vendor) || undefined })}
      />
    </search>
  );
}

function useModelColumns(groupRatio: number): Column<MarketModel>[] {
  const { t } = useTranslation();
  const { unit } = useMoney();
  const vendors = new Map((useMarket().data?.vendors ?? []).map(({ id, name }) => [id, name]));
  const price = (ratio: number) => perMillion(ratio * groupRatio, unit);
  return [
    {
      id: "name",
      header: t("market.model"),
      cell: ({ row }) => <Name model={row.original} />,
    },
    {
      id: "vendor",
      wide: true,
      header: t("market.vendor"),
      cell: ({ row }) => vendors.get(row.original.vendor) ?? "–",
    },
    {
      id: "input",
      right: true,
      header: t("market.input"),
      cell: ({ row: { original: model } }) =>
        model.isByCall
          ? t("market.perCall", { price: dollars(model.callPrice * groupRatio) })
          : price(model.ratio),
    },
    {
      id: "output",
      right: true,
      header: t("market.output"),
      cell: ({ row: { original: model } }) =>
        model.isByCall ? "–" : price(model.ratio * model.completionRatio),
    },
    {
      id: "cached",
      wide: true,
      right: true,
      header: t("market.cached"),
      cell: ({ row: { original: model } }) =>
        model.isByCall || model.cacheRatio === null ? "–" : price(model.ratio * model.cacheRatio),
    },
    {
      id: "groups",
      wide: true,
      header: t("market.groups"),
      cell: ({ row }) => (
        <div className="flex flex-wrap gap-1">
          {row.original.groups.map((name) => (
            <Badge key={name}>{name}</Badge>
          ))}
        </div>
      ),
    },
  ];
}

function Name({ model }: { model: MarketModel }) {
  return (
    <div className="min-w-32 max-w-96">
      <div className="flex items-center gap-1 break-all font-medium">
        {model.name}
        <CopyButton text={model.name} />
      </div>
      {model.description ? (
        <p className="line-clamp-2 text-muted text-xs">{model.description}</p>
      ) : null}
      {model.tags.length > 0 ? (
        <div className="mt-1 flex flex-wrap gap-1">
          {model.tags.map((tag) => (
            <Chip key={tag}>{tag}</Chip>
          ))}
        </div>
      ) : null}
    </div>
  );
}
