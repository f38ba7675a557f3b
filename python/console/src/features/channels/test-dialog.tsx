/* Testing a channel: one tiny call with a chosen model, and what came back. */
import { CircleCheck, CircleX } from "lucide-react";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { errorText } from "@/api/errors";
import type { Channel, TestResult } from "@/api/shapes";
import { formatDuration, splitList } from "@/lib/format";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { FieldFrame } from "@/ui/field";
import { Picker } from "@/ui/picker";
import { Notice } from "@/ui/states";
import { useTestChannel } from "./queries";

type TestDialogProps = { subject: Channel | undefined; onClose: () => void };

export function TestDialog({ subject, onClose }: TestDialogProps) {
  const { t } = useTranslation();
  const test = useTestChannel();
  const [model, setModel] = useState("");
  const models = splitList(subject?.models);
  const chosen = models.includes(model) ? model : subject?.test_model || models[0] || "";
  const close = () => {
    test.reset();
    onClose();
  };
  return (
    <Dialog
      open={subject !== undefined}
      onClose={close}
      title={t("channels.testTitle", { name: subject?.name ?? "" })}
      footer={
        <>
          <Button onClick={close}>{t("common.close")}</Button>
          <Button
            look="primary"
            busy={test.isPending}
            onClick={() => subject && test.mutate({ id: subject.id, model: chosen })}
          >
            {t("channels.testRun")}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <p className="text-sm">{t("channels.testLead")}</p>
        <ModelChoice models={models} value={chosen} onChange={setModel} />
        {test.data ? <Outcome result={test.data} /> : null}
        {test.error ? <Notice tone="bad">{errorText(t, test.error)}</Notice> : null}
      </div>
    </Dialog>
  );
}

type ModelChoiceProps = { models: string[]; value: string; onChange: (model: string) => void };

function ModelChoice({ models, value, onChange }: ModelChoiceProps) {
  const { t } = useTranslation();
  const id = useId();
  const items = [...new Set([value, ...models])]
    .filter((name) => name !== "")
    .map((name) => ({ value: name, label: name }));
  return (
    <FieldFrame id={id} label={t("channels.testWith")}>
      <Picker
        id={id}
        label={t("channels.testWith")}
        placeholder={t("channels.pickSearch")}
        empty={t("states.noMatch")}
        items={items}
        value={value}
        onChange={onChange}
      />
    </FieldFrame>
  );
}

function Outcome({ result }: { result: TestResult }) {
  const { t } = useTranslation();
  return (
    <div role="status" className="flex items-start gap-2.5 rounded-lg border p-3">
      {result.success ? (
        <CircleCheck aria-hidden className="mt-0.5 size-4.5 shrink-0 text-good" />
      ) : (
        <CircleX aria-hidden className="mt-0.5 size-4.5 shrink-0 text-bad" />
      )}
      <div className="min-w-0 text-sm">
        <div className="font-medium text-ink">
          {result.success
            ? t("channels.testPassed", { time: formatDuration(result.time * 1000) })
            : t("channels.testFailed")}
        </div>
        {result.message ? <div className="break-words text-muted">{result.message}</div> : null}
      </div>
    </div>
  );
}
