/* Who is logged in; theme, language and the way out. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { ChevronsUpDown, LogOut, UserRound } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { selfQuery } from "@/api/queries";
import { clearSession, ROLE_ADMIN, ROLE_ROOT, readSession } from "@/api/session";
import { cn } from "@/lib/cn";
import { Menu, MenuItem, MenuSeparator } from "@/ui/menu";
import { PreferenceItems } from "@/ui/preferences";

function roleKey(role: number) {
  if (role >= ROLE_ROOT) return "roles.root" as const;
  return role >= ROLE_ADMIN ? ("roles.admin" as const) : ("roles.user" as const);
}

export function AccountMenu({ wide }: { wide?: boolean }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const logout = useLogout();
  const session = readSession();
  const self = useQuery(selfQuery).data;
  const name = self?.display_name || self?.username || session?.username || "";
  return (
    <Menu
      align={wide ? "start" : "end"}
      trigger={
        <button
          type="button"
          className={cn(
            "flex items-center gap-2.5 rounded-md text-left transition-colors hover:bg-hover",
            wide ? "w-full p-2" : "p-1",
          )}
        >
          <span
            aria-hidden
            className="flex size-8 shrink-0 items-center justify-center rounded-full bg-accent-soft font-semibold text-accent-text text-sm uppercase"
          >
            {[...name][0] ?? "?"}
          </span>
          <span className="sr-only">
            {wide ? t("nav.accountMenu") : t("nav.account", { name })}
          </span>
          {wide ? (
            <>
              <span className="min-w-0 flex-1">
                <span className="block truncate font-medium text-sm">{name}</span>
                <span className="block truncate text-muted text-xs">
                  {t(roleKey(self?.role ?? session?.role ?? 0))}
                </span>
              </span>
              <ChevronsUpDown aria-hidden className="size-4 shrink-0 text-muted" />
            </>
          ) : null}
        </button>
      }
    >
      <MenuItem
        icon={<UserRound aria-hidden className="size-4" />}
        onClick={() => void navigate({ to: "/profile" })}
      >
        {t("nav.profile")}
      </MenuItem>
      <MenuSeparator />
      <PreferenceItems />
      <MenuSeparator />
      <MenuItem icon={<LogOut aria-hidden className="size-4" />} onClick={logout}>
        {t("nav.logout")}
      </MenuItem>
    </Menu>
  );
}

function useLogout(): () => void {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  return async () => {
    await api.GET("/api/user/logout").catch(() => undefined); // the local session ends anyhow
    clearSession();
    await navigate({ to: "/login", search: {} });
    queryClient.clear();
  };
}
