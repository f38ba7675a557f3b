/* What can be done with a question: keep it under a name, take up a kept one, download the answer. */
import { Bookmark, Download, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { errorText } from "@/api/errors";
import { isAdmin } from "@/api/session";
import { Button, IconButton } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { TextField } from "@/ui/field";
import { Menu, MenuItem } from "@/ui/menu";
import { Switch } from "@/ui/switch";
import { toastDone, toastFailed } from "@/ui/toast";
import { download, useDeleteView, useSaveView, useViews } from "./queries";
import { type ExploreSearch, readExploreSearch } from "./search";

const FORMATS = ["csv", "parquet", "json"] as const;

export function ExportMenu({ search }: { search: ExploreSearch }) {
  const { t } = useTranslation();
  return (
    <Menu
      trigger={
        <Button small icon={<Download aria-hidden className="size-3.5" />}>
          {t("explore.exportTitle")}
        </Button>
      }
    >
      {FORMATS.map((format) => (
        <MenuItem
          key={format}
          onClick={() => {
            download(search, format).catch((error: unknown) =>
              toastFailed(t("explore.exportFailed"), errorText(t, error)),
            );
          }}
        >
          {t("explore.exportAs", { format: format.toUpperCase() })}
        </MenuItem>
      ))}
    </Menu>
  );
}

type ViewsProps = { search: ExploreSearch; onOpen: (search: ExploreSearch) => void };

export function ViewsButton({ search, onOpen }: ViewsProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button
        small
        icon={<Bookmark aria-hidden className="size-3.5" />}
        onClick={() => setOpen(true)}
      >
        {t("explore.views")}
      </Button>
      <Dialog
        open={open}
        onClose={() => setOpen(false)}
        title={t("explore.views")}
        footer={<Button onClick={() => setOpen(false)}>{t("common.close")}</Button>}
      >
        {open ? (
          <div className="flex flex-col gap-4">
            <ViewList
              onOpen={(found) => {
                setOpen(false);
                onOpen(found);
              }}
            />
            <SaveForm search={search} />
          </div>
        ) : null}
      </Dialog>
    </>
  );
}

function ViewList({ onOpen }: Pick<ViewsProps, "onOpen">) {
  const { t } = useTranslation();
  const views = useViews();
  const remove = useDeleteView();
  if (views.data?.length === 0) return <p className="text-muted">{t("explore.viewsNone")}</p>;
  return (
    <ul className="flex flex-col gap-1">
      {views.data?.map((view) => (
        <li key={view.id} className="flex items-center gap-2">
          <button
            type="button"
            onClick={() => onOpen(readExploreSearch(view.content))}
            className="min-w-0 flex-1 cursor-pointer truncate rounded-md px-2.5 py-1.5 text-left hover:bg-hover"
          >
            {view.name}
            {view.is_shared ? (
              <span className="ml-2 text-muted text-xs">{t("explore.shared")}</span>
            ) : null}
          </button>
          {view.is_own ? (
            <IconButton
              label={t("common.removeItem", { name: view.name })}
              disabled={remove.isPending}
              onClick={() =>
                remove.mutate(view.id, { onSuccess: () => toastDone(t("explore.viewDeleted")) })
              }
            >
              <Trash2 aria-hidden className="size-4" />
            </IconButton>
          ) : null}
        </li>
      ))}
    </ul>
  );
}

function SaveForm({ search }: { search: ExploreSearch }) {
  const { t } = useTranslation();
  const save = useSaveView();
  const [name, setName] = useState("");
  const [isShared, setShared] = useState(false);
  return (
    <form
      className="flex flex-col gap-3 border-t pt-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() === "") return;
        save.mutate(
          { name: name.trim(), content: search, is_shared: isShared },
          {
            onSuccess: () => {
              setName("");
              toastDone(t("explore.saved"));
            },
            onError: (error) => toastFailed(t("explore.saveFailed"), errorText(t, error)),
          },
        );
      }}
    >
      <TextField
        label={t("explore.viewName")}
        value={name}
        maxLength={100}
        onChange={(event) => setName(event.target.value)}
      />
      <div className="flex items-center justify-between gap-3">
        {isAdmin() ? (
          <div className="flex items-center gap-2 text-sm">
            <Switch label={t("explore.share")} checked={isShared} onChange={setShared} />
            <span aria-hidden>{t("explore.share")}</span>
          </div>
        ) : (
          <span />
        )}
        <Button type="submit" look="primary" busy={save.isPending}>
          {t("explore.save")}
        </Button>
      </div>
    </form>
  );
}
