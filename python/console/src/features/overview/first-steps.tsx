/* What a new account does first; gone with the first call. */
import { Link } from "@tanstack/react-router";
import { ArrowRight, Check } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { isAdmin } from "@/api/session";
import { cn } from "@/lib/cn";
import { buttonClass } from "@/ui/button";
import { Card } from "@/ui/card";
import { CopyButton } from "@/ui/copy";
import { useChannelCount, useKeyCount } from "./queries";

export function FirstSteps() {
  const { t } = useTranslation();
  const channels = useChannelCount(isAdmin()).data;
  const keys = useKeyCount(true).data;
  return (
    <Card className="p-5">
      <h2 className="font-semibold text-base">{t("steps.title")}</h2>
      <p className="mt-0.5 text-muted text-sm">{t("steps.lead")}</p>
      <ol className="mt-4 grid gap-3 lg:grid-flow-col lg:auto-cols-fr">
        {isAdmin() ? (
          <Step
            number={1}
            done={!!channels}
            title={t("steps.channel")}
            body={t("steps.channelBody")}
            action={
              <StepLink to="/channels" label={t("steps.channelAction")} primary={!channels} />
            }
          />
        ) : null}
        <Step
          number={isAdmin() ? 2 : 1}
          done={!!keys}
          title={t("steps.key")}
          body={t("steps.keyBody")}
          action={
            <StepLink
              to="/keys"
              label={t("steps.keyAction")}
              primary={!keys && (!!channels || !isAdmin())}
            />
          }
        />
        <Step
          number={isAdmin() ? 3 : 2}
          done={false}
          title={t("steps.call")}
          body={t("steps.callBody")}
          action={<Address text={`${window.location.origin}/v1`} />}
        />
      </ol>
    </Card>
  );
}

type StepProps = { number: number; done: boolean; title: string; body: string; action: ReactNode };

function Step({ number, done, title, body, action }: StepProps) {
  const { t } = useTranslation();
  return (
    <li className="flex min-w-0 gap-3 rounded-lg border p-4">
      <span
        className={cn(
          "flex size-6 shrink-0 items-center justify-center rounded-full font-semibold text-xs",
          done ? "bg-good-soft text-good" : "bg-accent-soft text-accent-text",
        )}
      >
        {done ? <Check role="img" aria-label={t("steps.done")} className="size-4" /> : number}
      </span>
      <div className="flex min-w-0 flex-1 flex-col gap-1">
        <h3 className="font-medium text-sm">{title}</h3>
        <p className="text-muted text-sm">{body}</p>
        {done ? null : <div className="mt-2">{action}</div>}
      </div>
    </li>
  );
}

function Address({ text }: { text: string }) {
  return (
    <div className="flex items-center gap-1 rounded-md border bg-sunken pr-1 pl-2.5">
      <code className="min-w-0 flex-1 break-all py-1 font-mono text-xs">{text}</code>
      <CopyButton text={text} />
    </div>
  );
}

type StepLinkProps = { to: "/channels" | "/keys"; label: string; primary: boolean };

function StepLink({ to, label, primary }: StepLinkProps) {
  return (
    <Link
      to={to}
      search={{ new: true }}
      className={buttonClass(primary ? "primary" : "secondary", true)}
    >
      {label}
      <ArrowRight aria-hidden className="size-3.5" />
    </Link>
  );
}
