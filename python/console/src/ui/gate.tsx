/* The frame of the pages before login: brand, one card, preferences. */
import type { ReactNode } from "react";
import { Brand } from "./brand";
import { Card } from "./card";
import { PreferencesMenu } from "./preferences";
import { useTitle } from "./use-title";

type GateProps = { title: string; lead: string; children: ReactNode };

export function Gate({ title, lead, children }: GateProps) {
  useTitle(title);
  return (
    <div className="flex min-h-dvh flex-col">
      <header className="flex justify-end p-3">
        <PreferencesMenu />
      </header>
      <main className="mx-auto flex w-full max-w-md flex-1 flex-col justify-center px-4 pb-24">
        <div className="mb-6 flex justify-center">
          <Brand large />
        </div>
        <Card className="p-6 sm:p-7">
          <h1 className="font-semibold text-lg tracking-tight">{title}</h1>
          <p className="mt-1 mb-5 text-muted text-sm">{lead}</p>
          {children}
        </Card>
      </main>
    </div>
  );
}
