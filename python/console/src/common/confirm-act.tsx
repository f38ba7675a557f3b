/* The question before a change that cannot be undone; it closes when the server has answered. */
import type { UseMutationResult } from "@tanstack/react-query";
import { Confirm } from "@/ui/dialog";
import { useKept } from "@/ui/use-kept";

type ConfirmActProps<T> = {
  /** What the change is about; undefined = the question is closed. */
  subject: T | undefined;
  act: UseMutationResult<unknown, Error, T>;
  onClose: () => void;
  title: (subject: T) => string;
  body: string;
  confirm: string;
};

export function ConfirmAct<T>(props: ConfirmActProps<T>) {
  const { subject, act, onClose, title, body, confirm } = props;
  const kept = useKept(subject !== undefined, subject);
  return (
    <Confirm
      open={subject !== undefined}
      onClose={onClose}
      onConfirm={() => {
        if (subject !== undefined) act.mutate(subject, { onSettled: onClose });
      }}
      busy={act.isPending}
      title={kept === undefined ? "" : title(kept)}
      body={body}
      confirm={confirm}
    />
  );
}
