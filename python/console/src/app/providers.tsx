/* What stands round every page: server state, toasts, routes, and the end of a session. */
import { CSPProvider } from "@base-ui/react/csp-provider";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { ApiError, setUnauthorizedHandler } from "@/api/client";
import { clearSession } from "@/api/session";
import { ToastProvider } from "@/ui/toast";
import { createConsoleRouter } from "./router";

const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      refetchOnWindowFocus: true,
      retry: (count, error) =>
        count < 1 && error instanceof ApiError && ["network", "server"].includes(error.kind),
    },
    mutations: { retry: false },
  },
});

const router = createConsoleRouter(queryClient);

setUnauthorizedHandler(() => {
  clearSession();
  queryClient.removeQueries({ queryKey: ["self"] });
  const { pathname, searchStr } = router.state.location;
  if (pathname === "/login") return;
  void router.navigate({
    to: "/login",
    search: { next: `${pathname}${searchStr}`, expired: true },
    replace: true,
  });
});

export function Providers() {
  return (
    <CSPProvider disableStyleElements>
      <QueryClientProvider client={queryClient}>
        <ToastProvider>
          <RouterProvider router={router} />
        </ToastProvider>
      </QueryClientProvider>
    </CSPProvider>
  );
}

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
