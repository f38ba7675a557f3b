/* The frame of every page after login: side bar on wide screens, tab bar on narrow ones. */
import { Link, Outlet } from "@tanstack/react-router";
import { Ellipsis, Search } from "lucide-react";
import { lazy, Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { cn } from "@/lib/cn";
import { Brand } from "@/ui/brand";
import { IconButton } from "@/ui/button";
import { AccountMenu } from "./account-menu";
import { ownPages, type PageLink, SECTIONS } from "./pages";

const Palette = lazy(() => import("./palette").then((module) => ({ default: module.Palette })));

export function Shell() {
  const { t } = useTranslation();
  const [searching, setSearching] = usePalette();
  const search = () => setSearching(true);
  return (
    <div className="min-h-dvh lg:pl-56">
      <a
        href="#main"
        className="sr-only z-60 rounded-md bg-accent px-3 py-2 text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        {t("nav.skip")}
      </a>
      <SideBar onSearch={search} />
      <header className="sticky top-0 z-20 flex h-13 items-center justify-between border-b bg-surface px-4 lg:hidden">
        <Brand />
        <div className="flex items-center gap-1">
          <IconButton label={t("palette.open")} onClick={search}>
            <Search aria-hidden className="size-4.5" />
          </IconButton>
          <AccountMenu />
        </div>
      </header>
      <main id="main" className="mx-auto max-w-[88rem] px-4 pt-6 pb-24 sm:px-6 lg:px-8 lg:pb-10">
        <Outlet />
      </main>
      <TabBar onMore={search} />
      <Suspense>
        {searching === undefined ? null : (
          <Palette open={searching} onClose={() => setSearching(false)} />
        )}
      </Suspense>
    </div>
  );
}

/** Whether the palette is open; undefined until it was asked for, so that it loads only then. */
function usePalette() {
  const [searching, setSearching] = useState<boolean>();
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      setSearching((before) => !before);
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, []);
  return [searching, setSearching] as const;
}

function SideBar({ onSearch }: { onSearch: () => void }) {
  const { t } = useTranslation();
  const pages = ownPages();
  return (
    <aside className="fixed inset-y-0 left-0 z-20 hidden w-56 flex-col border-r bg-sunken lg:flex">
      <div className="px-5 pt-5 pb-3">
        <Brand />
      </div>
      <button
        type="button"
        onClick={onSearch}
        className="mx-3 mb-3 flex h-8 items-center gap-2 rounded-md border bg-surface px-2.5 text-muted text-sm transition-colors hover:text-ink"
      >
        <Search aria-hidden className="size-4" />
        <span className="flex-1 text-left">{t("palette.open")}</span>
        <kbd className="font-sans text-xs">Ctrl K</kbd>
      </button>
      <nav
        aria-label={t("nav.label")}
        className="scroll-thin flex min-h-0 flex-1 flex-col gap-4 overflow-y-auto px-3 pb-3"
      >
        {SECTIONS.map((section) => {
          const own = pages.filter((page) => page.section === section);
          return own.length === 0 ? null : (
            <div key={section} className="flex flex-col gap-0.5">
              {section === "main" ? null : (
                <p className="px-2.5 pb-1 text-muted text-xs">{t(`nav.sections.${section}`)}</p>
              )}
              {own.map((page) => (
                <SideLink key={page.to} page={page} />
              ))}
            </div>
          );
        })}
      </nav>
      <div className="border-t p-3">
        <AccountMenu wide />
      </div>
    </aside>
  );
}

const TAB =
  "flex h-14 flex-1 flex-col items-center justify-center gap-0.5 text-muted text-xs focus-visible:-outline-offset-2";

function TabBar({ onMore }: { onMore: () => void }) {
  const { t } = useTranslation();
  return (
    <nav
      aria-label={t("nav.label")}
      className="fixed inset-x-0 bottom-0 z-20 flex border-t bg-surface pb-[env(safe-area-inset-bottom)] lg:hidden"
    >
      {ownPages()
        .filter((page) => page.tab)
        .map((page) => (
          <TabLink key={page.to} page={page} />
        ))}
      <button type="button" className={TAB} onClick={onMore}>
        <Ellipsis aria-hidden className="size-5" />
        {t("nav.more")}
      </button>
    </nav>
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
        "flex h-8.5 shrink-0 items-center gap-2.5 rounded-md px-2.5 font-medium text-ink-2 text-sm transition-colors",
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
      className={cn(TAB, "data-[status=active]:text-accent-text")}
    >
      <Icon aria-hidden className="size-5" />
      {t(page.label)}
    </Link>
  );
}
