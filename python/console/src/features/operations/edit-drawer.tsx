/* One edit: what it changed, what going back would change now, and going back (root alone). */
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { errorText } from "@/api/errors";
import { isRoot } from "@/api/session";
import type { Edit, EditChange } from "@/api/shapes";
import { useSend } from "@/common/act";
import { formatDateTime } from "@/lib/time";
import { Button } from "@/ui/button";
import { Drawer } from "@/ui/dialog";
import { ErrorState, Notice, Skeleton } from "@/ui/states";
import { SwitchField } from "@/ui/switch";
import { toastDone } from "@/ui/toast";
import { useKept } from "@/ui/use-kept";
import { HISTORY, revertEdit, useEdit } from "./queries";

export function EditDrawer(props: { subject: Edit | undefined; onClose: () => void }) {
  const { t, i18n } = useTranslation();
  const open = props.subject !== undefined;
  const subject = useKept(open, props.subject);
  const [force, setForce] = useState(false);
  const detail = useEdit(open ? subject?.id : undefined);
  const revert = useSend(revertEdit, [HISTORY, "channels", "options"]);
  const close = () => {
    setForce(false);
    revert.reset();
    props.onClose();
  };
  const goBack = () => {
    if (!subject) return;
    revert.mutate(
      { id: subject.id, force },
      {
        onSuccess: () => {
          toastDone(t("operations.reverted"));
          close();
        },
      },
    );
  };
  const canRevert = isRoot() && (detail.data?.revert.length ?? 0) > 0;
  return (
    <Drawer
      wide
      open={open}
      onClose={close}
      title={subject?.target ?? ""}
      description={
        subject ? `${subject.username} · ${formatDateTime(subject.at, i18n.language)}` : null
      }
      footer={
        <>
          <Button onClick={close}>{t("common.close")}</Button>
          {canRevert ? (
            <Button look="danger" busy={revert.isPending} onClick={goBack}>
              {t("operations.revert")}
            </Button>
          ) : null}
        </>
      }
    >
      <Loaded detail={detail}>
        {canRevert ? (
          <SwitchField
            label={t("operations.force")}
            hint={t("operations.forceHint")}
            checked={force}
            onChange={setForce}
          />
        ) : null}
        {revert.error ? <Notice tone="bad">{errorText(t, revert.error)}</Notice> : null}
      </Loaded>
    </Drawer>
  );
}

type LoadedProps = { detail: ReturnType<typeof useEdit>; children: ReactNode };

function Loaded({ detail, children }: LoadedProps) {
  const { t } = useTranslation();
  if (detail.error) {
    return (
      <ErrorState message={errorText(t, detail.error)} onRetry={() => void detail.refetch()} />
    );
  }
  if (!detail.data) return <Skeleton className="h-40 w-full" />;
  return (
    <div className="flex flex-col gap-5">
      <Changes title={t("operations.changed")} changes={detail.data.changes} />
      <Changes title={t("operations.wouldChange")} changes={detail.data.revert} />
      {children}
    </div>
  );
}

function Changes({ title, changes }: { title: string; changes: EditChange[] }) {
  const { t } = useTranslation();
  return (
    <section>
      <h3 className="mb-2 font-semibold text-sm">{title}</h3>
      {changes.length === 0 ? (
        <p className="text-muted text-sm">{t("operations.nothing")}</p>
      ) : (
        <dl className="flex flex-col divide-y rounded-lg border text-sm">
          {changes.map((change) => (
            <div key={change.field} className="flex flex-col gap-1 px-3 py-2">
              <dt className="font-mono text-muted text-xs">{change.field}</dt>
              <dd className="break-all">
                <del className="mr-2 text-bad">{shown(change.before)}</del>
                <ins className="text-good no-underline">{shown(change.after)}</ins>
              </dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}

function shown(value: unknown): string {
  if (value === null || value === undefined || value === "") return "∅";
  return typeof value === "string" ? value : JSON.stringify(value);
}
