/*
 * One drawer with one form: the button of its foot sends it, a refusal of the server stands under
 * the fields, and the drawer stays open until the change is made.
 */
import { createContext, type FormEvent, type ReactNode, useContext, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { errorText } from "@/api/errors";
import { Button } from "@/ui/button";
import { Drawer } from "@/ui/dialog";
import { Notice } from "@/ui/states";

type Frame = { form: string; setBusy: (busy: boolean) => void };

const FrameContext = createContext<Frame>({ form: "", setBusy: () => undefined });

type FormDrawerProps = {
  open: boolean;
  onClose: () => void;
  title: ReactNode;
  description?: ReactNode;
  save: string;
  wide?: boolean;
  children: ReactNode;
};

/** The drawer; its child renders the fields inside a DrawerForm. */
export function FormDrawer(props: FormDrawerProps) {
  const { open, onClose, title, description, save, wide, children } = props;
  const { t } = useTranslation();
  const form = useId();
  const [busy, setBusy] = useState(false);
  return (
    <Drawer
      open={open}
      onClose={onClose}
      title={title}
      description={description}
      wide={wide ?? false}
      footer={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button look="primary" type="submit" form={form} busy={busy}>
            {save}
          </Button>
        </>
      }
    >
      <FrameContext value={{ form, setBusy }}>{children}</FrameContext>
    </Drawer>
  );
}

type DrawerFormProps = {
  /** Sends the form; returns nothing at all when a field is wrong. Throws ApiError. */
  onSubmit: () => Promise<unknown> | undefined;
  children: ReactNode;
};

export function DrawerForm({ onSubmit, children }: DrawerFormProps) {
  const { t } = useTranslation();
  const { form, setBusy } = useContext(FrameContext);
  const [error, setError] = useState<unknown>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setError(null);
    const sending = onSubmit();
    if (!sending) return;
    setBusy(true);
    try {
      await sending;
    } catch (reason) {
      setError(reason);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form id={form} noValidate onSubmit={submit} className="flex flex-col gap-5">
      {children}
      {error ? <Notice tone="bad">{errorText(t, error)}</Notice> : null}
    </form>
  );
}
