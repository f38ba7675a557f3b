/* What the price list says about models and vendors, for administrators. */
import { getRouteApi } from "@tanstack/react-router";
import { BookOpen, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ModelNote, Vendor } from "@/api/shapes";
import { useAct } from "@/common/act";
import { ConfirmAct } from "@/common/confirm-act";
import { ListCard } from "@/common/list-page";
import { RowMenu } from "@/common/row-menu";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { PageHeader } from "@/ui/card";
import type { Column } from "@/ui/data-table";
import { MenuItem } from "@/ui/menu";
import { SearchBox } from "@/ui/search-box";
import { Segmented } from "@/ui/segmented";
import { Notice } from "@/ui/states";
import { type Entry, EntryDrawer } from "./entry-drawer";
import {
  deleteModelNote,
  deleteVendor,
  MODELS,
  useMissing,
  useModelNotes,
  useVendorNames,
  useVendors,
  VENDORS,
} from "./queries";
import type { ModelSearch } from "./search";

const route = getRouteApi("/shell/models");

export function ModelsPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [opened, setOpened] = useState<Entry>();
  const isVendors = search.tab === "vendors";
  const blank: Entry = isVendors
    ? { kind: "vendor", subject: undefined }
    : { kind: "model", subject: undefined };
  const missing = useMissing().data ?? [];
  const add = (
    <Button
      look="primary"
      icon={<Plus aria-hidden className="size-4" />}
      onClick={() => setOpened(blank)}
    >
      {t(isVendors ? "models.addVendor" : "models.addModel")}
    </Button>
  );
  return (
    <>
      <PageHeader
        title={t("models.title")}
        description={t("models.lead")}
        actions={
          <>
            <Segmented
              label={t("models.kind")}
              value={search.tab ?? "models"}
              options={[
                { value: "models", label: t("market.title") },
                { value: "vendors", label: t("models.vendors") },
              ]}
              onChange={(next) =>
                void navigate({ search: next === "vendors" ? { tab: "vendors" } : {} })
              }
            />
            {add}
          </>
        }
      />
      {missing.length > 0 && !isVendors ? (
        <div className="mb-4">
          <Notice>{t("models.missing", { names: missing.slice(0, 8).join(", ") })}</Notice>
        </div>
      ) : null}
      {isVendors ? (
        <VendorList add={add} onOpen={setOpened} />
      ) : (
        <ModelList add={add} onOpen={setOpened} />
      )}
      <EntryDrawer entry={opened} onClose={() => setOpened(undefined)} />
    </>
  );
}

type ListProps = { add: React.ReactNode; onOpen: (entry: Entry) => void };

function useGo() {
  const navigate = route.useNavigate();
  return (part: ModelSearch) =>
    void navigate({ search: (previous) => ({ ...previous, ...part }), replace: true });
}

function Search() {
  const { t } = useTranslation();
  const go = useGo();
  return (
    <search className="flex border-b p-3">
      <SearchBox
        label={t("models.search")}
        value={route.useSearch().q ?? ""}
        onChange={(q) => go({ q, p: 1 })}
      />
    </search>
  );
}

function ModelList({ add, onOpen }: ListProps) {
  const { t } = useTranslation();
  const search = route.useSearch();
  const go = useGo();
  const [removed, setRemoved] = useState<ModelNote>();
  const act = useAct({
    run: (note: ModelNote) => deleteModelNote(note.id),
    stale: [MODELS, "market"],
    done: (note) => t("models.removed", { name: note.model_name }),
    failed: t("models.notRemoved"),
  });
  return (
    <>
      <ListCard
        label={t("models.title")}
        list={useModelNotes(search)}
        columns={useModelColumns(setRemoved)}
        rowId={(note) => String(note.id)}
        filters={<Search />}
        onClear={search.q ? () => go({ q: "" }) : undefined}
        empty={{
          icon: <BookOpen aria-hidden className="size-5" />,
          title: t("models.emptyTitle"),
          body: t("models.emptyBody"),
          action: add,
        }}
        onOpen={(subject) => onOpen({ kind: "model", subject })}
        paging={search}
        onPage={go}
      />
      <ConfirmAct
        subject={removed}
        act={act}
        onClose={() => setRemoved(undefined)}
        title={(note) => t("models.removeTitle", { name: note.model_name })}
        body={t("models.removeBody")}
        confirm={t("common.delete")}
      />
    </>
  );
}

