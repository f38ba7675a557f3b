/* The codes of a new batch, to copy or to keep as a file. */
import { Download } from "lucide-react";
import { useTranslation } from "react-i18next";
import { saveText } from "@/lib/save";
import { Button } from "@/ui/button";
import { CodeBlock } from "@/ui/copy";
import { Dialog } from "@/ui/dialog";
import { useKept } from "@/ui/use-kept";

export type Made = { name: string; codes: string[] };

export function MadeDialog(props: { made: Made | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const open = props.made !== undefined;
  const made = useKept(open, props.made);
  const text = (made?.codes ?? []).join("\n");
  return (
    <Dialog
      open={open}
      onClose={props.onClose}
      title={t("redemptions.made", { count: made?.codes.length ?? 0 })}
      footer={
        <>
          <Button
            icon={<Download aria-hidden className="size-4" />}
            onClick={() => saveText(`${made?.name ?? "codes"}.txt`, text)}
          >
            {t("common.download")}
          </Button>
          <Button look="primary" onClick={props.onClose}>
            {t("common.done")}
          </Button>
        </>
      }
    >
      <p className="mb-3 text-sm">{t("redemptions.madeLead")}</p>
      <CodeBlock code={text} label={t("redemptions.codes")} />
    </Dialog>
  );
}
