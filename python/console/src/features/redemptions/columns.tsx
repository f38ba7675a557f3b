/* The columns of the list of codes. */
import { Ban, CircleCheck, Pencil, Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useMoney } from "@/api/queries";
import type { Redemption } from "@/api/shapes";
import { RowMenu } from "@/common/row-menu";
import { formatDate, formatDateTime } from "@/lib/time";
import { Badge } from "@/ui/badge";
import { CopyButton } from "@/ui/copy";
import type { Column } from "@/ui/data-table";
import { MenuItem, MenuSeparator } from "@/ui/menu";
import { CODE_OFF, CODE_ON, codeState, STATE_TONES } from "./status";

export type CodeActions = {
  edit: (code: Redemption) => void;
  remove: (code: Redemption) => void;
  setStatus: (code: Redemption, status: number) => void;
};

/** Returns the columns; actions reach the page through the argument. */
export function useCodeColumns(actions: CodeActions): Column<Redemption>[] {
  const { t, i18n } = useTranslation();
  const money = useMoney();
  return [
    {
      id: "name",
      header: t("redemptions.name"),
      cell: ({ row: { original: code } }) => (
        <div className="min-w-24">
          <div className="font-medium">{code.name}</div>
          <div className="tabular text-muted text-xs">#{code.id}</div>
        </div>
      ),
    },
    {
      id: "status",
      header: t("users.status"),
      cell: ({ row }) => {
        const state = codeState(row.original, new Date());
        return <Badge tone={STATE_TONES[state]}>{t(`redemptions.states.${state}`)}</Badge>;
      },
    },
    {
      id: "code",
      wide: true,
      header: t("redemptions.code"),
      cell: ({ row }) => (
        <span className="flex items-center gap-1 font-mono text-xs">
          {row.original.key.slice(0, 6)}…{row.original.key.slice(-4)}
          <CopyButton text={row.original.key} />
        </span>
      ),
    },
    {
      id: "quota",
      right: true,
      header: t("redemptions.worth"),
      cell: ({ row }) => money.exact(row.original.quota),
    },
    {
      id: "expires",
      wide: true,
      header: t("redemptions.expires"),
      cell: ({ row: { original: code } }) =>
        code.expired_time > 0
          ? formatDate(code.expired_time, i18n.language)
          : t("redemptions.never"),
    },
    {
      id: "used",
      wide: true,
      header: t("redemptions.used"),
      cell: ({ row: { original: code } }) =>
        code.used_user_id > 0
          ? t("redemptions.usedBy", {
              id: code.used_user_id,
              time: formatDateTime(code.redeemed_time, i18n.language),
            })
          : "–",
    },
    {
      id: "actions",
      right: true,
      header: () => <span className="sr-only">{t("common.actions")}</span>,
      cell: ({ row }) => <Actions code={row.original} actions={actions} />,
    },
  ];
}

const ICON = "size-4";

function Actions({ code, actions }: { code: Redemption; actions: CodeActions }) {
  const { t } = useTranslation();
  const state = codeState(code, new Date());
  const isOn = code.status === CODE_ON;
  return (
    <RowMenu name={code.name}>
      {state === "used" ? null : (
        <>
          <MenuItem
            icon={<Pencil aria-hidden className={ICON} />}
            onClick={() => actions.edit(code)}
          >
            {t("common.edit")}
          </MenuItem>
          <MenuItem
            icon={
              isOn ? (
                <Ban aria-hidden className={ICON} />
              ) : (
                <CircleCheck aria-hidden className={ICON} />
              )
            }
            onClick={() => actions.setStatus(code, isOn ? CODE_OFF : CODE_ON)}
          >
            {isOn ? t("users.disable") : t("users.enable")}
          </MenuItem>
          <MenuSeparator />
        </>
      )}
      <MenuItem
        danger
        icon={<Trash2 aria-hidden className={ICON} />}
        onClick={() => actions.remove(code)}
      >
        {t("common.delete")}
      </MenuItem>
    </RowMenu>
  );
}
