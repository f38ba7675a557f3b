/* The line below a form that leads to another page before login. */
import type { ReactNode } from "react";

type GateLinkProps = { lead?: string; children: ReactNode };

export function GateLink({ lead, children }: GateLinkProps) {
  return (
    <p className="mt-5 text-center text-muted text-sm *:font-medium *:text-accent-text *:underline-offset-4 hover:*:underline">
      {lead} {children}
    </p>
  );
}
