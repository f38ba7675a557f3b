/* The ways to log in without a password: accounts elsewhere and the passkey of this device. */
import { KeyRound } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/client";
import { errorText } from "@/api/errors";
import { useSend } from "@/common/act";
import { allOffered, consentUrl, type SignIn } from "@/common/sign-in";
import { Button } from "@/ui/button";
import { Notice } from "@/ui/states";
import { loginWithPasskey } from "./queries";

type WaysProps = {
  signIn: SignIn;
  /** The invitation that an account made on the way keeps. */
  aff?: string | undefined;
  /** Given where a passkey may be used, too: what follows a login. */
  onPasskey?: () => void;
};

export function Ways({ signIn, aff, onPasskey }: WaysProps) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState("");
  const providers = allOffered(signIn);
  const hasPasskey = signIn.passkey_login === true && onPasskey !== undefined;
  const leave = useSend(
    async (id: string) => window.location.assign(await consentUrl(id, aff)),
    [],
  );
  if (providers.length === 0 && !hasPasskey) return null;
  return (
    <div className="mt-5 flex flex-col gap-2 border-t pt-5">
      {hasPasskey ? <PasskeyButton onDone={onPasskey} /> : null}
      {providers.map(({ id, name }) => (
        <Button
          key={id}
          className="w-full"
          busy={leave.isPending && chosen === id}
          onClick={() => {
            setChosen(id);
            leave.mutate(id);
          }}
        >
          {t("login.with", { name })}
        </Button>
      ))}
      {leave.error ? (
        <Notice tone="bad">
          {leave.error instanceof ApiError && !leave.error.message
            ? t("login.noConsent")
            : errorText(t, leave.error)}
        </Notice>
      ) : null}
    </div>
  );
}

function PasskeyButton({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const login = useSend(loginWithPasskey, []);
  return (
    <>
      <Button
        className="w-full"
        icon={<KeyRound aria-hidden className="size-4" />}
        busy={login.isPending}
        onClick={() => login.mutate(undefined, { onSuccess: onDone })}
      >
        {t("login.passkey")}
      </Button>
      {login.error ? (
        <Notice tone="bad">
          {login.error instanceof ApiError ? errorText(t, login.error) : t("login.passkeyDeclined")}
        </Notice>
      ) : null}
    </>
  );
}
