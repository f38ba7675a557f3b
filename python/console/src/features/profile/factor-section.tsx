/* One-time codes: set up by QR, turned off by a code, backup codes shown once. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { errorText } from "@/api/errors";
import { useAct, useSend } from "@/common/act";
import { InlineForm, Section } from "@/common/section";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { TextField } from "@/ui/field";
import { ErrorState, Notice, Skeleton } from "@/ui/states";
import { toastDone } from "@/ui/toast";
import { BackupCodes } from "./backup-codes";
import { FactorSetup } from "./factor-setup";
import { disableFactor, FACTOR, newBackupCodes, setUpFactor, useFactor } from "./queries";

export function FactorSection() {
  const { t } = useTranslation();
  const factor = useFactor();
  const isOn = factor.data?.enabled ?? false;
  return (
    <Section
      title={t("profile.factor")}
      lead={t("profile.factorLead")}
      badge={
        factor.data ? (
          <Badge tone={isOn ? "good" : "plain"}>{t(isOn ? "profile.on" : "profile.off")}</Badge>
        ) : null
      }
    >
      {factor.error ? (
        <ErrorState
          message={errorText(t, factor.error)}
          onRetry={() => void factor.refetch()}
          className="py-4"
        />
      ) : null}
      {factor.data?.locked ? <Notice tone="warn">{t("profile.factorLocked")}</Notice> : null}
      {factor.isPending ? <Skeleton className="h-9 w-48" /> : null}
      {factor.data ? isOn ? <Enabled left={factor.data.backup_codes_remaining} /> : <Off /> : null}
    </Section>
  );
}

function Off() {
  const { t } = useTranslation();
  const begin = useAct({ run: setUpFactor, stale: [], failed: t("profile.factorFailed") });
  if (begin.data) return <FactorSetup offer={begin.data} />;
  return (
    <Button className="self-start" busy={begin.isPending} onClick={() => begin.mutate(undefined)}>
      {t("profile.factorSetUp")}
    </Button>
  );
}

function Enabled({ left }: { left: number | undefined }) {
  const { t } = useTranslation();
  const [code, setCode] = useState("");
  const renew = useSend(newBackupCodes, [FACTOR]);
  const disable = useSend(disableFactor, [FACTOR]);
  const end = () =>
    disable.mutateAsync(code.trim()).then(() => toastDone(t("profile.factorDisabled")));
  if (renew.data) return <BackupCodes codes={renew.data} />;
  return (
    <>
      <p className="text-sm">{t("profile.codesLeft", { count: left ?? 0 })}</p>
      <TextField
        label={t("login.code")}
        hint={t("profile.codeHint")}
        name="code"
        inputMode="numeric"
        autoComplete="one-time-code"
        value={code}
        onChange={(event) => setCode(event.target.value)}
      />
      <div className="flex flex-wrap gap-2">
        <InlineForm save={t("profile.codesNew")} onSubmit={() => renew.mutateAsync(code.trim())}>
          {null}
        </InlineForm>
        <InlineForm look="danger" save={t("profile.factorDisable")} onSubmit={end}>
          {null}
        </InlineForm>
      </div>
    </>
  );
}
