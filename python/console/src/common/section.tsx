/* One titled part of a page of settings, and the form that stands in it. */
import { type FormEvent, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { errorText } from "@/api/errors";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { Notice } from "@/ui/states";

type SectionProps = { title: string; lead?: ReactNode; badge?: ReactNode; children: ReactNode };

export function Section({ title, lead, badge, children }: SectionProps) {
  return (
    <Card className="grid gap-x-8 gap-y-4 p-5 md:grid-cols-[16rem_1fr]">
      <div>
        <div className="flex items-center gap-2">
          <h2 className="font-semibold text-base">{title}</h2>
          {badge}
        </div>
        {lead ? <p className="mt-1 text-muted text-sm">{lead}</p> : null}
      </div>
      <div className="flex min-w-0 max-w-xl flex-col gap-4">{children}</div>
    </Card>
  );
}

type InlineFormProps = {
  save: string;
  /** Sends the form; returns nothing at all when a field is wrong. Throws ApiError. */
  onSubmit: () => Promise<unknown> | undefined;
  children: ReactNode;
  look?: "primary" | "secondary" | "danger";
};

export function InlineForm({ save, onSubmit, children, look = "secondary" }: InlineFormProps) {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setError(null);
    const sending = onSubmit();
    if (!sending) return;
    setBusy(true);
    try {
      await sending;
    } catch (reason) {
      setError(reason);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form noValidate onSubmit={submit} className="flex flex-col gap-4">
      {children}
      {error ? <Notice tone="bad">{errorText(t, error)}</Notice> : null}
      <Button look={look} type="submit" busy={busy} className="self-start">
        {save}
      </Button>
    </form>
  );
}
