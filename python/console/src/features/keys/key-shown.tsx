/* A key in full: copy it, try it, paste a ready call. */
import { Tabs } from "@base-ui/react/tabs";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/button";
import { CodeBlock, CopyButton } from "@/ui/copy";
import { Dialog } from "@/ui/dialog";
import { Notice } from "@/ui/states";
import { useOwnModels, useTryKey } from "./queries";
import { SNIPPET_TITLES, SNIPPETS, snippet } from "./snippets";

type KeyShownProps = {
  /** The whole key; null = closed. */
  text: string | null;
  isNew: boolean;
  models: string[];
  onClose: () => void;
};

export function KeyShown({ text, isNew, models, onClose }: KeyShownProps) {
  const { t } = useTranslation();
  return (
    <Dialog
      wide
      open={text !== null}
      onClose={onClose}
      title={isNew ? t("keys.createdTitle") : t("keys.revealTitle")}
      footer={
        <Button look="primary" onClick={onClose}>
          {t("common.done")}
        </Button>
      }
    >
      {text === null ? null : <KeyBody text={text} isNew={isNew} models={models} />}
    </Dialog>
  );
}

function KeyBody({ text, isNew, models }: { text: string; isNew: boolean; models: string[] }) {
  const { t } = useTranslation();
  const known = useOwnModels().data ?? [];
  const model = models[0] ?? known[0] ?? "gpt-4o-mini";
  const origin = window.location.origin;
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <p className="text-sm">{isNew ? t("keys.createdLead") : t("keys.revealLead")}</p>
      <div className="flex items-center gap-2 rounded-lg border border-line-strong bg-sunken py-2 pr-2 pl-3">
        <code
          data-testid="key-text"
          className="min-w-0 flex-1 break-all font-mono text-ink text-sm"
        >
          {text}
        </code>
        <CopyButton text={text} />
      </div>
      <TryKey text={text} />
      <Tabs.Root defaultValue={SNIPPETS[0]}>
        <Tabs.List className="mb-2 flex gap-1">
          {SNIPPETS.map((name) => (
            <Tabs.Tab
              key={name}
              value={name}
              className="h-7 cursor-pointer rounded-md px-2.5 font-medium text-muted text-xs hover:text-ink data-active:bg-hover data-active:text-ink"
            >
              {SNIPPET_TITLES[name]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {SNIPPETS.map((name) => (
          <Tabs.Panel key={name} value={name}>
            <CodeBlock
              label={SNIPPET_TITLES[name]}
              code={snippet(name, { origin, key: text, model })}
            />
          </Tabs.Panel>
        ))}
      </Tabs.Root>
    </div>
  );
}

function TryKey({ text }: { text: string }) {
  const { t } = useTranslation();
  const attempt = useTryKey();
  const [asked, setAsked] = useState(false);
  return (
    <div className="flex flex-wrap items-center gap-3">
      <Button
        small
        busy={attempt.isPending}
        onClick={() => {
          setAsked(true);
          attempt.mutate(text);
        }}
      >
        {t("keys.try")}
      </Button>
      {asked && attempt.isSuccess ? (
        <Notice tone={attempt.data > 0 ? "good" : "warn"}>
          {t("keys.tryDone", { count: attempt.data })}
        </Notice>
      ) : null}
      {attempt.error ? <Notice tone="bad">{attempt.error.message}</Notice> : null}
    </div>
  );
}
