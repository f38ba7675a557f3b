/* Backup codes: shown once, to copy or to keep as a file. */
import { Download } from "lucide-react";
import { useTranslation } from "react-i18next";
import { saveText } from "@/lib/save";
import { Button } from "@/ui/button";
import { CodeBlock } from "@/ui/copy";

export function BackupCodes({ codes }: { codes: string[] }) {
  const { t } = useTranslation();
  const text = codes.join("\n");
  return (
    <div className="flex flex-col gap-2">
      <p className="text-sm">{t("profile.codesLead")}</p>
      <CodeBlock code={text} label={t("profile.codes")} />
      <Button
        small
        className="self-start"
        icon={<Download aria-hidden className="size-3.5" />}
        onClick={() => saveText("weirgate-backup-codes.txt", text)}
      >
        {t("common.download")}
      </Button>
    </div>
  );
}
