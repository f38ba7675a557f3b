/* Adding and changing a channel: one drawer; what is seldom touched is folded away. */
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { errorText } from "@/api/errors";
import type { Channel } from "@/api/shapes";
import { Button } from "@/ui/button";
import { Drawer } from "@/ui/dialog";
import { TextField } from "@/ui/field";
import { Notice } from "@/ui/states";
import { toastDone } from "@/ui/toast";
import { useKept } from "@/ui/use-kept";
import {
  type ChannelDraft,
  type ChannelFaults,
  channelFaults,
  channelInput,
  draftOf,
  EMPTY_DRAFT,
} from "./draft";
import { ModelsField } from "./models-field";
import { useAddChannel, useUpdateChannel } from "./queries";
import { RoutingFields } from "./routing-fields";
import { UpstreamFields } from "./upstream-fields";

type ChannelDrawerProps = {
  open: boolean;
  /** The channel to change; undefined = a new one. */
  subject: Channel | undefined;
  onClose: () => void;
};

const FORM = "channel-form";

export function ChannelDrawer(props: ChannelDrawerProps) {
  const { open, onClose } = props;
  const subject = useKept(open, props.subject);
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  return (
    <Drawer
      wide
      open={open}
      onClose={onClose}
      title={subject ? t("channels.editTitle") : t("channels.newTitle")}
      description={subject ? `#${subject.id} · ${subject.name}` : t("channels.newLead")}
      footer={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button look="primary" type="submit" form={FORM} busy={busy}>
            {subject ? t("common.save") : t("channels.add")}
          </Button>
        </>
      }
    >
      <ChannelForm
        key={subject?.id ?? "new"}
        subject={subject}
        onClose={onClose}
        onBusy={setBusy}
      />
    </Drawer>
  );
}

type FormProps = Omit<ChannelDrawerProps, "open"> & { onBusy: (busy: boolean) => void };

function ChannelForm({ subject, onClose, onBusy }: FormProps) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState(() => (subject ? draftOf(subject) : EMPTY_DRAFT));
  const [faults, setFaults] = useState<ChannelFaults>({});
  const add = useAddChannel();
  const update = useUpdateChannel();
  const error = add.error ?? update.error;
  const change = (part: Partial<ChannelDraft>) => {
    setDraft((before) => ({ ...before, ...part }));
    setFaults({});
  };

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const found = channelFaults(draft, !subject);
    setFaults(found);
    if (Object.keys(found).length > 0) return;
    const channel = channelInput(draft);
    onBusy(true);
    try {
      if (subject) await update.mutateAsync({ ...channel, id: subject.id });
      else await add.mutateAsync({ mode: draft.mode, channel });
      toastDone(t("channels.saved", { name: channel.name }));
      onClose();
    } catch {
      // shown in the form through the mutation's error
    } finally {
      onBusy(false);
    }
  };

  const part = { draft, faults, onChange: change };
  return (
    <form id={FORM} noValidate onSubmit={submit} className="flex flex-col gap-5">
      <TextField
        label={t("channels.name")}
        name="name"
        autoFocus
        placeholder={t("channels.namePlaceholder")}
        value={draft.name}
        error={faults.name ? t(faults.name) : null}
        onChange={(event) => change({ name: event.target.value })}
      />
      <UpstreamFields {...part} subject={subject} />
      <ModelsField {...part} subject={subject} />
      <RoutingFields {...part} />
      {error ? <Notice tone="bad">{errorText(t, error)}</Notice> : null}
    </form>
  );
}
