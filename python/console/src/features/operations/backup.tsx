/* How to copy everything while the server runs, and how to put it back. */
import { useTranslation } from "react-i18next";
import { Section } from "@/common/section";
import { CodeBlock } from "@/ui/copy";

const STEPS = ["take", "restore", "update"] as const;
const COMMANDS: Record<(typeof STEPS)[number], string> = {
  take: "weirgate backup /backups/today.tar.gz --data ./data",
  restore: "weirgate restore /backups/today.tar.gz --data ./fresh",
  update: "pip install --upgrade weirgate\nweirgate serve --data ./data",
};

export function Backup() {
  const { t } = useTranslation();
  return (
    <div className="flex flex-col gap-4">
      {STEPS.map((step) => (
        <Section
          key={step}
          title={t(`operations.backups.${step}.title`)}
          lead={t(`operations.backups.${step}.lead`)}
        >
          <CodeBlock code={COMMANDS[step]} label={t(`operations.backups.${step}.title`)} />
        </Section>
      ))}
    </div>
  );
}
