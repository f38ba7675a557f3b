/* The access token for programs that manage, and the end of the account. */
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { clearSession } from "@/api/session";
import type { Self } from "@/api/shapes";
import { useAct } from "@/common/act";
import { ConfirmAct } from "@/common/confirm-act";
import { Section } from "@/common/section";
import { Button } from "@/ui/button";
import { CodeBlock } from "@/ui/copy";
import { deleteSelf, newAccessToken, SELF } from "./queries";

export function TokenSection({ self }: { self: Self }) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState<true>();
  const act = useAct({
    run: (_: true) => newAccessToken(),
    stale: [],
    failed: t("profile.notChanged"),
  });
  return (
    <Section title={t("profile.token")} lead={t("profile.tokenLead", { id: self.id })}>
      {act.data ? (
        <>
          <p className="text-sm">{t("profile.tokenOnce")}</p>
          <CodeBlock code={act.data} label={t("profile.token")} />
        </>
      ) : null}
      <Button className="self-start" onClick={() => setAsked(true)}>
        {t("profile.tokenNew")}
      </Button>
      <ConfirmAct
        subject={asked}
        act={act}
        onClose={() => setAsked(undefined)}
        title={() => t("profile.tokenTitle")}
        body={t("profile.tokenBody")}
        confirm={t("profile.tokenNew")}
      />
    </Section>
  );
}

export function EndSection({ self }: { self: Self }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [asked, setAsked] = useState<true>();
  const act = useAct({
    run: (_: true) =>
      deleteSelf().then(() => {
        clearSession();
        return navigate({ to: "/login", search: {} });
      }),
    stale: [SELF],
    done: () => t("profile.ended"),
    failed: t("profile.notEnded"),
  });
  return (
    <Section title={t("profile.end")} lead={t("profile.endLead")}>
      <Button className="self-start" look="danger" onClick={() => setAsked(true)}>
        {t("profile.endAct")}
      </Button>
      <ConfirmAct
        subject={asked}
        act={act}
        onClose={() => setAsked(undefined)}
        title={() => t("profile.endTitle", { name: self.username })}
        body={t("profile.endBody")}
        confirm={t("profile.endAct")}
      />
    </Section>
  );
}
