/* The pages of the menu and of the command palette, in order, and who may open them. */
import {
  Activity,
  BookOpen,
  ChartLine,
  Clapperboard,
  Database,
  Gift,
  KeyRound,
  LayoutDashboard,
  type LucideIcon,
  Network,
  ScrollText,
  Settings,
  Store,
  Tags,
  UserRound,
  Users,
  Wallet,
} from "lucide-react";
import { isAdmin, isRoot } from "@/api/session";

type Page = {
  to: string;
  label: string;
  icon: LucideIcon;
  section: "main" | "admin";
  need?: "admin" | "root";
  /** Shown in the tab bar of narrow screens, which has room for four and the rest behind "more". */
  tab?: true;
};

const PAGES = [
  { to: "/", label: "nav.overview", icon: LayoutDashboard, section: "main", tab: true },
  { to: "/explore", label: "nav.explore", icon: ChartLine, section: "main", tab: true },
  { to: "/sql", label: "nav.sql", icon: Database, section: "main" },
  { to: "/logs", label: "nav.logs", icon: ScrollText, section: "main", tab: true },
  { to: "/keys", label: "nav.keys", icon: KeyRound, section: "main", tab: true },
  { to: "/wallet", label: "nav.wallet", icon: Wallet, section: "main" },
  { to: "/profile", label: "nav.profile", icon: UserRound, section: "main" },
  { to: "/market", label: "nav.market", icon: Store, section: "main" },
  { to: "/tasks", label: "nav.tasks", icon: Clapperboard, section: "main" },
  { to: "/channels", label: "nav.channels", icon: Network, section: "admin", need: "admin" },
  { to: "/users", label: "nav.users", icon: Users, section: "admin", need: "admin" },
  { to: "/redemptions", label: "nav.redemptions", icon: Gift, section: "admin", need: "admin" },
  { to: "/operations", label: "nav.operations", icon: Activity, section: "admin", need: "admin" },
  { to: "/settings", label: "nav.settings", icon: Settings, section: "admin", need: "root" },
  { to: "/prices", label: "nav.prices", icon: Tags, section: "admin", need: "root" },
  { to: "/models", label: "nav.models", icon: BookOpen, section: "admin", need: "admin" },
] as const satisfies readonly Page[];

export type PageLink = (typeof PAGES)[number] & Pick<Page, "need" | "tab">;
export const SECTIONS = ["main", "admin"] as const;

/** Returns the pages that the caller may open. */
export function ownPages(): readonly PageLink[] {
  const may = { admin: isAdmin(), root: isRoot() };
  return PAGES.filter((page: PageLink) => page.need === undefined || may[page.need]);
}
