/* The steps of setting one-time codes up: scan, keep the backup codes, prove it by a code. */
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { encode } from "uqr";
import type { FactorOffer } from "@/api/shapes";
import { useSend } from "@/common/act";
import { InlineForm } from "@/common/section";
import { CopyButton } from "@/ui/copy";
import { TextField } from "@/ui/field";
import { toastDone } from "@/ui/toast";
import { BackupCodes } from "./backup-codes";
import { enableFactor, FACTOR } from "./queries";

export function FactorSetup({ offer }: { offer: FactorOffer }) {
  const { t } = useTranslation();
  const [code, setCode] = useState("");
  const enable = useSend(enableFactor, [FACTOR]);
  const submit = () =>
    enable.mutateAsync(code.trim()).then(() => toastDone(t("profile.factorEnabled")));
  return (
    <>
      <p className="text-sm">{t("profile.factorScan")}</p>
      <Qr text={offer.qr_code_data} label={t("profile.factorQr")} />
      <p className="flex flex-wrap items-center gap-1 text-muted text-sm">
        {t("profile.factorSecret")}
        <code data-testid="factor-secret" className="break-all font-mono text-ink">
          {offer.secret}
        </code>
        <CopyButton text={offer.secret} />
      </p>
      <BackupCodes codes={offer.backup_codes} />
      <InlineForm look="primary" save={t("profile.factorEnable")} onSubmit={submit}>
        <TextField
          label={t("profile.factorCode")}
          name="code"
          inputMode="numeric"
          autoComplete="one-time-code"
          value={code}
          onChange={(event) => setCode(event.target.value)}
        />
      </InlineForm>
    </>
  );
}

/** Always dark on white, whatever the theme: scanners want it so. */
function Qr({ text, label }: { text: string; label: string }) {
  const { size, path } = useMemo(() => drawn(text), [text]);
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
      className="size-44 rounded-lg border bg-white"
    >
      <path d={path} fill="#000" />
    </svg>
  );
}

function drawn(text: string): { size: number; path: string } {
  const { size, data } = encode(text, { border: 2 });
  const cells = data.flatMap((line, y) =>
    line.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : "")),
  );
  return { size, path: cells.join("") };
}
