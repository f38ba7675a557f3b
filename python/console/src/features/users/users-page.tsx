/* The users, for administrators: who they are, what they have, what they may do. */
import { getRouteApi } from "@tanstack/react-router";
import { Plus, Users } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { User } from "@/api/shapes";
import { useAct } from "@/common/act";
import { ConfirmAct } from "@/common/confirm-act";
import { ListCard } from "@/common/list-page";
import { Button } from "@/ui/button";
import { PageHeader } from "@/ui/card";
import { useUserColumns } from "./columns";
import { Filters } from "./filters";
import { GrantDrawer } from "./grant-drawer";
import { manageUser, type Standing, USERS, useUsers } from "./queries";
import { QuotaDrawer } from "./quota-drawer";
import { ResetDialog } from "./reset-dialog";
import { isFiltered, type UserSearch } from "./search";
import { UserDrawer } from "./user-drawer";

const route = getRouteApi("/shell/users");

type Opened = { kind: "edit" | "quota" | "grant" | "reset" | "remove"; user: User };

export function UsersPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [opened, setOpened] = useState<Opened>();
  const manage = useManage();
  const users = useUsers(search);
  const go = (part: UserSearch) =>
    navigate({ search: (previous) => ({ ...previous, ...part }), replace: true });
  const open = (kind: Opened["kind"]) => (user: User) => setOpened({ kind, user });
  const about = (kind: Opened["kind"]) => (opened?.kind === kind ? opened.user : undefined);
  const close = () => setOpened(undefined);
  const columns = useUserColumns({
    edit: open("edit"),
    quota: open("quota"),
    grant: open("grant"),
    reset: open("reset"),
    remove: open("remove"),
    manage: (user, action) => manage.mutate({ user, action }),
  });
  const add = (
    <Button
      look="primary"
      icon={<Plus aria-hidden className="size-4" />}
      onClick={() => go({ new: true })}
    >
      {t("users.add")}
    </Button>
  );
  return (
    <>
      <PageHeader title={t("users.title")} description={t("users.lead")} actions={add} />
      <ListCard
        label={t("users.title")}
        list={users}
        columns={columns}
        rowId={(user) => String(user.id)}
        filters={<Filters search={search} onChange={go} />}
        onClear={isFiltered(search) ? () => void navigate({ search: {} }) : undefined}
        empty={{
          icon: <Users aria-hidden className="size-5" />,
          title: t("users.emptyTitle"),
          body: t("users.emptyBody"),
          action: add,
        }}
        onOpen={open("edit")}
        paging={search}
        onPage={go}
      />
      <UserDrawer
        open={search.new === true || about("edit") !== undefined}
        subject={about("edit")}
        onClose={() => {
          close();
          void navigate({ search: ({ new: _, ...rest }) => rest, replace: true });
        }}
      />
      <QuotaDrawer subject={about("quota")} onClose={close} />
      <GrantDrawer subject={about("grant")} onClose={close} />
      <ResetDialog subject={about("reset")} onClose={close} />
      <RemoveUser subject={about("remove")} onClose={close} />
    </>
  );
}

function useManage() {
  const { t } = useTranslation();
  return useAct({
    run: ({ user, action }: { user: User; action: Standing }) => manageUser(user.id, action),
    stale: [USERS],
    done: ({ user }) => t("users.saved", { name: user.username }),
    failed: t("users.notChanged"),
  });
}

function RemoveUser({ subject, onClose }: { subject: User | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const act = useAct({
    run: (user: User) => manageUser(user.id, "delete"),
    stale: [USERS],
    done: (user) => t("users.removed", { name: user.username }),
    failed: t("users.notRemoved"),
  });
  return (
    <ConfirmAct
      subject={subject}
      act={act}
      onClose={onClose}
      title={(user) => t("users.removeTitle", { name: user.username })}
      body={t("users.removeBody")}
      confirm={t("common.delete")}
    />
  );
}
