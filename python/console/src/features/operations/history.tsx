/* Who changed which channel or setting, and the way back. */
import { getRouteApi } from "@tanstack/react-router";
import { History as Clock } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { errorText } from "@/api/errors";
import type { Edit } from "@/api/shapes";
import { NoMatch } from "@/common/list-page";
import { formatDateTime } from "@/lib/time";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { type Column, DataTable } from "@/ui/data-table";
import { Select } from "@/ui/select";
import { EmptyState } from "@/ui/states";
import { EditDrawer } from "./edit-drawer";
import { useHistory } from "./queries";

const route = getRouteApi("/shell/operations");

export function History() {
  const { t } = useTranslation();
  const { kind } = route.useSearch();
  const navigate = route.useNavigate();
  const history = useHistory(kind);
  const [opened, setOpened] = useState<Edit>();
  const go = (next: "channel" | "option" | undefined) =>
    void navigate({ search: { tab: "history", ...(next ? { kind: next } : {}) }, replace: true });
  return (
    <Card className="overflow-hidden">
      <search className="flex border-b p-3">
        <Select<"" | "channel" | "option">
          small
          className="w-44"
          label={t("operations.kind")}
          value={kind ?? ""}
          options={[
            { value: "", label: t("operations.kinds.all") },
            { value: "channel", label: t("operations.kinds.channel") },
            { value: "option", label: t("operations.kinds.option") },
          ]}
          onChange={(next) => go(next || undefined)}
        />
      </search>
      <DataTable
        label={t("operations.tabs.history")}
        columns={useEditColumns()}
        rows={history.data?.pages.flat()}
        rowId={(edit) => String(edit.id)}
        error={history.error ? errorText(t, history.error) : null}
        onRetry={() => void history.refetch()}
        onOpen={setOpened}
        empty={
          kind ? (
            <NoMatch onClear={() => go(undefined)} />
          ) : (
            <EmptyState
              icon={<Clock aria-hidden className="size-5" />}
              title={t("operations.noEdits")}
              body={t("operations.noEditsBody")}
            />
          )
        }
        footer={
          history.hasNextPage ? (
            <div className="border-t p-3 text-center">
              <Button
                busy={history.isFetchingNextPage}
                onClick={() => void history.fetchNextPage()}
              >
                {t("operations.more")}
              </Button>
            </div>
          ) : null
        }
      />
      <EditDrawer subject={opened} onClose={() => setOpened(undefined)} />
    </Card>
  );
}

function useEditColumns(): Column<Edit>[] {
  const { t, i18n } = useTranslation();
  return [
    {
      id: "at",
      header: t("wallet.time"),
      cell: ({ row }) => (
        <span className="tabular">{formatDateTime(row.original.at, i18n.language)}</span>
      ),
    },
    { id: "who", header: t("operations.who"), cell: ({ row }) => row.original.username },
    {
      id: "kind",
      wide: true,
      header: t("operations.kind"),
      cell: ({ row: { original: edit } }) => (
        <Badge>
          {edit.kind === "channel" ? t("operations.kinds.channel") : t("operations.kinds.option")}
        </Badge>
      ),
    },
    {
      id: "target",
      header: t("operations.target"),
      cell: ({ row }) => <span className="break-all font-mono text-xs">{row.original.target}</span>,
    },
    {
      id: "action",
      wide: true,
      header: t("operations.action"),
      cell: ({ row }) => row.original.action,
    },
    {
      id: "fields",
      wide: true,
      header: t("operations.fields"),
      cell: ({ row }) => (
        <span className="line-clamp-1 max-w-72 text-muted">
          {row.original.changes.map((change) => change.field).join(", ")}
        </span>
      ),
    },
  ];
}
