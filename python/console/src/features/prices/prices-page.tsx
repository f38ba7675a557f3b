/* What models cost before the group's ratio, for the root administrator. */
import { getRouteApi } from "@tanstack/react-router";
import { Plus, RotateCcw, Tags, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMoney } from "@/api/queries";
import { useAct } from "@/common/act";
import { ConfirmAct } from "@/common/confirm-act";
import { DEFAULT_SIZE, ListCard } from "@/common/list-page";
import { RowMenu } from "@/common/row-menu";
import { dollars, perMillion } from "@/lib/price";
import { Button } from "@/ui/button";
import { PageHeader } from "@/ui/card";
import type { Column } from "@/ui/data-table";
import { MenuItem } from "@/ui/menu";
import { SearchBox } from "@/ui/search-box";
import { PriceDrawer } from "./price-drawer";
import { PRICES, resetPrices, savePrice, useOutputRatios, usePrices } from "./queries";
import type { PriceSearch } from "./search";
import { outputRatio, type PriceLine, priceLines } from "./sheet";

const route = getRouteApi("/shell/prices");

export function PricesPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [paging, setPaging] = useState({ p: 1, size: DEFAULT_SIZE });
  const [edited, setEdited] = useState<PriceLine>();
  const [removed, setRemoved] = useState<PriceLine>();
  const prices = usePrices();
  const lines = prices.data ? priceLines(prices.data, search.q ?? "") : undefined;
  const from = (paging.p - 1) * paging.size;
  const page = lines && { items: lines.slice(from, from + paging.size), total: lines.length };
  const go = (part: PriceSearch) => {
    setPaging({ ...paging, p: 1 });
    void navigate({ search: (previous) => ({ ...previous, ...part }), replace: true });
  };
  const add = (
    <Button
      look="primary"
      icon={<Plus aria-hidden className="size-4" />}
      onClick={() => go({ new: true })}
    >
      {t("prices.add")}
    </Button>
  );
  return (
    <>
      <PageHeader
        title={t("prices.title")}
        description={t("prices.lead")}
        actions={
          <>
            <Reset />
            {add}
          </>
        }
      />
      <ListCard
        label={t("prices.title")}
        list={{
          data: page,
          error: prices.error,
          isPlaceholderData: false,
          refetch: prices.refetch,
        }}
        columns={usePriceColumns(setRemoved)}
        rowId={(line) => line.model}
        filters={
          <search className="flex border-b p-3">
            <SearchBox
              label={t("prices.search")}
              value={search.q ?? ""}
              onChange={(q) => go({ q })}
            />
          </search>
        }
        onClear={search.q ? () => go({ q: "" }) : undefined}
        empty={{
          icon: <Tags aria-hidden className="size-5" />,
          title: t("prices.emptyTitle"),
          body: t("prices.emptyBody"),
          action: add,
        }}
        onOpen={setEdited}
        paging={paging}
        onPage={(next) => setPaging({ ...paging, ...next })}
      />
      <PriceDrawer
        open={search.new === true || edited !== undefined}
        subject={edited}
        onClose={() => {
          setEdited(undefined);
          void navigate({ search: ({ new: _, ...rest }) => rest, replace: true });
        }}
      />
      <Remove subject={removed} onClose={() => setRemoved(undefined)} />
    </>
  );
}

function usePriceColumns(onRemove: (line: PriceLine) => void): Column<PriceLine>[] {
  const { t } = useTranslation();
  const { unit } = useMoney();
  const outputs = useOutputRatios().data;
  const cost = (line: PriceLine, ratio: number | null) =>
    line.ModelPrice !== null || line.ModelRatio === null || ratio === null
      ? "–"
      : perMillion(line.ModelRatio * ratio, unit);
  return [
    {
      id: "model",
      header: t("prices.model"),
      cell: ({ row }) => <span className="break-all font-medium">{row.original.model}</span>,
    },
    {
      id: "ratio",
      wide: true,
      right: true,
      header: t("prices.maps.ModelRatio.label"),
      cell: ({ row }) => row.original.ModelRatio ?? "–",
    },
    {
      id: "input",
      right: true,
      header: t("market.input"),
      cell: ({ row: { original: line } }) =>
        line.ModelPrice === null
          ? cost(line, 1)
          : t("market.perCall", { price: dollars(line.ModelPrice) }),
    },
    {
      id: "output",
      right: true,
      header: t("market.output"),
      cell: ({ row: { original: line } }) => {
        const { ratio, isBuiltIn } = outputRatio(line, outputs);
        const text = cost(line, ratio);
        return isBuiltIn && text !== "–" ? <BuiltIn text={text} /> : text;
      },
    },
    {
      id: "cached",
      wide: true,
      right: true,
      header: t("market.cached"),
      cell: ({ row: { original: line } }) => cost(line, line.CacheRatio),
    },
    {
      id: "actions",
      right: true,
      header: () => <span className="sr-only">{t("common.actions")}</span>,
      cell: ({ row: { original: line } }) => (
        <RowMenu name={line.model}>
          <MenuItem
            danger
            icon={<Trash2 aria-hidden className="size-4" />}
            onClick={() => onRemove(line)}
          >
            {t("common.delete")}
          </MenuItem>
        </RowMenu>
      ),
    },
  ];
}

function BuiltIn({ text }: { text: string }) {
  const { t } = useTranslation();
  return (
    <span title={t("prices.builtInNote")}>
      {text}
      <span className="block text-muted text-xs">{t("prices.builtIn")}</span>
    </span>
  );
}

function Remove({ subject, onClose }: { subject: PriceLine | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const act = useAct({
    run: ({ model }: PriceLine) => savePrice({ model, draft: null }),
    stale: [PRICES, "market"],
    done: ({ model }) => t("prices.removed", { model }),
    failed: t("prices.notSaved"),
  });
  return (
    <ConfirmAct
      subject={subject}
      act={act}
      onClose={onClose}
      title={({ model }) => t("prices.removeTitle", { model })}
      body={t("prices.removeBody")}
      confirm={t("common.delete")}
    />
  );
}

function Reset() {
  const { t } = useTranslation();
  const [asked, setAsked] = useState<true>();
  const act = useAct({
    run: (_: true) => resetPrices(),
    stale: [PRICES, "market"],
    done: () => t("prices.wasReset"),
    failed: t("prices.notSaved"),
  });
  return (
    <>
      <Button icon={<RotateCcw aria-hidden className="size-4" />} onClick={() => setAsked(true)}>
        {t("prices.reset")}
      </Button>
      <ConfirmAct
        subject={asked}
        act={act}
        onClose={() => setAsked(undefined)}
        title={() => t("prices.resetTitle")}
        body={t("prices.resetBody")}
        confirm={t("prices.reset")}
      />
    </>
  );
}
