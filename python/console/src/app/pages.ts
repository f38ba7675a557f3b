/* The pages of the menu, in order. */
import {
  ChartLine,
  Database,
  KeyRound,
  LayoutDashboard,
  type LucideIcon,
  Network,
  ScrollText,
} from "lucide-react";

export type PageLink = {
  to: "/" | "/explore" | "/sql" | "/channels" | "/keys" | "/logs";
  label: "nav.overview" | "nav.explore" | "nav.sql" | "nav.channels" | "nav.keys" | "nav.logs";
  icon: LucideIcon;
  admin?: boolean;
  /** Left out of the tab bar of narrow screens, which has room for five. */
  wide?: boolean;
};

export const PAGES: readonly PageLink[] = [
  { to: "/", label: "nav.overview", icon: LayoutDashboard },
  { to: "/explore", label: "nav.explore", icon: ChartLine },
  { to: "/sql", label: "nav.sql", icon: Database, wide: true },
  { to: "/channels", label: "nav.channels", icon: Network, admin: true },
  { to: "/keys", label: "nav.keys", icon: KeyRound },
  { to: "/logs", label: "nav.logs", icon: ScrollText },
];
