/* Adding and changing a user: names, password, role at birth, group, remark. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { isRoot } from "@/api/session";
import type { User } from "@/api/shapes";
import { useSend } from "@/common/act";
import { DrawerForm, FormDrawer } from "@/common/form-drawer";
import { SelectField } from "@/common/select-field";
import { TextField } from "@/ui/field";
import { toastDone } from "@/ui/toast";
import { useKept } from "@/ui/use-kept";
import { EMPTY_USER, type UserDraft, type UserFaults, userDraft, userFaults } from "./draft";
import { addUser, changeUser, USERS, useGroupNames } from "./queries";

type UserDrawerProps = { open: boolean; subject: User | undefined; onClose: () => void };

export function UserDrawer({ open, onClose, ...props }: UserDrawerProps) {
  const { t } = useTranslation();
  const subject = useKept(open, props.subject);
  return (
    <FormDrawer
      open={open}
      onClose={onClose}
      title={subject ? t("users.editTitle") : t("users.newTitle")}
      description={subject ? `#${subject.id} · ${subject.username}` : t("users.newLead")}
      save={subject ? t("common.save") : t("users.add")}
    >
      <UserForm key={subject?.id ?? "new"} subject={subject} onClose={onClose} />
    </FormDrawer>
  );
}

function UserForm({ subject, onClose }: { subject: User | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState(() => (subject ? userDraft(subject) : EMPTY_USER));
  const [faults, setFaults] = useState<UserFaults>({});
  const add = useSend(addUser, [USERS]);
  const change = useSend(changeUser, [USERS]);
  const type = (part: Partial<UserDraft>) => {
    setDraft({ ...draft, ...part });
    setFaults({});
  };
  const submit = () => {
    const found = userFaults(draft, !subject);
    setFaults(found);
    if (Object.keys(found).length > 0) return;
    const { role, ...fields } = draft;
    const sent = subject
      ? change.mutateAsync({ ...fields, id: subject.id })
      : add.mutateAsync({ ...fields, role: Number(role) });
    return sent.then(() => {
      toastDone(t("users.saved", { name: draft.username }));
      onClose();
    });
  };
  return (
    <DrawerForm onSubmit={submit}>
      <TextField
        label={t("users.username")}
        name="username"
        autoComplete="off"
        autoFocus
        value={draft.username}
        error={faults.username ? t(faults.username) : null}
        onChange={(event) => type({ username: event.target.value })}
      />
      <TextField
        label={t("users.displayName")}
        optional={t("common.optional")}
        name="display-name"
        autoComplete="off"
        value={draft.display_name}
        error={faults.display_name ? t(faults.display_name) : null}
        onChange={(event) => type({ display_name: event.target.value })}
      />
      <TextField
        label={t("users.password")}
        hint={subject ? t("users.passwordKeep") : t("users.passwordHint")}
        name="new-password"
        type="password"
        autoComplete="new-password"
        value={draft.password}
        error={faults.password ? t(faults.password) : null}
        onChange={(event) => type({ password: event.target.value })}
      />
      {subject ? null : <RoleField draft={draft} onChange={type} />}
      <GroupField draft={draft} onChange={type} />
      <TextField
        label={t("users.remark")}
        optional={t("common.optional")}
        hint={t("users.remarkHint")}
        name="remark"
        autoComplete="off"
        value={draft.remark}
        onChange={(event) => type({ remark: event.target.value })}
      />
    </DrawerForm>
  );
}

type PartProps = { draft: UserDraft; onChange: (part: Partial<UserDraft>) => void };

function RoleField({ draft, onChange }: PartProps) {
  const { t } = useTranslation();
  const roles = [
    { value: "1", label: t("roles.user") },
    ...(isRoot() ? [{ value: "10", label: t("roles.admin") }] : []),
  ];
  return (
    <SelectField
      label={t("users.role")}
      value={draft.role}
      options={roles}
      onChange={(role) => onChange({ role })}
    />
  );
}

function GroupField({ draft, onChange }: PartProps) {
  const { t } = useTranslation();
  const names = new Set([draft.group, ...(useGroupNames().data ?? [])]);
  return (
    <SelectField
      label={t("users.group")}
      hint={t("users.groupHint")}
      value={draft.group}
      options={[...names].map((value) => ({ value, label: value }))}
      onChange={(group) => onChange({ group })}
    />
  );
}
