/* The pages of the menu, in order. */
import { KeyRound, LayoutDashboard, type LucideIcon, Network, ScrollText } from "lucide-react";

export type PageLink = {
  to: "/" | "/channels" | "/keys" | "/logs";
  label: "nav.overview" | "nav.channels" | "nav.keys" | "nav.logs";
  icon: LucideIcon;
  admin?: boolean;
};

export const PAGES: readonly PageLink[] = [
  { to: "/", label: "nav.overview", icon: LayoutDashboard },
  { to: "/channels", label: "nav.channels", icon: Network, admin: true },
  { to: "/keys", label: "nav.keys", icon: KeyRound },
  { to: "/logs", label: "nav.logs", icon: ScrollText },
];
