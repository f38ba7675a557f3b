/* The upstreams, for admins. */
import { getRouteApi } from "@tanstack/react-router";
import { Network, Plus, SearchX } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { errorText } from "@/api/errors";
import type { Channel } from "@/api/shapes";
import { Button } from "@/ui/button";
import { Card, PageHeader } from "@/ui/card";
import { DataTable } from "@/ui/data-table";
import { Confirm } from "@/ui/dialog";
import { Pagination } from "@/ui/pagination";
import { EmptyState } from "@/ui/states";
import { toastDone, toastFailed } from "@/ui/toast";
import { ChannelDrawer } from "./channel-drawer";
import { useChannelColumns } from "./columns";
import { Filters } from "./filters";
import { DEFAULT_SIZE, useChannels, useDeleteChannel, useSetChannelStatus } from "./queries";
import { type ChannelSearch, isFiltered } from "./search";
import { TestDialog } from "./test-dialog";

const route = getRouteApi("/shell/channels");

export function ChannelsPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { new: adding, ...view } = search;
  const channels = useChannels(view);
  const [edited, setEdited] = useState<Channel>();
  const [tested, setTested] = useState<Channel>();
  const [removed, setRemoved] = useState<Channel>();
  const setStatus = useSetChannelStatus();
  const go = (part: ChannelSearch) =>
    navigate({ search: (previous) => ({ ...previous, ...part }), replace: true });
  const columns = useChannelColumns({
    edit: setEdited,
    test: setTested,
    remove: setRemoved,
    setStatus: ({ id }, status) =>
      setStatus.mutate(
        { id, status },
        { onError: (error) => toastFailed(t("channels.statusFailed"), errorText(t, error)) },
      ),
  });
  const add = (
    <Button
      look="primary"
      icon={<Plus aria-hidden className="size-4" />}
      onClick={() => go({ new: true })}
    >
      {t("channels.add")}
    </Button>
  );

  return (
    <>
      <PageHeader title={t("channels.title")} description={t("channels.lead")} actions={add} />
      <Card className="overflow-hidden">
        <Filters search={search} onChange={go} />
        <DataTable
          label={t("channels.title")}
          columns={columns}
          rows={channels.data?.items}
          rowId={(channel) => String(channel.id)}
          error={channels.error ? errorText(t, channels.error) : null}
          onRetry={() => void channels.refetch()}
          stale={channels.isPlaceholderData}
          onOpen={setEdited}
          empty={
            isFiltered(search) ? (
              <EmptyState
                icon={<SearchX aria-hidden className="size-5" />}
                title={t("states.noMatch")}
                body={t("states.noMatchBody")}
                action={
                  <Button onClick={() => void navigate({ search: {}, replace: true })}>
                    {t("states.clearFilters")}
                  </Button>
                }
              />
            ) : (
              <EmptyState
                icon={<Network aria-hidden className="size-5" />}
                title={t("channels.emptyTitle")}
                body={t("channels.emptyBody")}
                action={add}
              />
            )
          }
          footer={
            <Pagination
              page={search.p ?? 1}
              size={search.size ?? DEFAULT_SIZE}
              total={channels.data?.total ?? 0}
              onChange={go}
            />
          }
        />
      </Card>
      <ChannelDrawer
        open={adding === true || edited !== undefined}
        subject={edited}
        onClose={() => {
          setEdited(undefined);
          void navigate({ search: ({ new: _, ...rest }) => rest, replace: true });
        }}
      />
      <TestDialog subject={tested} onClose={() => setTested(undefined)} />
      <RemoveChannel subject={removed} onClose={() => setRemoved(undefined)} />
    </>
  );
}

function RemoveChannel({
  subject,
  onClose,
}: {
  subject: Channel | undefined;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const remove = useDeleteChannel();
  const confirm = () => {
    if (!subject) return;
    remove.mutate(subject.id, {
      onSuccess: () => toastDone(t("channels.removed", { name: subject.name })),
      onError: (error) => toastFailed(t("channels.removeFailed"), errorText(t, error)),
      onSettled: onClose,
    });
  };
  return (
    <Confirm
      open={subject !== undefined}
      onClose={onClose}
      onConfirm={confirm}
      busy={remove.isPending}
      title={t("channels.removeTitle", { name: subject?.name ?? "" })}
      body={t("channels.removeBody")}
      confirm={t("common.delete")}
    />
  );
}
