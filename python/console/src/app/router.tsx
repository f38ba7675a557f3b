/*
 * Every address of the console. Pages load on demand; the guards here decide between the setup
 * wizard, the login and the pages, so that no page has to.
 */
import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from "@tanstack/react-router";
import { setupQuery } from "@/api/queries";
import { isAdmin, isRoot, readSession, takeLanded } from "@/api/session";
import { readChannelSearch } from "@/features/channels/search";
import { readExploreSearch } from "@/features/explore/search";
import { readLoginSearch, readRegisterSearch, readResetSearch } from "@/features/identity/search";
import { readKeySearch } from "@/features/keys/search";
import { readLogSearch } from "@/features/logs/search";
import { readMarketSearch } from "@/features/market/search";
import { readModelSearch } from "@/features/models/search";
import { readOperationsSearch } from "@/features/operations/search";
import { readOverviewSearch } from "@/features/overview/search";
import { readPriceSearch } from "@/features/prices/search";
import { readRedemptionSearch } from "@/features/redemptions/search";
import { readSettingsSearch } from "@/features/settings/search";
import { readSqlSearch } from "@/features/sql/search";
import { readTaskSearch } from "@/features/tasks/search";
import { readUserSearch } from "@/features/users/search";
import { readWalletSearch } from "@/features/wallet/search";
import { Crash, NotFound, Pending } from "./fallbacks";
import { Shell } from "./shell";

type Context = { queryClient: QueryClient };

const rootRoute = createRootRouteWithContext<Context>()({
  component: Outlet,
  errorComponent: Crash,
  notFoundComponent: NotFound,
  beforeLoad: async ({ context, location }) => {
    const setup = await context.queryClient.ensureQueryData(setupQuery);
    const atSetup = location.pathname === "/setup";
    if (!setup.status && !atSetup) {
      throw redirect({ to: "/setup", search: keepToken(location.search) });
    }
    if (setup.status && atSetup) throw redirect({ to: "/" });
  },
});

function keepToken(search: object): { setup_token?: string } {
  const token = (search as Record<string, unknown>).setup_token;
  return typeof token === "string" || typeof token === "number"
    ? { setup_token: String(token) }
    : {};
}

const setupRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/setup",
  validateSearch: keepToken,
  component: lazyRouteComponent(() => import("@/features/system/setup-page"), "SetupPage"),
});

const loginRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/login",
  validateSearch: readLoginSearch,
  beforeLoad: () => {
    if (readSession()) throw redirect({ to: "/" });
  },
  component: lazyRouteComponent(() => import("@/features/identity/login-page"), "LoginPage"),
});

const registerRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/register",
  validateSearch: readRegisterSearch,
  beforeLoad: () => {
    if (readSession()) throw redirect({ to: "/" });
  },
  component: lazyRouteComponent(() => import("@/features/identity/register-page"), "RegisterPage"),
});

const forgotRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/forgot",
  component: lazyRouteComponent(() => import("@/features/identity/forgot-page"), "ForgotPage"),
});

// The address that mailed reset links hold.
const resetRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/user/reset",
  validateSearch: readResetSearch,
  component: lazyRouteComponent(() => import("@/features/identity/reset-page"), "ResetPage"),
});

const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "shell",
  component: Shell,
  errorComponent: Crash,
  beforeLoad: ({ location }) => {
    if (readSession()) return;
    const next = location.href === "/" ? {} : { next: location.href };
    throw redirect({ to: "/login", search: next });
  },
});

const overviewRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/",
  validateSearch: readOverviewSearch,
  component: lazyRouteComponent(() => import("@/features/overview/overview-page"), "OverviewPage"),
});

const exploreRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/explore",
  validateSearch: readExploreSearch,
  component: lazyRouteComponent(() => import("@/features/explore/explore-page"), "ExplorePage"),
});

const sqlRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/sql",
  validateSearch: readSqlSearch,
  component: lazyRouteComponent(() => import("@/features/sql/sql-page"), "SqlPage"),
});

const channelsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/channels",
  validateSearch: readChannelSearch,
  beforeLoad: adminOnly,
  component: lazyRouteComponent(() => import("@/features/channels/channels-page"), "ChannelsPage"),
});

const keysRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/keys",
  validateSearch: readKeySearch,
  component: lazyRouteComponent(() => import("@/features/keys/keys-page"), "KeysPage"),
});

const logsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/logs",
  validateSearch: readLogSearch,
  component: lazyRouteComponent(() => import("@/features/logs/logs-page"), "LogsPage"),
});

function adminOnly() {
  if (!isAdmin()) throw redirect({ to: "/" });
}

function rootOnly() {
  if (!isRoot()) throw redirect({ to: "/" });
}

const usersRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/users",
  validateSearch: readUserSearch,
  beforeLoad: adminOnly,
  component: lazyRouteComponent(() => import("@/features/users/users-page"), "UsersPage"),
});

const profileRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/profile",
  component: lazyRouteComponent(() => import("@/features/profile/profile-page"), "ProfilePage"),
});

const walletRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/wallet",
  validateSearch: readWalletSearch,
  component: lazyRouteComponent(() => import("@/features/wallet/wallet-page"), "WalletPage"),
});

const redemptionsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/redemptions",
  validateSearch: readRedemptionSearch,
  beforeLoad: adminOnly,
  component: lazyRouteComponent(
    () => import("@/features/redemptions/redemptions-page"),
    "RedemptionsPage",
  ),
});

const operationsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/operations",
  validateSearch: readOperationsSearch,
  beforeLoad: adminOnly,
  component: lazyRouteComponent(
    () => import("@/features/operations/operations-page"),
    "OperationsPage",
  ),
});

const settingsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/settings",
  validateSearch: readSettingsSearch,
  beforeLoad: rootOnly,
  component: lazyRouteComponent(() => import("@/features/settings/settings-page"), "SettingsPage"),
});

const marketRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/market",
  validateSearch: readMarketSearch,
  component: lazyRouteComponent(() => import("@/features/market/market-page"), "MarketPage"),
});

const pricesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/prices",
  validateSearch: readPriceSearch,
  beforeLoad: rootOnly,
  component: lazyRouteComponent(() => import("@/features/prices/prices-page"), "PricesPage"),
});

const tasksRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/tasks",
  validateSearch: readTaskSearch,
  component: lazyRouteComponent(() => import("@/features/tasks/tasks-page"), "TasksPage"),
});

const modelsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/models",
  validateSearch: readModelSearch,
  beforeLoad: adminOnly,
  component: lazyRouteComponent(() => import("@/features/models/models-page"), "ModelsPage"),
});

// The server ends a sign-in at /oauth/NAME and sends people on to these two, the family's pages.
const landedRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/console",
  beforeLoad: () => {
    takeLanded();
    throw redirect({ to: "/" });
  },
});

const linkedRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/console/personal",
  beforeLoad: () => {
    throw redirect({ to: "/profile" });
  },
});

// Payment providers send buyers back to the family's pages.
const paidRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/console/log",
  beforeLoad: () => {
    throw redirect({ to: "/logs" });
  },
});

const unpaidRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/console/topup",
  beforeLoad: () => {
    throw redirect({ to: "/wallet" });
  },
});

const routeTree = rootRoute.addChildren([
  setupRoute,
  loginRoute,
  registerRoute,
  forgotRoute,
  resetRoute,
  paidRoute,
  unpaidRoute,
  landedRoute,
  linkedRoute,
  shellRoute.addChildren([
    overviewRoute,
    exploreRoute,
    sqlRoute,
    channelsRoute,
    keysRoute,
    logsRoute,
    usersRoute,
    profileRoute,
    walletRoute,
    modelsRoute,
    tasksRoute,
    pricesRoute,
    marketRoute,
    settingsRoute,
    operationsRoute,
    redemptionsRoute,
  ]),
]);

/** Returns the router; one a page load. */
export function createConsoleRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    context: { queryClient },
    defaultPreload: "intent",
    defaultPendingComponent: Pending,
    defaultErrorComponent: Crash,
    defaultPendingMs: 200,
    scrollRestoration: true,
  });
}
