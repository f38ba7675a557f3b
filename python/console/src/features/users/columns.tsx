/* The columns of the list of users. */
import { useNavigate } from "@tanstack/react-router";
import {
  Ban,
  ChartLine,
  CircleCheck,
  Coins,
  KeyRound,
  Pencil,
  ScrollText,
  ShieldMinus,
  ShieldPlus,
  Trash2,
} from "lucide-react";
import { useTranslation } from "react-i18next";
import { type Money, useMoney } from "@/api/queries";
import type { User } from "@/api/shapes";
import { RowMenu } from "@/common/row-menu";
import { formatInteger } from "@/lib/format";
import { formatRelative } from "@/lib/time";
import { Badge } from "@/ui/badge";
import type { Column } from "@/ui/data-table";
import { MenuItem, MenuSeparator } from "@/ui/menu";
import type { Standing } from "./queries";
import { ROLE_USER, roleKey, STATE_TONES, USER_ON, userState } from "./standing";

export type UserActions = {
  edit: (user: User) => void;
  quota: (user: User) => void;
  grant: (user: User) => void;
  reset: (user: User) => void;
  remove: (user: User) => void;
  manage: (user: User, action: Standing) => void;
};

/** Returns the columns; actions reach the page through the argument. */
export function useUserColumns(actions: UserActions): Column<User>[] {
  const { t, i18n } = useTranslation();
  const money = useMoney();
  return [
    { id: "name", header: t("users.name"), cell: ({ row }) => <Name user={row.original} /> },
    {
      id: "status",
      header: t("users.status"),
      cell: ({ row: { original: user } }) => (
        <Badge tone={STATE_TONES[userState(user)]}>{t(`users.states.${userState(user)}`)}</Badge>
      ),
    },
    {
      id: "role",
      wide: true,
      header: t("users.role"),
      cell: ({ row: { original: user } }) => (
        <Badge tone={user.role > ROLE_USER ? "info" : "plain"}>{t(roleKey(user.role))}</Badge>
      ),
    },
    {
      id: "group",
      wide: true,
      header: t("users.group"),
      cell: ({ row }) => <Badge>{row.original.group}</Badge>,
    },
    {
      id: "balance",
      right: true,
      header: t("users.balance"),
      cell: ({ row: { original: user } }) => <Balance user={user} money={money} />,
    },
    {
      id: "calls",
      wide: true,
      right: true,
      header: t("users.calls"),
      cell: ({ row }) => formatInteger(row.original.request_count, i18n.language),
    },
    {
      id: "seen",
      wide: true,
      header: t("users.lastLogin"),
      cell: ({ row: { original: user } }) =>
        user.last_login_at > 0
          ? formatRelative(user.last_login_at, new Date(), i18n.language)
          : t("users.never"),
    },
    {
      id: "actions",
      right: true,
      header: () => <span className="sr-only">{t("common.actions")}</span>,
      cell: ({ row }) => <Actions user={row.original} actions={actions} />,
    },
  ];
}

function Name({ user }: { user: User }) {
  return (
    <div className="min-w-28 max-w-64">
      <div className="truncate font-medium">{user.display_name || user.username}</div>
      <div className="truncate text-muted text-xs">
        <span className="tabular">#{user.id}</span> · {user.username}
        {user.email ? ` · ${user.email}` : null}
      </div>
    </div>
  );
}

function Balance({ user, money }: { user: User; money: Money }) {
  const { t } = useTranslation();
  return (
    <>
      <span className="block" title={money.exact(user.quota)}>
        {money.short(user.quota)}
      </span>
      <span className="block text-muted text-xs">
        {t("users.used", { amount: money.short(user.used_quota) })}
      </span>
    </>
  );
}

const ICON = "size-4";

function Actions({ user, actions }: { user: User; actions: UserActions }) {
  const { t } = useTranslation();
  const isOn = user.status === USER_ON;
  const isUser = user.role === ROLE_USER;
  const navigate = useNavigate();
  const gone = user.DeletedAt !== null;
  return (
    <RowMenu name={user.username}>
      <MenuItem icon={<Pencil aria-hidden className={ICON} />} onClick={() => actions.edit(user)}>
        {t("common.edit")}
      </MenuItem>
      <MenuItem icon={<Coins aria-hidden className={ICON} />} onClick={() => actions.quota(user)}>
        {t("users.moveBalance")}
      </MenuItem>
      <MenuItem
        icon={
          isOn ? <Ban aria-hidden className={ICON} /> : <CircleCheck aria-hidden className={ICON} />
        }
        onClick={() => actions.manage(user, isOn ? "disable" : "enable")}
      >
        {isOn ? t("users.disable") : t("users.enable")}
      </MenuItem>
      <MenuItem
        icon={
          isUser ? (
            <ShieldPlus aria-hidden className={ICON} />
          ) : (
            <ShieldMinus aria-hidden className={ICON} />
          )
        }
        onClick={() => actions.manage(user, isUser ? "promote" : "demote")}
      >
        {isUser ? t("users.promote") : t("users.demote")}
      </MenuItem>
      <MenuItem
        icon={<KeyRound aria-hidden className={ICON} />}
        onClick={() => actions.reset(user)}
      >
        {t("users.reset")}
      </MenuItem>
      {isUser ? (
        <MenuItem
          icon={<ChartLine aria-hidden className={ICON} />}
          onClick={() => actions.grant(user)}
        >
          {t("users.grant")}
        </MenuItem>
      ) : null}
      <MenuItem
        icon={<ScrollText aria-hidden className={ICON} />}
        onClick={() => void navigate({ to: "/logs", search: { user: user.username, range: "7d" } })}
      >
        {t("users.logs")}
      </MenuItem>
      {gone ? null : (
        <>
          <MenuSeparator />
          <MenuItem
            danger
            icon={<Trash2 aria-hidden className={ICON} />}
            onClick={() => actions.remove(user)}
          >
            {t("common.delete")}
          </MenuItem>
        </>
      )}
    </RowMenu>
  );
}
