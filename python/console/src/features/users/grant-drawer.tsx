/* Whose usage a user may read: nobody else's, some users', some groups', everybody's. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { errorText } from "@/api/errors";
import type { Grant, User } from "@/api/shapes";
import { useSend } from "@/common/act";
import { DrawerForm, FormDrawer } from "@/common/form-drawer";
import { SelectField } from "@/common/select-field";
import { ListField } from "@/ui/list-field";
import { ErrorState, Skeleton } from "@/ui/states";
import { toastDone } from "@/ui/toast";
import { useKept } from "@/ui/use-kept";
import { type GrantScope, setGrant, useGrants } from "./grants";
import { GRANTS, useGroupNames } from "./queries";

type GrantDrawerProps = { subject: User | undefined; onClose: () => void };

export function GrantDrawer({ onClose, ...props }: GrantDrawerProps) {
  const { t } = useTranslation();
  const open = props.subject !== undefined;
  const subject = useKept(open, props.subject);
  return (
    <FormDrawer
      open={open}
      onClose={onClose}
      title={t("users.grantTitle")}
      description={subject ? `#${subject.id} · ${subject.username}` : null}
      save={t("common.save")}
    >
      {subject ? <GrantLoader subject={subject} onClose={onClose} /> : null}
    </FormDrawer>
  );
}

function GrantLoader({ subject, onClose }: { subject: User; onClose: () => void }) {
  const { t } = useTranslation();
  const grants = useGrants(true);
  if (grants.error) {
    return (
      <ErrorState message={errorText(t, grants.error)} onRetry={() => void grants.refetch()} />
    );
  }
  if (!grants.data) return <Skeleton className="h-40 w-full" />;
  const grant = grants.data.find((one) => one.user_id === subject.id);
  return <GrantForm subject={subject} grant={grant} onClose={onClose} />;
}

const SCOPES = ["own", "users", "groups", "all"] as const;
type GrantFormProps = { subject: User; grant: Grant | undefined; onClose: () => void };

function GrantForm({ subject, grant, onClose }: GrantFormProps) {
  const { t } = useTranslation();
  const [scope, setScope] = useState<GrantScope>((grant?.scope as GrantScope | undefined) ?? "own");
  const [groups, setGroups] = useState(grant?.groups ?? []);
  const [users, setUsers] = useState((grant?.users ?? []).map(String));
  const [isFaulty, setFaulty] = useState(false);
  const names = useGroupNames().data ?? [];
  const save = useSend(
    () =>
      setGrant(
        subject.id,
        scope,
        scope === "groups" ? groups : [],
        scope === "users" ? users.map(Number) : [],
      ),
    [GRANTS],
  );
  const isWhole = isComplete(scope, groups, users);
  const submit = () => {
    setFaulty(!isWhole);
    if (!isWhole) return;
    return save.mutateAsync(undefined).then(() => {
      toastDone(t("users.granted", { name: subject.username }));
      onClose();
    });
  };
  return (
    <DrawerForm onSubmit={submit}>
      <SelectField
        label={t("users.grantScope")}
        hint={t("users.grantHint")}
        value={scope}
        options={SCOPES.map((value) => ({ value, label: t(`users.scopes.${value}`) }))}
        onChange={setScope}
      />
      {scope === "groups" ? (
        <ListField
          label={t("users.grantGroups")}
          placeholder="default"
          values={groups}
          suggestions={names}
          error={isFaulty ? t("users.faultGrantGroups") : null}
          onChange={setGroups}
        />
      ) : null}
      {scope === "users" ? (
        <ListField
          label={t("users.grantUsers")}
          placeholder="17"
          values={users}
          error={isFaulty ? t("users.faultGrantUsers") : null}
          onChange={setUsers}
        />
      ) : null}
    </DrawerForm>
  );
}

function isComplete(scope: GrantScope, groups: string[], users: string[]): boolean {
  if (scope === "groups") return groups.length > 0;
  return scope !== "users" || (users.length > 0 && users.every((id) => /^\d{1,9}$/.test(id)));
}
