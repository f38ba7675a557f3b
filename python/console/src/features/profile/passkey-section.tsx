/* The passkey of the account: one, made by this device. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/client";
import { errorText } from "@/api/errors";
import { useAct, useSend } from "@/common/act";
import { ConfirmAct } from "@/common/confirm-act";
import { Section } from "@/common/section";
import { useSignIn } from "@/common/sign-in";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { ErrorState, Notice, Skeleton } from "@/ui/states";
import { toastDone } from "@/ui/toast";
import { addPasskey, PASSKEY, removePasskey, usePasskey } from "./queries";

export function PasskeySection() {
  const { t } = useTranslation();
  const passkey = usePasskey();
  const isOffered = useSignIn().data?.passkey_login;
  const isOn = passkey.data?.enabled;
  return (
    <Section
      title={t("profile.passkey")}
      lead={t("profile.passkeyLead")}
      badge={
        passkey.data ? (
          <Badge tone={isOn ? "good" : "plain"}>{t(isOn ? "profile.on" : "profile.off")}</Badge>
        ) : null
      }
    >
      {passkey.error ? (
        <ErrorState
          message={errorText(t, passkey.error)}
          onRetry={() => void passkey.refetch()}
          className="py-4"
        />
      ) : null}
      {passkey.isPending ? <Skeleton className="h-9 w-48" /> : null}
      {isOffered === false ? <Notice>{t("profile.passkeyOff")}</Notice> : null}
      {passkey.data ? isOn ? <Remove /> : <Add disabled={isOffered === false} /> : null}
    </Section>
  );
}

function Add({ disabled }: { disabled: boolean }) {
  const { t } = useTranslation();
  const add = useSend(addPasskey, [PASSKEY]);
  return (
    <>
      <Button
        className="self-start"
        disabled={disabled}
        busy={add.isPending}
        onClick={() =>
          add.mutate(undefined, { onSuccess: () => toastDone(t("profile.passkeyAdded")) })
        }
      >
        {t("profile.passkeyAdd")}
      </Button>
      {add.error ? (
        <Notice tone="bad">
          {add.error instanceof ApiError ? errorText(t, add.error) : t("profile.passkeyDeclined")}
        </Notice>
      ) : null}
    </>
  );
}

function Remove() {
  const { t } = useTranslation();
  const [asked, setAsked] = useState<true>();
  const act = useAct({
    run: (_: true) => removePasskey(),
    stale: [PASSKEY],
    done: () => t("profile.passkeyRemoved"),
    failed: t("profile.notChanged"),
  });
  return (
    <>
      <Button className="self-start" onClick={() => setAsked(true)}>
        {t("profile.passkeyRemove")}
      </Button>
      <ConfirmAct
        subject={asked}
        act={act}
        onClose={() => setAsked(undefined)}
        title={() => t("profile.passkeyRemoveTitle")}
        body={t("profile.passkeyRemoveBody")}
        confirm={t("common.remove")}
      />
    </>
  );
}
