/* What component tests share: the English texts and a server that answers from a table. */
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render } from "@testing-library/react";
import i18next from "i18next";
import type { ReactNode } from "react";
import { initReactI18next } from "react-i18next";
import { afterEach, vi } from "vitest";
import { catalogue } from "@/locales/en";

await i18next.use(initReactI18next).init({
  lng: "en",
  resources: { en: { translation: catalogue } },
  interpolation: { escapeValue: false },
});

// jsdom lacks what the primitives use.
window.PointerEvent ??= class extends MouseEvent {} as typeof PointerEvent;
Element.prototype.getAnimations ??= () => [];

afterEach(() => {
  cleanup();
  localStorage.clear();
});

/** Draws a component with texts and server state. */
export function draw(children: ReactNode) {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  return render(<QueryClientProvider client={client}>{children}</QueryClientProvider>);
}

/** What the stand-in server was asked. */
export type Asked = { call: string; headers: Headers; body: unknown };

/** Answers every call from the table ("METHOD /path" → status and body); returns what was asked. */
export function serve(answers: Record<string, { status?: number; body: unknown }>): Asked[] {
  const asked: Asked[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    const call = `${request.method} ${new URL(request.url).pathname}`;
    const text = await request.text();
    asked.push({ call, headers: request.headers, body: text ? JSON.parse(text) : null });
    const answer = answers[call];
    if (!answer) throw new TypeError(`nothing answers ${call}`);
    const body = typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body);
    return new Response(body, { status: answer.status ?? 200 });
  });
  return asked;
}
