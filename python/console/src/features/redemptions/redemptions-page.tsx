/* Redemption codes, for administrators. */
import { getRouteApi } from "@tanstack/react-router";
import { Gift, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Redemption } from "@/api/shapes";
import { useAct } from "@/common/act";
import { ConfirmAct } from "@/common/confirm-act";
import { ListCard } from "@/common/list-page";
import { Button } from "@/ui/button";
import { PageHeader } from "@/ui/card";
import { SearchBox } from "@/ui/search-box";
import { CodeDrawer } from "./code-drawer";
import { useCodeColumns } from "./columns";
import { type Made, MadeDialog } from "./made-dialog";
import { CODES, deleteCode, deleteInvalid, setCodeStatus, useRedemptions } from "./queries";
import type { RedemptionSearch } from "./search";
import { codeState } from "./status";

const route = getRouteApi("/shell/redemptions");

export function RedemptionsPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [edited, setEdited] = useState<Redemption>();
  const [removed, setRemoved] = useState<Redemption>();
  const [made, setMade] = useState<Made>();
  const codes = useRedemptions(search);
  const go = (part: RedemptionSearch) =>
    navigate({ search: (previous) => ({ ...previous, ...part }), replace: true });
  const setStatus = useAct({
    run: setCodeStatus,
    stale: [CODES],
    failed: t("redemptions.notChanged"),
  });
  const columns = useCodeColumns({
    edit: setEdited,
    remove: setRemoved,
    setStatus: ({ id }, status) => setStatus.mutate({ id, status }),
  });
  const close = () => {
    setEdited(undefined);
    void navigate({ search: ({ new: _, ...rest }) => rest, replace: true });
  };
  const add = (
    <Button
      look="primary"
      icon={<Plus aria-hidden className="size-4" />}
      onClick={() => go({ new: true })}
    >
      {t("redemptions.add")}
    </Button>
  );
  return (
    <>
      <PageHeader
        title={t("redemptions.title")}
        description={t("redemptions.lead")}
        actions={
          <>
            <CleanUp />
            {add}
          </>
        }
      />
      <ListCard
        label={t("redemptions.title")}
        list={codes}
        columns={columns}
        rowId={(code) => String(code.id)}
        filters={
          <search className="flex flex-wrap items-center gap-2 border-b p-3">
            <SearchBox
              label={t("redemptions.searchLabel")}
              value={search.q ?? ""}
              onChange={(q) => go({ q, p: 1 })}
            />
          </search>
        }
        onClear={search.q ? () => void navigate({ search: {} }) : undefined}
        empty={{
          icon: <Gift aria-hidden className="size-5" />,
          title: t("redemptions.emptyTitle"),
          body: t("redemptions.emptyBody"),
          action: add,
        }}
        onOpen={(code) => codeState(code, new Date()) !== "used" && setEdited(code)}
        paging={search}
        onPage={go}
      />
      <CodeDrawer
        open={search.new === true || edited !== undefined}
        subject={edited}
        onClose={close}
        onMade={(name, list) => {
          close();
          setMade({ name, codes: list });
        }}
      />
      <MadeDialog made={made} onClose={() => setMade(undefined)} />
      <Remove subject={removed} onClose={() => setRemoved(undefined)} />
    </>
  );
}

function Remove({ subject, onClose }: { subject: Redemption | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const act = useAct({
    run: (code: Redemption) => deleteCode(code.id),
    stale: [CODES],
    done: (code) => t("redemptions.removed", { name: code.name }),
    failed: t("redemptions.notRemoved"),
  });
  return (
    <ConfirmAct
      subject={subject}
      act={act}
      onClose={onClose}
      title={(code) => t("redemptions.removeTitle", { name: code.name })}
      body={t("redemptions.removeBody")}
      confirm={t("common.delete")}
    />
  );
}

function CleanUp() {
  const { t } = useTranslation();
  const [asked, setAsked] = useState<true>();
  const act = useAct({
    run: (_: true) => deleteInvalid(),
    stale: [CODES],
    done: (_, count) => t("redemptions.cleaned", { count }),
    failed: t("redemptions.notRemoved"),
  });
  return (
    <>
      <Button icon={<Trash2 aria-hidden className="size-4" />} onClick={() => setAsked(true)}>
        {t("redemptions.clean")}
      </Button>
      <ConfirmAct
        subject={asked}
        act={act}
        onClose={() => setAsked(undefined)}
        title={() => t("redemptions.cleanTitle")}
        body={t("redemptions.cleanBody")}
        confirm={t("common.delete")}
      />
    </>
  );
}
