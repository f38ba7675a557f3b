/* The caller's keys. */
import { getRouteApi } from "@tanstack/react-router";
import { KeyRound, Plus, SearchX } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { errorText } from "@/api/errors";
import type { Key } from "@/api/shapes";
import { Button } from "@/ui/button";
import { Card, PageHeader } from "@/ui/card";
import { DataTable } from "@/ui/data-table";
import { Confirm } from "@/ui/dialog";
import { Pagination } from "@/ui/pagination";
import { SearchBox } from "@/ui/search-box";
import { EmptyState } from "@/ui/states";
import { toastDone, toastFailed } from "@/ui/toast";
import { useKeyColumns } from "./columns";
import { KeyDrawer } from "./key-drawer";
import { KeyShown } from "./key-shown";
import { DEFAULT_SIZE, useDeleteKey, useKeys, useRevealKey, useSetKeyStatus } from "./queries";
import type { KeySearch } from "./search";

const route = getRouteApi("/shell/keys");

type Shown = { text: string; isNew: boolean; models: string[] };

export function KeysPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const keys = useKeys(search);
  const [edited, setEdited] = useState<Key>();
  const [removed, setRemoved] = useState<Key>();
  const [shown, setShown] = useState<Shown | null>(null);
  const go = (part: KeySearch) =>
    navigate({ search: (previous) => ({ ...previous, ...part }), replace: true });
  const close = () => {
    setEdited(undefined);
    void navigate({ search: ({ new: _, ...rest }) => rest, replace: true });
  };
  const actions = useKeyActions({ setEdited, setRemoved, setShown });
  const columns = useKeyColumns(actions);
  const add = (
    <Button
      look="primary"
      icon={<Plus aria-hidden className="size-4" />}
      onClick={() => go({ new: true })}
    >
      {t("keys.create")}
    </Button>
  );

  return (
    <>
      <PageHeader title={t("keys.title")} description={t("keys.lead")} actions={add} />
      <Card className="overflow-hidden">
        <div className="border-b p-3">
          <SearchBox
            label={t("keys.searchLabel")}
            value={search.q ?? ""}
            onChange={(q) => go({ q, p: 1 })}
          />
        </div>
        <DataTable
          label={t("keys.title")}
          columns={columns}
          rows={keys.data?.items}
          rowId={(key) => String(key.id)}
          error={keys.error ? errorText(t, keys.error) : null}
          onRetry={() => void keys.refetch()}
          stale={keys.isPlaceholderData}
          onOpen={setEdited}
          empty={
            search.q ? (
              <EmptyState
                icon={<SearchX aria-hidden className="size-5" />}
                title={t("states.noMatch")}
                body={t("states.noMatchBody")}
                action={<Button onClick={() => go({ q: "" })}>{t("states.clearFilters")}</Button>}
              />
            ) : (
              <EmptyState
                icon={<KeyRound aria-hidden className="size-5" />}
                title={t("keys.emptyTitle")}
                body={t("keys.emptyBody")}
                action={add}
              />
            )
          }
          footer={
            <Pagination
              page={search.p ?? 1}
              size={search.size ?? DEFAULT_SIZE}
              total={keys.data?.total ?? 0}
              onChange={go}
            />
          }
        />
      </Card>
      <KeyDrawer
        open={search.new === true || edited !== undefined}
        subject={edited}
        onClose={close}
        onCreated={(text, models) => {
          close();
          setShown({ text, isNew: true, models });
        }}
      />
      <KeyShown
        text={shown?.text ?? null}
        isNew={shown?.isNew ?? false}
        models={shown?.models ?? []}
        onClose={() => setShown(null)}
      />
      <RemoveKey subject={removed} onClose={() => setRemoved(undefined)} />
    </>
  );
}

type Setters = {
  setEdited: (key: Key) => void;
  setRemoved: (key: Key) => void;
  setShown: (shown: Shown) => void;
};

function useKeyActions({ setEdited, setRemoved, setShown }: Setters) {
  const { t } = useTranslation();
  const setStatus = useSetKeyStatus();
  const reveal = useRevealKey();
  return {
    edit: setEdited,
    remove: setRemoved,
    reveal: (key: Key) =>
      reveal.mutate(key, {
        onSuccess: (text) => setShown({ text, isNew: false, models: [] }),
        onError: (error) => toastFailed(t("keys.revealFailed"), errorText(t, error)),
      }),
    setStatus: (key: Key, status: number) =>
      setStatus.mutate(
        { id: key.id, status },
        { onError: (error) => toastFailed(t("keys.statusFailed"), errorText(t, error)) },
      ),
  };
}

function RemoveKey({ subject, onClose }: { subject: Key | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const remove = useDeleteKey();
  const confirm = () => {
    if (!subject) return;
    remove.mutate(subject.id, {
      onSuccess: () => toastDone(t("keys.removed", { name: subject.name })),
      onError: (error) => toastFailed(t("keys.removeFailed"), errorText(t, error)),
      onSettled: onClose,
    });
  };
  return (
    <Confirm
      open={subject !== undefined}
      onClose={onClose}
      onConfirm={confirm}
      busy={remove.isPending}
      title={t("keys.removeTitle", { name: subject?.name ?? "" })}
      body={t("keys.removeBody")}
      confirm={t("common.delete")}
    />
  );
}
