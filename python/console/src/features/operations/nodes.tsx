/* The processes that serve calls over this store. */
import { Server } from "lucide-react";
import { useTranslation } from "react-i18next";
import { errorText } from "@/api/errors";
import { useMoney } from "@/api/queries";
import type { Node } from "@/api/shapes";
import { formatRelative } from "@/lib/time";
import { Badge, type Tone } from "@/ui/badge";
import { Card } from "@/ui/card";
import { type Column, DataTable } from "@/ui/data-table";
import { EmptyState } from "@/ui/states";
import { useNodes } from "./queries";

const TONES: Record<Node["state"], Tone> = {
  running: "good",
  silent: "warn",
  lost: "bad",
  stopped: "plain",
};

export function Nodes() {
  const { t } = useTranslation();
  const nodes = useNodes();
  return (
    <Card className="overflow-hidden">
      <DataTable
        label={t("operations.tabs.nodes")}
        columns={useNodeColumns()}
        rows={nodes.data}
        rowId={(node) => node.name}
        error={nodes.error ? errorText(t, nodes.error) : null}
        onRetry={() => void nodes.refetch()}
        empty={
          <EmptyState
            icon={<Server aria-hidden className="size-5" />}
            title={t("operations.noNodes")}
            body={t("operations.noNodesBody")}
          />
        }
      />
    </Card>
  );
}

function useNodeColumns(): Column<Node>[] {
  const { t, i18n } = useTranslation();
  const money = useMoney();
  const ago = (ms: number) => formatRelative(ms / 1000, new Date(), i18n.language);
  return [
    {
      id: "name",
      header: t("operations.node"),
      cell: ({ row: { original: node } }) => (
        <div className="min-w-32">
          <div className="flex items-center gap-2 font-medium">
            {node.name}
            {node.is_this ? <Badge tone="info">{t("operations.thisNode")}</Badge> : null}
          </div>
          <div className="tabular text-muted text-xs">
            #{node.number} · {node.address}
          </div>
        </div>
      ),
    },
    {
      id: "state",
      header: t("users.status"),
      cell: ({ row: { original: node } }) => (
        <Badge tone={TONES[node.state]}>{t(`operations.nodeStates.${node.state}`)}</Badge>
      ),
    },
    {
      id: "version",
      wide: true,
      header: t("operations.version"),
      cell: ({ row }) => row.original.version,
    },
    {
      id: "started",
      wide: true,
      header: t("operations.started"),
      cell: ({ row }) => ago(row.original.started_ms),
    },
    {
      id: "heartbeat",
      wide: true,
      header: t("operations.heartbeat"),
      cell: ({ row }) => ago(row.original.heartbeat_ms),
    },
    {
      id: "leased",
      right: true,
      header: t("operations.leased"),
      cell: ({ row: { original: node } }) =>
        node.is_shared ? money.short(node.leased) : t("operations.notShared"),
    },
  ];
}
