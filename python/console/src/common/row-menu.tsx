/* The menu at the end of a row. */
import { EllipsisVertical } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "@/ui/button";
import { Menu } from "@/ui/menu";

export function RowMenu({ name, children }: { name: string; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <div className="flex justify-end">
      <Menu
        trigger={
          <IconButton label={t("common.actionsOf", { name })}>
            <EllipsisVertical aria-hidden className="size-4" />
          </IconButton>
        }
      >
        {children}
      </Menu>
    </div>
  );
}