function useModelColumns(onRemove: (note: ModelNote) => void): Column<ModelNote>[] {
  const { t } = useTranslation();
  const names = new Map((useVendorNames().data ?? []).map(({ id, name }) => [id, name]));
  return [
    {
      id: "name",
      header: t("market.model"),
      cell: ({ row: { original: note } }) => (
        <div className="min-w-32 max-w-96">
          <div className="break-all font-medium">{note.model_name}</div>
          <p className="line-clamp-1 text-muted text-xs">{note.description}</p>
        </div>
      ),
    },
    {
      id: "shown",
      header: t("users.status"),
      cell: ({ row: { original: note } }) => (
        <Badge tone={note.status === 1 ? "good" : "plain"}>
          {t(note.status === 1 ? "models.isShown" : "models.isHidden")}
        </Badge>
      ),
    },
    {
      id: "vendor",
      wide: true,
      header: t("market.vendor"),
      cell: ({ row }) => names.get(row.original.vendor_id ?? 0) ?? "–",
    },
    {
      id: "tags",
      wide: true,
      header: t("models.tags"),
      cell: ({ row }) => row.original.tags || "–",
    },
    {
      id: "actions",
      right: true,
      header: () => <span className="sr-only">{t("common.actions")}</span>,
      cell: ({ row: { original: note } }) => (
        <Delete name={note.model_name} onClick={() => onRemove(note)} />
      ),
    },
  ];
}

function Delete({ name, onClick }: { name: string; onClick: () => void }) {
  const { t } = useTranslation();
  return (
    <RowMenu name={name}>
      <MenuItem danger icon={<Trash2 aria-hidden className="size-4" />} onClick={onClick}>
        {t("common.delete")}
      </MenuItem>
    </RowMenu>
  );
}

function VendorList({ add, onOpen }: ListProps) {
  const { t } = useTranslation();
  const search = route.useSearch();
  const go = useGo();
  const [removed, setRemoved] = useState<Vendor>();
  const act = useAct({
    run: (vendor: Vendor) => deleteVendor(vendor.id),
    stale: [VENDORS, MODELS, "market"],
    done: (vendor) => t("models.removed", { name: vendor.name }),
    failed: t("models.notRemoved"),
  });
  const columns: Column<Vendor>[] = [
    {
      id: "name",
      header: t("market.vendor"),
      cell: ({ row }) => <span className="font-medium">{row.original.name}</span>,
    },
    {
      id: "description",
      wide: true,
      header: t("models.description"),
      cell: ({ row }) => row.original.description || "–",
    },
    {
      id: "actions",
      right: true,
      header: () => <span className="sr-only">{t("common.actions")}</span>,
      cell: ({ row: { original: vendor } }) => (
        <Delete name={vendor.name} onClick={() => setRemoved(vendor)} />
      ),
    },
  ];
  return (
    <>
      <ListCard
        label={t("models.vendors")}
        list={useVendors(search)}
        columns={columns}
        rowId={(vendor) => String(vendor.id)}
        filters={<Search />}
        onClear={search.q ? () => go({ q: "" }) : undefined}
        empty={{
          icon: <BookOpen aria-hidden className="size-5" />,
          title: t("models.noVendors"),
          body: t("models.noVendorsBody"),
          action: add,
        }}
        onOpen={(subject) => onOpen({ kind: "vendor", subject })}
        paging={search}
        onPage={go}
      />
      <ConfirmAct
        subject={removed}
        act={act}
        onClose={() => setRemoved(undefined)}
        title={(vendor) => t("models.removeTitle", { name: vendor.name })}
        body={t("models.removeBody")}
        confirm={t("common.delete")}
      />
    </>
  );
}
