/* Modal surfaces: a drawer from the right for forms and details, a small dialog for questions. */
import { Dialog as Base } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { cn } from "@/lib/cn";
import { Button, IconButton } from "./button";

const BACKDROP = cn(
  "fixed inset-0 z-30 bg-overlay transition-opacity duration-150",
  "data-ending-style:opacity-0 data-starting-style:opacity-0",
);

type DrawerProps = {
  open: boolean;
  onClose: () => void;
  title: ReactNode;
  description?: ReactNode;
  children: ReactNode;
  footer?: ReactNode;
  wide?: boolean;
};

export function Drawer(props: DrawerProps) {
  const { open, onClose, title, description, children, footer, wide } = props;
  const { t } = useTranslation();
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Base.Portal>
        <Base.Backdrop className={BACKDROP} />
        <Base.Popup
          className={cn(
            "fixed inset-y-0 right-0 z-40 flex w-full flex-col bg-surface shadow-float outline-none",
            "transition-transform duration-200 ease-out sm:border-l",
            "data-ending-style:translate-x-full data-starting-style:translate-x-full",
            wide ? "sm:max-w-2xl" : "sm:max-w-lg",
          )}
        >
          <header className="flex items-start justify-between gap-4 border-b px-5 py-4">
            <div className="min-w-0">
              <Base.Title className="truncate font-semibold text-[1.0625rem]">{title}</Base.Title>
              {description ? (
                <Base.Description className="mt-0.5 text-muted text-sm">
                  {description}
                </Base.Description>
              ) : null}
            </div>
            <Base.Close render={<IconButton label={t("common.close")} />}>
              <X aria-hidden className="size-4.5" />
            </Base.Close>
          </header>
          <div className="scroll-thin min-h-0 flex-1 overflow-y-auto px-5 py-5">{children}</div>
          {footer ? (
            <footer className="flex justify-end gap-2 border-t bg-sunken px-5 py-3">
              {footer}
            </footer>
          ) : null}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

type DialogProps = {
  open: boolean;
  onClose: () => void;
  title: string;
  children: ReactNode;
  footer: ReactNode;
  wide?: boolean;
};

export function Dialog({ open, onClose, title, children, footer, wide }: DialogProps) {
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Base.Portal>
        <Base.Backdrop className={cn(BACKDROP, "z-50")} />
        <Base.Popup
          className={cn(
            "fixed top-1/2 left-1/2 z-50 flex max-h-[88dvh] w-[calc(100vw-2rem)] -translate-x-1/2 -translate-y-1/2",
            "flex-col rounded-xl border bg-surface shadow-float outline-none transition duration-150",
            "data-ending-style:scale-95 data-starting-style:scale-95",
            "data-ending-style:opacity-0 data-starting-style:opacity-0",
            wide ? "max-w-xl" : "max-w-md",
          )}
        >
          <Base.Title className="px-5 pt-5 font-semibold text-[1.0625rem]">{title}</Base.Title>
          <div className="scroll-thin min-h-0 flex-1 overflow-y-auto px-5 py-3 text-ink-2">
            {children}
          </div>
          <footer className="flex justify-end gap-2 px-5 pb-5">{footer}</footer>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

type ConfirmProps = {
  open: boolean;
  onClose: () => void;
  onConfirm: () => void;
  title: string;
  body: string;
  confirm: string;
  busy: boolean;
};

/** A question before something that cannot be undone. */
export function Confirm({ open, onClose, onConfirm, title, body, confirm, busy }: ConfirmProps) {
  const { t } = useTranslation();
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={title}
      footer={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button look="danger" busy={busy} onClick={onConfirm}>
            {confirm}
          </Button>
        </>
      }
    >
      <p>{body}</p>
    </Dialog>
  );
}
