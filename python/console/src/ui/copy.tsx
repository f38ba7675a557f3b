/* Copying text: a button that confirms, and a block of code with it. */
import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { cn } from "@/lib/cn";
import { IconButton } from "./button";

async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text); // plain http has no clipboard API
  }
}

function copyBySelection(text: string): boolean {
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "sr-only";
  const host = document.querySelector("[role=dialog]") ?? document.body;
  host.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}

export function CopyButton({ text, className }: { text: string; className?: string }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <IconButton
      label={copied ? t("common.copied") : t("common.copy")}
      className={cn("size-7", className)}
      onClick={async (event) => {
        event.stopPropagation();
        setCopied(await copyText(text));
      }}
    >
      {copied ? (
        <Check aria-hidden className="size-4 text-good" />
      ) : (
        <Copy aria-hidden className="size-4" />
      )}
    </IconButton>
  );
}

export function CodeBlock({ code, label }: { code: string; label: string }) {
  return (
    <figure aria-label={label} className="relative rounded-lg border bg-sunken">
      <CopyButton text={code} className="absolute top-2 right-2 border bg-surface" />
      <pre className="whitespace-pre-wrap break-words p-3.5 pr-12 text-xs">
        <code className="font-mono text-ink-2">{code}</code>
      </pre>
    </figure>
  );
}
