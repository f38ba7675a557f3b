/* Making a batch of codes, or changing one. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMoney } from "@/api/queries";
import type { Redemption } from "@/api/shapes";
import { useSend } from "@/common/act";
import { DrawerForm, FormDrawer } from "@/common/form-drawer";
import { TextField } from "@/ui/field";
import { toastDone } from "@/ui/toast";
import { useKept } from "@/ui/use-kept";
import {
  type CodeDraft,
  type CodeFaults,
  codeDraft,
  codeFaults,
  codeInput,
  EMPTY_CODE,
} from "./draft";
import { CODES, changeCode, makeCodes } from "./queries";

type CodeDrawerProps = {
  open: boolean;
  subject: Redemption | undefined;
  onClose: () => void;
  onMade: (name: string, codes: string[]) => void;
};

export function CodeDrawer({ open, onClose, onMade, ...props }: CodeDrawerProps) {
  const { t } = useTranslation();
  const subject = useKept(open, props.subject);
  return (
    <FormDrawer
      open={open}
      onClose={onClose}
      title={subject ? t("redemptions.editTitle") : t("redemptions.newTitle")}
      description={subject ? `#${subject.id}` : t("redemptions.newLead")}
      save={subject ? t("common.save") : t("redemptions.add")}
    >
      <CodeForm key={subject?.id ?? "new"} subject={subject} onClose={onClose} onMade={onMade} />
    </FormDrawer>
  );
}

function CodeForm({ subject, onClose, onMade }: Omit<CodeDrawerProps, "open">) {
  const { t } = useTranslation();
  const { unit } = useMoney();
  const [draft, setDraft] = useState(() => (subject ? codeDraft(subject, unit) : EMPTY_CODE));
  const [faults, setFaults] = useState<CodeFaults>({});
  const make = useSend(makeCodes, [CODES]);
  const change = useSend(changeCode, [CODES]);
  const type = (part: Partial<CodeDraft>) => {
    setDraft({ ...draft, ...part });
    setFaults({});
  };
  const submit = () => {
    const found = codeFaults(draft, unit, new Date());
    setFaults(found);
    if (Object.keys(found).length > 0) return;
    const input = codeInput(draft, unit);
    if (!subject) {
      const body = { ...input, count: Number(draft.count) };
      return make.mutateAsync(body).then((codes) => onMade(input.name, codes));
    }
    return change.mutateAsync({ ...input, id: subject.id }).then(() => {
      toastDone(t("redemptions.saved", { name: input.name }));
      onClose();
    });
  };
  return (
    <DrawerForm onSubmit={submit}>
      <TextField
        label={t("redemptions.name")}
        hint={t("redemptions.nameHint")}
        name="name"
        autoFocus
        value={draft.name}
        error={faults.name ? t(faults.name) : null}
        onChange={(event) => type({ name: event.target.value })}
      />
      <TextField
        label={t("redemptions.worthDollars")}
        name="worth"
        inputMode="decimal"
        value={draft.worth}
        error={faults.worth ? t(faults.worth) : null}
        onChange={(event) => type({ worth: event.target.value })}
      />
      {subject ? null : (
        <TextField
          label={t("redemptions.count")}
          hint={t("redemptions.countHint")}
          name="count"
          inputMode="numeric"
          value={draft.count}
          error={faults.count ? t(faults.count) : null}
          onChange={(event) => type({ count: event.target.value })}
        />
      )}
      <TextField
        label={t("redemptions.expires")}
        optional={t("common.optional")}
        hint={t("redemptions.expiresHint")}
        name="expires"
        type="datetime-local"
        value={draft.expires}
        error={faults.expires ? t(faults.expires) : null}
        onChange={(event) => type({ expires: event.target.value })}
      />
    </DrawerForm>
  );
}
