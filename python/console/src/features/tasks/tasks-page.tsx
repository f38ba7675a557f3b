/* Tasks and drawings: what was asked, how far it is, where the result lies. */
import { getRouteApi } from "@tanstack/react-router";
import { Clapperboard, ExternalLink } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useMoney } from "@/api/queries";
import { ListCard } from "@/common/list-page";
import { formatDateTime } from "@/lib/time";
import { Badge } from "@/ui/badge";
import { buttonClass } from "@/ui/button";
import { PageHeader } from "@/ui/card";
import type { Column } from "@/ui/data-table";
import { SearchBox } from "@/ui/search-box";
import { Segmented } from "@/ui/segmented";
import { useDrawings, useTasks } from "./queries";
import type { TaskSearch } from "./search";
import { drawingWork, statusTone, taskWork, type Work } from "./work";

const route = getRouteApi("/shell/tasks");

export function TasksPage() {
  const { t } = useTranslation();
  const { tab } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <>
      <PageHeader
        title={t("tasks.title")}
        description={t("tasks.lead")}
        actions={
          <Segmented
            label={t("tasks.kind")}
            value={tab ?? "tasks"}
            options={[
              { value: "tasks", label: t("tasks.kinds.tasks") },
              { value: "drawings", label: t("tasks.kinds.drawings") },
            ]}
            onChange={(next) =>
              void navigate({ search: next === "drawings" ? { tab: "drawings" } : {} })
            }
          />
        }
      />
      {tab === "drawings" ? <Drawings /> : <Tasks />}
    </>
  );
}

function Tasks() {
  const tasks = useTasks(route.useSearch());
  const data = tasks.data && { ...tasks.data, items: tasks.data.items.map(taskWork) };
  return <Works list={{ ...tasks, data }} />;
}

function Drawings() {
  const drawings = useDrawings(route.useSearch());
  const data = drawings.data && { ...drawings.data, items: drawings.data.items.map(drawingWork) };
  return <Works list={{ ...drawings, data }} />;
}

type Listed = Parameters<typeof ListCard<Work>>[0]["list"];

function Works({ list }: { list: Listed }) {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const go = (part: TaskSearch) =>
    void navigate({ search: (previous) => ({ ...previous, ...part }), replace: true });
  return (
    <ListCard
      label={t("tasks.title")}
      list={list}
      columns={useWorkColumns()}
      rowId={(work) => String(work.id)}
      filters={
        <search className="flex border-b p-3">
          <SearchBox
            label={t("tasks.search")}
            value={search.q ?? ""}
            onChange={(q) => go({ q, p: 1 })}
          />
        </search>
      }
      onClear={search.q ? () => go({ q: "" }) : undefined}
      empty={{
        icon: <Clapperboard aria-hidden className="size-5" />,
        title: t("tasks.emptyTitle"),
        body: t("tasks.emptyBody"),
      }}
      paging={search}
      onPage={go}
    />
  );
}

function useWorkColumns(): Column<Work>[] {
  const { t, i18n } = useTranslation();
  const money = useMoney();
  const time = (unix: number) => (unix > 0 ? formatDateTime(unix, i18n.language) : "–");
  return [
    {
      id: "what",
      header: t("tasks.what"),
      cell: ({ row: { original: work } }) => (
        <div className="min-w-32 max-w-80">
          <div className="line-clamp-2 font-medium">{work.what}</div>
          <div className="break-all font-mono text-muted text-xs">{work.number}</div>
        </div>
      ),
    },
    {
      id: "status",
      header: t("users.status"),
      cell: ({ row: { original: work } }) => (
        <Badge tone={statusTone(work.status)} title={work.failure}>
          {work.status} {work.progress}
        </Badge>
      ),
    },
    {
      id: "submitted",
      wide: true,
      header: t("tasks.submitted"),
      cell: ({ row }) => <span className="tabular">{time(row.original.submitted)}</span>,
    },
    {
      id: "finished",
      wide: true,
      header: t("tasks.finished"),
      cell: ({ row }) => <span className="tabular">{time(row.original.finished)}</span>,
    },
    {
      id: "cost",
      wide: true,
      right: true,
      header: t("tasks.cost"),
      cell: ({ row }) => money.exact(row.original.quota),
    },
    {
      id: "actions",
      right: true,
      header: () => <span className="sr-only">{t("tasks.result")}</span>,
      cell: ({ row: { original: work } }) =>
        work.result ? (
          <a
            href={work.result}
            target="_blank"
            rel="noreferrer"
            className={buttonClass("secondary", true)}
          >
            <ExternalLink aria-hidden className="size-3.5" />
            {t("tasks.result")}
          </a>
        ) : null,
    },
  ];
}
