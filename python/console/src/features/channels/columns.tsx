/* The columns of the list of channels. */
import { Activity, EllipsisVertical, Pencil, Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useMoney } from "@/api/queries";
import type { Channel } from "@/api/shapes";
import { formatDuration, splitList } from "@/lib/format";
import { formatRelative } from "@/lib/time";
import { Badge, Chip } from "@/ui/badge";
import { IconButton } from "@/ui/button";
import type { Column } from "@/ui/data-table";
import { Menu, MenuItem, MenuSeparator } from "@/ui/menu";
import { Switch } from "@/ui/switch";
import { CHANNEL_OFF, CHANNEL_ON, channelState, offReason, STATE_TONES } from "./status";
import { channelType } from "./types";

export type ChannelActions = {
  edit: (channel: Channel) => void;
  test: (channel: Channel) => void;
  remove: (channel: Channel) => void;
  setStatus: (channel: Channel, status: number) => void;
};

/** Returns the columns; actions reach the page through the argument. */
export function useChannelColumns(actions: ChannelActions): Column<Channel>[] {
  const { t } = useTranslation();
  const money = useMoney();
  return [
    {
      id: "name",
      header: t("channels.name"),
      cell: ({ row: { original: channel } }) => (
        <div className="min-w-28 sm:min-w-36">
          <div className="font-medium">{channel.name}</div>
          <div className="text-muted text-xs sm:whitespace-nowrap">
            <span className="tabular">#{channel.id}</span> · {channelType(channel.type).name}
            {channel.channel_info?.is_multi_key
              ? ` · ${t("channels.keyCount", { count: channel.channel_info.multi_key_size })}`
              : null}
          </div>
        </div>
      ),
    },
    {
      id: "status",
      header: t("channels.status"),
      cell: ({ row }) => <Status row={row.original} onSet={actions.setStatus} />,
    },
    {
      id: "models",
      wide: true,
      header: t("channels.models"),
      cell: ({ row }) => <Models names={splitList(row.original.models)} />,
    },
    {
      id: "groups",
      wide: true,
      header: t("channels.groups"),
      cell: ({ row }) => (
        <div className="flex flex-wrap gap-1">
          {splitList(row.original.group).map((group) => (
            <Badge key={group}>{group}</Badge>
          ))}
        </div>
      ),
    },
    {
      id: "priority",
      wide: true,
      right: true,
      header: t("channels.priority"),
      cell: ({ row }) => row.original.priority ?? 0,
    },
    {
      id: "weight",
      wide: true,
      right: true,
      header: t("channels.weight"),
      cell: ({ row }) => row.original.weight ?? 0,
    },
    {
      id: "test",
      wide: true,
      header: t("channels.lastTest"),
      cell: ({ row }) => <LastTest row={row.original} onTest={() => actions.test(row.original)} />,
    },
    {
      id: "used",
      wide: true,
      right: true,
      header: t("channels.used"),
      cell: ({ row: { original: channel } }) => (
        <span title={money.exact(channel.used_quota)}>{money.short(channel.used_quota)}</span>
      ),
    },
    {
      id: "actions",
      right: true,
      header: () => <span className="sr-only">{t("common.actions")}</span>,
      cell: ({ row }) => <RowActions row={row.original} actions={actions} />,
    },
  ];
}

type StatusProps = { row: Channel; onSet: ChannelActions["setStatus"] };

function Status({ row, onSet }: StatusProps) {
  const { t } = useTranslation();
  const state = channelState(row);
  return (
    <div className="flex items-center gap-2">
      <Switch
        label={t("channels.enabledLabel", { name: row.name })}
        checked={row.status === CHANNEL_ON}
        onChange={(on) => onSet(row, on ? CHANNEL_ON : CHANNEL_OFF)}
      />
      <Badge tone={STATE_TONES[state]} title={offReason(row)}>
        {t(`channels.states.${state}`)}
      </Badge>
    </div>
  );
}

const SHOWN_MODELS = 2;

function Models({ names }: { names: string[] }) {
  return (
    <div className="flex max-w-52 flex-wrap items-center gap-1">
      {names.slice(0, SHOWN_MODELS).map((name) => (
        <Chip key={name}>{name}</Chip>
      ))}
      {names.length > SHOWN_MODELS ? (
        <span className="text-muted text-xs" title={names.join(", ")}>
          +{names.length - SHOWN_MODELS}
        </span>
      ) : null}
    </div>
  );
}

function LastTest({ row, onTest }: { row: Channel; onTest: () => void }) {
  const { t, i18n } = useTranslation();
  return (
    <button
      type="button"
      onClick={onTest}
      title={t("channels.testNow")}
      className="-mx-1 whitespace-nowrap rounded px-1 text-left hover:bg-hover"
    >
      {row.test_time > 0 ? (
        <>
          <span className="tabular block">{formatDuration(row.response_time)}</span>
          <span className="block text-muted text-xs">
            {formatRelative(row.test_time, new Date(), i18n.language)}
          </span>
        </>
      ) : (
        <span className="text-accent-text">{t("channels.testNow")}</span>
      )}
    </button>
  );
}

function RowActions({ row, actions }: { row: Channel; actions: ChannelActions }) {
  const { t } = useTranslation();
  return (
    <div className="flex justify-end">
      <Menu
        trigger={
          <IconButton label={t("common.actionsOf", { name: row.name })}>
            <EllipsisVertical aria-hidden className="size-4" />
          </IconButton>
        }
      >
        <MenuItem
          icon={<Activity aria-hidden className="size-4" />}
          onClick={() => actions.test(row)}
        >
          {t("channels.test")}
        </MenuItem>
        <MenuItem
          icon={<Pencil aria-hidden className="size-4" />}
          onClick={() => actions.edit(row)}
        >
          {t("common.edit")}
        </MenuItem>
        <MenuSeparator />
        <MenuItem
          danger
          icon={<Trash2 aria-hidden className="size-4" />}
          onClick={() => actions.remove(row)}
        >
          {t("common.delete")}
        </MenuItem>
      </Menu>
    </div>
  );
}
