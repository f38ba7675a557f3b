/* Work that runs by the clock or when asked, with its progress. */
import { Play, Timer } from "lucide-react";
import { useTranslation } from "react-i18next";
import { errorText } from "@/api/errors";
import type { Job } from "@/api/shapes";
import { useAct } from "@/common/act";
import { formatDuration } from "@/lib/format";
import { formatRelative } from "@/lib/time";
import { Badge, type Tone } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { type Column, DataTable } from "@/ui/data-table";
import { EmptyState } from "@/ui/states";
import { JOBS, runJob, useJobs } from "./queries";

export function Jobs() {
  const { t } = useTranslation();
  const jobs = useJobs();
  return (
    <Card className="overflow-hidden">
      <DataTable
        label={t("operations.tabs.jobs")}
        columns={useJobColumns()}
        rows={jobs.data}
        rowId={(job) => job.name}
        error={jobs.error ? errorText(t, jobs.error) : null}
        onRetry={() => void jobs.refetch()}
        empty={
          <EmptyState
            icon={<Timer aria-hidden className="size-5" />}
            title={t("operations.noJobs")}
            body={t("operations.noJobsBody")}
          />
        }
      />
    </Card>
  );
}

function useJobColumns(): Column<Job>[] {
  const { t, i18n } = useTranslation();
  const run = useAct({
    run: (job: Job) => runJob(job.name),
    stale: [JOBS],
    done: (job) => t("operations.asked", { name: job.title }),
    failed: t("operations.notAsked"),
  });
  return [
    {
      id: "title",
      header: t("operations.job"),
      cell: ({ row: { original: job } }) => (
        <div className="min-w-36">
          <div className="font-medium">{job.title}</div>
          <div className="font-mono text-muted text-xs">{job.name}</div>
        </div>
      ),
    },
    { id: "state", header: t("users.status"), cell: ({ row }) => <State job={row.original} /> },
    {
      id: "every",
      wide: true,
      right: true,
      header: t("operations.every"),
      cell: ({ row: { original: job } }) =>
        job.every_s > 0 ? formatDuration(job.every_s * 1000) : t("operations.onDemand"),
    },
    {
      id: "last",
      wide: true,
      header: t("operations.lastRun"),
      cell: ({ row: { original: job } }) =>
        job.finished_ms > 0
          ? formatRelative(job.finished_ms / 1000, new Date(), i18n.language)
          : t("operations.never"),
    },
    {
      id: "message",
      wide: true,
      header: t("operations.said"),
      cell: ({ row }) => (
        <span className="line-clamp-2 max-w-80 break-words text-muted">{row.original.message}</span>
      ),
    },
    {
      id: "actions",
      right: true,
      header: () => <span className="sr-only">{t("common.actions")}</span>,
      cell: ({ row: { original: job } }) => (
        <Button
          small
          icon={<Play aria-hidden className="size-3.5" />}
          disabled={job.state !== "idle" || run.isPending}
          aria-label={t("operations.runNamed", { name: job.title })}
          onClick={() => run.mutate(job)}
        >
          {t("operations.run")}
        </Button>
      ),
    },
  ];
}

const OUTCOMES: Record<Job["outcome"], Tone> = { "": "plain", done: "good", failed: "bad" };

function State({ job }: { job: Job }) {
  const { t } = useTranslation();
  if (job.state === "idle") {
    return (
      <Badge tone={OUTCOMES[job.outcome]}>
        {t(`operations.outcomes.${job.outcome || "none"}`)}
      </Badge>
    );
  }
  return (
    <div className="flex flex-col gap-1">
      <Badge tone="info">{t(`operations.jobStates.${job.state}`)}</Badge>
      {job.total > 0 ? (
        <progress
          aria-label={t("operations.progress", { name: job.title })}
          className="h-1.5 w-24 accent-(--color-accent)"
          value={job.done}
          max={job.total}
        />
      ) : null}
    </div>
  );
}
