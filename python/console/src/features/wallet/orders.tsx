/* The own orders, newest first. */
import { getRouteApi } from "@tanstack/react-router";
import { Receipt } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Order } from "@/api/shapes";
import { ListCard } from "@/common/list-page";
import { formatDateTime } from "@/lib/time";
import { Badge, type Tone } from "@/ui/badge";
import type { Column } from "@/ui/data-table";
import { SearchBox } from "@/ui/search-box";
import { useOrders } from "./queries";
import type { WalletSearch } from "./search";

const route = getRouteApi("/shell/wallet");

const TONES: Record<string, Tone> = {
  success: "good",
  pending: "warn",
  expired: "plain",
  failed: "bad",
};
const STATES = ["success", "pending", "expired", "failed"] as const;

export function Orders() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const orders = useOrders(search);
  const go = (part: WalletSearch) =>
    navigate({ search: (previous) => ({ ...previous, ...part }), replace: true });
  return (
    <ListCard
      label={t("wallet.orders")}
      list={orders}
      columns={useOrderColumns()}
      rowId={(order) => String(order.id)}
      filters={
        <div className="flex flex-wrap items-center justify-between gap-2 border-b p-3">
          <h2 className="pl-1 font-semibold text-base">{t("wallet.orders")}</h2>
          <SearchBox
            label={t("wallet.orderSearch")}
            value={search.q ?? ""}
            onChange={(q) => go({ q, p: 1 })}
          />
        </div>
      }
      onClear={search.q ? () => void go({ q: "" }) : undefined}
      empty={{
        icon: <Receipt aria-hidden className="size-5" />,
        title: t("wallet.noOrders"),
        body: t("wallet.noOrdersBody"),
      }}
      paging={search}
      onPage={go}
    />
  );
}

function useOrderColumns(): Column<Order>[] {
  const { t, i18n } = useTranslation();
  return [
    {
      id: "time",
      header: t("wallet.time"),
      cell: ({ row }) => (
        <span className="tabular">{formatDateTime(row.original.create_time, i18n.language)}</span>
      ),
    },
    {
      id: "number",
      wide: true,
      header: t("wallet.number"),
      cell: ({ row }) => (
        <span className="break-all font-mono text-xs">{row.original.trade_no}</span>
      ),
    },
    {
      id: "method",
      wide: true,
      header: t("wallet.method"),
      cell: ({ row }) => row.original.payment_method,
    },
    {
      id: "amount",
      right: true,
      header: t("wallet.amountColumn"),
      cell: ({ row }) => `$${row.original.amount}`,
    },
    { id: "money", right: true, header: t("wallet.toPay"), cell: ({ row }) => row.original.money },
    {
      id: "status",
      header: t("users.status"),
      cell: ({ row }) => <State status={row.original.status} />,
    },
  ];
}

function State({ status }: { status: string }) {
  const { t } = useTranslation();
  const known = STATES.find((one) => one === status);
  return (
    <Badge tone={TONES[status] ?? "plain"}>{known ? t(`wallet.states.${known}`) : status}</Badge>
  );
}
