/* Running the gateway, for administrators: jobs, history, ledger, nodes, backup. */
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { PageHeader } from "@/ui/card";
import { Segmented } from "@/ui/segmented";
import { Backup } from "./backup";
import { History } from "./history";
import { Jobs } from "./jobs";
import { Ledger } from "./ledger";
import { Nodes } from "./nodes";
import { TABS, type Tab } from "./search";

const route = getRouteApi("/shell/operations");

const PARTS: Record<Tab, () => React.ReactNode> = {
  jobs: Jobs,
  history: History,
  ledger: Ledger,
  nodes: Nodes,
  backup: Backup,
};

export function OperationsPage() {
  const { t } = useTranslation();
  const { tab = "jobs" } = route.useSearch();
  const navigate = route.useNavigate();
  const Part = PARTS[tab];
  return (
    <>
      <PageHeader title={t("operations.title")} description={t("operations.lead")} />
      <div className="scroll-thin mb-4 overflow-x-auto">
        <Segmented
          label={t("operations.part")}
          value={tab}
          options={TABS.map((value) => ({ value, label: t(`operations.tabs.${value}`) }))}
          onChange={(next) => void navigate({ search: { tab: next } })}
        />
      </div>
      <Part />
    </>
  );
}
