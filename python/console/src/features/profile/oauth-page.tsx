/* Where a sign-in provider sends people back: ends the login, or links the account logged in. */
import { useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { errorText } from "@/api/errors";
import { readSession } from "@/api/session";
import { Gate } from "@/ui/gate";
import { ErrorState, Skeleton } from "@/ui/states";
import { toastDone } from "@/ui/toast";
import { comeBack, readReturned } from "./come-back";

const route = getRouteApi("/oauth/$provider");

export function OauthPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const { provider } = route.useParams();
  const [error, setError] = useState<unknown>(null);
  const isSent = useRef(false); // a code is good for one call; the effect may run twice
  useEffect(() => {
    if (isSent.current) return;
    isSent.current = true;
    const isLinking = readSession() !== null;
    comeBack(provider, readReturned(window.location.search))
      .then(() => {
        queryClient.removeQueries({ queryKey: ["self"] });
        if (isLinking) toastDone(t("profile.linkDone"));
        return navigate({ to: isLinking ? "/profile" : "/", replace: true });
      })
      .catch(setError);
  }, [provider, navigate, queryClient, t]);
  return (
    <Gate title={t("profile.comingBack")} lead={provider}>
      {error ? (
        <ErrorState
          className="py-4"
          message={errorText(t, error)}
          onRetry={() => void navigate({ to: readSession() ? "/profile" : "/login", search: {} })}
        />
      ) : (
        <Skeleton className="h-9 w-full" />
      )}
    </Gate>
  );
}
