/* The columns of the list of keys. */
import { EllipsisVertical, Eye, Pencil, Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { type Money, useMoney } from "@/api/queries";
import type { Key } from "@/api/shapes";
import { splitList } from "@/lib/format";
import { formatDate, formatRelative } from "@/lib/time";
import { Badge, Chip } from "@/ui/badge";
import { IconButton } from "@/ui/button";
import type { Column } from "@/ui/data-table";
import { Menu, MenuItem, MenuSeparator } from "@/ui/menu";
import { Switch } from "@/ui/switch";
import { KEY_OFF, KEY_ON, keyState, STATE_TONES } from "./status";

export type KeyActions = {
  edit: (key: Key) => void;
  reveal: (key: Key) => void;
  remove: (key: Key) => void;
  setStatus: (key: Key, status: number) => void;
};

/** Returns the columns; actions reach the page through the argument. */
export function useKeyColumns(actions: KeyActions): Column<Key>[] {
  const { t, i18n } = useTranslation();
  const money = useMoney();
  const language = i18n.language;
  return [
    {
      id: "name",
      header: t("keys.name"),
      cell: ({ row: { original: key } }) => (
        <div className="min-w-28 sm:min-w-36">
          <div className="font-medium">{key.name}</div>
          <div className="font-mono text-muted text-xs">{preview(key.key)}</div>
        </div>
      ),
    },
    {
      id: "status",
      header: t("keys.status"),
      cell: ({ row }) => <Status row={row.original} onSet={actions.setStatus} />,
    },
    {
      id: "budget",
      wide: true,
      right: true,
      header: t("keys.remaining"),
      cell: ({ row }) => <Budget row={row.original} money={money} />,
    },
    {
      id: "used",
      wide: true,
      right: true,
      header: t("keys.used"),
      cell: ({ row }) => money.exact(row.original.used_quota),
    },
    {
      id: "scope",
      wide: true,
      header: t("keys.limits"),
      cell: ({ row }) => <Limits row={row.original} />,
    },
    {
      id: "expiry",
      wide: true,
      header: t("keys.expiry"),
      cell: ({ row: { original: key } }) => (
        <span className="whitespace-nowrap">
          {key.expired_time === -1 ? t("keys.never") : formatDate(key.expired_time, language)}
        </span>
      ),
    },
    {
      id: "seen",
      wide: true,
      header: t("keys.lastUsed"),
      cell: ({ row: { original: key } }) => (
        <span className="whitespace-nowrap text-muted">
          {key.used_quota === 0 && key.accessed_time <= key.created_time
            ? t("keys.unused")
            : formatRelative(key.accessed_time, new Date(), language)}
        </span>
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

function preview(key: string): string {
  const text = key.replace(/^sk-/, "");
  return text.length > 8 ? `sk-${text.slice(0, 4)}…${text.slice(-4)}` : `sk-${text}`;
}

type StatusProps = { row: Key; onSet: KeyActions["setStatus"] };

function Status({ row, onSet }: StatusProps) {
  const { t } = useTranslation();
  const state = keyState(row, new Date());
  return (
    <div className="flex items-center gap-2">
      <Switch
        label={t("keys.enabledLabel", { name: row.name })}
        checked={row.status === KEY_ON}
        disabled={state === "expired" || state === "exhausted"}
        onChange={(on) => onSet(row, on ? KEY_ON : KEY_OFF)}
      />
      <Badge tone={STATE_TONES[state]}>{t(`keys.states.${state}`)}</Badge>
    </div>
  );
}

function Budget({ row, money }: { row: Key; money: Money }) {
  const { t } = useTranslation();
  return row.unlimited_quota ? (
    <span className="text-muted">{t("keys.unlimited")}</span>
  ) : (
    money.exact(row.remain_quota)
  );
}

function Limits({ row }: { row: Key }) {
  const { t } = useTranslation();
  const models = row.model_limits_enabled ? splitList(row.model_limits) : [];
  const ips = splitList(row.allow_ips);
  return (
    <div className="flex flex-wrap items-center gap-1">
      {row.group ? <Badge>{row.group}</Badge> : null}
      {models.slice(0, 2).map((model) => (
        <Chip key={model}>{model}</Chip>
      ))}
      {models.length > 2 ? (
        <span className="text-muted text-xs" title={models.join(", ")}>
          +{models.length - 2}
        </span>
      ) : null}
      {ips.length > 0 ? (
        <Badge title={ips.join(", ")}>{t("keys.ipCount", { count: ips.length })}</Badge>
      ) : null}
      {models.length === 0 && ips.length === 0 && !row.group ? (
        <span className="text-muted">{t("keys.noLimits")}</span>
      ) : null}
    </div>
  );
}

function RowActions({ row, actions }: { row: Key; actions: KeyActions }) {
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
        <MenuItem icon={<Eye aria-hidden className="size-4" />} onClick={() => actions.reveal(row)}>
          {t("keys.reveal")}
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
