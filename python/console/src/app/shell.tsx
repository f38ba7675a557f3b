/* The frame of every page after login: side bar on wide screens, tab bar on narrow ones. */
import { Link, Outlet } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { isAdmin } from "@/api/session";
import { cn } from "@/lib/cn";
import { Brand } from "@/ui/brand";
import { AccountMenu } from "./account-menu";
import { PAGES, type PageLink } from "./pages";

export function Shell() {
  const { t } = useTranslation();
  const pages = PAGES.filter((page) => !page.admin || isAdmin());
  return (
    <div className="min-h-dvh lg:pl-56">
      <a
        href="#main"
        className="sr-only z-60 rounded-md bg-accent px-3 py-2 text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        {t("nav.skip")}
      </a>
      <aside className="fixed inset-y-0 left-0 z-20 hidden w-56 flex-col border-r bg-sunken lg:flex">
        <div className="px-5 pt-5 pb-4">
          <Brand />
        </div>
        <nav aria-label={t("nav.label")} className="flex flex-1 flex-col gap-0.5 px-3">
          {pages.map((page) => (
            <SideLink key={page.to} page={page} />
          ))}
        </nav>
        <div className="border-t p-3">
          <AccountMenu wide />
        </div>
      </aside>
      <header className="sticky top-0 z-20 flex h-13 items-center justify-between border-b bg-surface px-4 lg:hidden">
        <Brand />
        <AccountMenu />
      </header>
      <main id="main" className="mx-auto max-w-[88rem] px-4 pt-6 pb-24 sm:px-6 lg:px-8 lg:pb-10">
        <Outlet />
      </main>
      <nav
        aria-label={t("nav.label")}
        className="fixed inset-x-0 bottom-0 z-20 flex border-t bg-surface pb-[env(safe-area-inset-bottom)] lg:hidden"
      >
        {pages
          .filter((page) => !page.wide)
          .map((page) => (
            <TabLink key={page.to} page={page} />
          ))}
      </nav>
    </div>
  );
}

function SideLink({ page }: { page: PageLink }) {
  const { t } = useTranslation();
  const Icon = page.icon;
  return (
    <Link
      to={page.to}
      activeOptions={{ exact: page.to === "/", includeSearch: false }}
      className={cn(
        "flex h-9 items-center gap-2.5 rounded-md px-2.5 font-medium text-ink-2 text-sm transition-colors",
        "hover:bg-hover hover:text-ink data-[status=active]:bg-accent-soft data-[status=active]:text-accent-text",
      )}
    >
      <Icon aria-hidden className="size-4.5" />
      {t(page.label)}
    </Link>
  );
}

function TabLink({ page }: { page: PageLink }) {
  const { t } = useTranslation();
  const Icon = page.icon;
  return (
    <Link
      to={page.to}
      activeOptions={{ exact: page.to === "/", includeSearch: false }}
      className="flex h-14 flex-1 flex-col items-center justify-center gap-0.5 text-muted text-xs focus-visible:-outline-offset-2 data-[status=active]:text-accent-text"
    >
      <Icon aria-hidden className="size-5" />
      {t(page.label)}
    </Link>
  );
}
