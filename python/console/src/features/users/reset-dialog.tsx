/* Taking a lost second factor or passkey away from a user, so that the password is enough again. */
import { useTranslation } from "react-i18next";
import type { User } from "@/api/shapes";
import { useAct } from "@/common/act";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { useKept } from "@/ui/use-kept";
import { resetFactor } from "./queries";

const KINDS = ["2fa", "reset_passkey"] as const;

export function ResetDialog(props: { subject: User | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const { onClose } = props;
  const open = props.subject !== undefined;
  const subject = useKept(open, props.subject);
  const act = useAct({
    run: ({ user, kind }: { user: User; kind: (typeof KINDS)[number] }) => resetFactor(user, kind),
    stale: [],
    done: ({ user, kind }) => t(`users.resets.${kind}.done`, { name: user.username }),
    failed: t("users.notReset"),
  });
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={t("users.resetTitle", { name: subject?.username ?? "" })}
      footer={<Button onClick={onClose}>{t("common.close")}</Button>}
    >
      <p className="mb-4">{t("users.resetBody")}</p>
      <div className="flex flex-col gap-2">
        {KINDS.map((kind) => (
          <Button
            key={kind}
            look="danger"
            disabled={act.isPending}
            onClick={() => subject && act.mutate({ user: subject, kind }, { onSettled: onClose })}
          >
            {t(`users.resets.${kind}.label`)}
          </Button>
        ))}
      </div>
    </Dialog>
  );
}
