/*
 * Where a mailed reset link leads: gives a new password, once. Only a click uses the link up, since
 * programs that look through mail open links, too.
 */
import { getRouteApi, Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { errorText } from "@/api/errors";
import { useSend } from "@/common/act";
import { Button } from "@/ui/button";
import { CodeBlock } from "@/ui/copy";
import { Gate } from "@/ui/gate";
import { Notice } from "@/ui/states";
import { GateLink } from "./gate-link";
import { resetPassword } from "./queries";

const route = getRouteApi("/user/reset");

export function ResetPage() {
  const { t } = useTranslation();
  const { email, token } = route.useSearch();
  return (
    <Gate title={t("reset.title")} lead={email ?? t("reset.noLinkLead")}>
      {email && token ? (
        <NewPassword link={{ email, token }} />
      ) : (
        <Notice tone="bad">{t("reset.noLink")}</Notice>
      )}
      <GateLink>
        <Link to="/login" search={{}}>
          {t("reset.toLogin")}
        </Link>
        {" · "}
        <Link to="/forgot">{t("reset.askAgain")}</Link>
      </GateLink>
    </Gate>
  );
}

export function NewPassword({ link }: { link: { email: string; token: string } }) {
  const { t } = useTranslation();
  const reset = useSend(resetPassword, []);
  if (reset.data) {
    return (
      <div className="flex flex-col gap-3">
        <Notice tone="good">{t("reset.done")}</Notice>
        <CodeBlock label={t("reset.password")} code={reset.data} />
      </div>
    );
  }
  return (
    <div className="flex flex-col gap-4">
      <p className="text-sm">{t("reset.body")}</p>
      {reset.error ? <Notice tone="bad">{errorText(t, reset.error)}</Notice> : null}
      <Button look="primary" busy={reset.isPending} onClick={() => reset.mutate(link)}>
        {t("reset.submit")}
      </Button>
    </div>
  );
}
