/* What makes the question: metric, groups, buckets, comparison, zone and filters; all in the address. */
import { X } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { AnalyticsCatalogue } from "@/api/shapes";
import { cn } from "@/lib/cn";
import { Select } from "@/ui/select";
import { Switch } from "@/ui/switch";
import { boardsFor } from "./boards";
import { metricsOf, ownZone, rollupOf } from "./question";
import { type ExploreSearch, ROLLUPS, readOnly, writeOnly } from "./search";

type ControlsProps = {
  search: ExploreSearch;
  catalogue: AnalyticsCatalogue | undefined;
  onChange: (search: ExploreSearch) => void;
};

const NONE = "none";
const ZONES = ["UTC", "Asia/Shanghai", "Asia/Tokyo", "Europe/Berlin", "America/New_York"];

/** The boards: one click puts a whole question into the address, the range and zone stay. */
export function Boards({ search, catalogue, onChange }: ControlsProps) {
  const { t } = useTranslation();
  const names = catalogue?.metrics.map(({ name }) => name) ?? [];
  const { range, zone } = search;
  return (
    <nav
      aria-label={t("explore.boards.label")}
      className="scroll-thin mb-4 flex gap-2 overflow-x-auto pb-1"
    >
      {boardsFor(names, catalogue?.dimensions ?? []).map((board) => {
        const chosen = board.search.metrics === search.metrics && board.search.by === search.by;
        return (
          <button
            key={board.name}
            type="button"
            aria-pressed={chosen}
            onClick={() =>
              onChange({ ...(range ? { range } : {}), ...(zone ? { zone } : {}), ...board.search })
            }
            className={cn(
              "h-8 shrink-0 cursor-pointer rounded-full border px-3 text-sm transition-colors hover:bg-hover",
              chosen ? "border-accent bg-accent-soft text-accent-text" : "bg-surface text-ink-2",
            )}
          >
            {t(`explore.boards.${board.name}`)}
          </button>
        );
      })}
    </nav>
  );
}

export function Controls({ search, catalogue, onChange }: ControlsProps) {
  const { t } = useTranslation();
  const metrics = metricsOf(search);
  const dimensions = [
    { value: NONE, label: t("explore.any") },
    ...(catalogue?.dimensions ?? []).map((value) => ({
      value,
      label: t(`explore.dimensions.${value as "model"}`),
    })),
  ];
  const known = catalogue?.metrics.map(({ name }) => name) ?? metrics;
  const zones = [...new Set([search.zone ?? ownZone(), ownZone(), ...ZONES])];
  return (
    <div className="flex flex-wrap items-end gap-x-3 gap-y-2 border-b p-3">
      <Labelled label={t("explore.metric")}>
        <Select
          small
          className="w-44"
          label={t("explore.metric")}
          value={metrics[0] ?? "spend"}
          options={known.map((value) => ({
            value,
            label: t(`explore.metrics.${value as "spend"}`),
          }))}
          onChange={(value) =>
            onChange({
              ...search,
              metrics: [value, ...metrics.filter((name) => name !== value)].slice(0, 5).join(","),
            })
          }
        />
      </Labelled>
      <Labelled label={t("explore.groupBy")}>
        <Select
          small
          className="w-36"
          label={t("explore.groupBy")}
          value={search.by ?? "model"}
          options={dimensions}
          onChange={(by) => onChange({ ...search, by })}
        />
      </Labelled>
      <Labelled label={t("explore.subGroup")}>
        <Select
          small
          className="w-36"
          label={t("explore.subGroup")}
          value={search.sub ?? NONE}
          options={dimensions}
          onChange={(sub) => onChange({ ...search, sub })}
        />
      </Labelled>
      <Labelled label={t("explore.rollup")}>
        <Select
          small
          className="w-28"
          label={t("explore.rollup")}
          value={rollupOf(search)}
          options={ROLLUPS.map((value) => ({ value, label: t(`explore.rollups.${value}`) }))}
          onChange={(rollup) => onChange({ ...search, rollup })}
        />
      </Labelled>
      <Labelled label={t("explore.zone")}>
        <Select
          small
          className="w-40"
          label={t("explore.zone")}
          value={search.zone ?? ownZone()}
          options={zones.map((value) => ({ value, label: value }))}
          onChange={(zone) => onChange({ ...search, zone })}
        />
      </Labelled>
      <div className="flex h-8 items-center gap-2 text-sm">
        <Switch
          label={t("explore.compare")}
          checked={search.compare === true}
          onChange={(compare) => {
            const { compare: _compare, growth: _growth, ...rest } = search;
            onChange(compare ? { ...search, compare } : rest);
          }}
        />
        <span aria-hidden>{t("explore.compare")}</span>
      </div>
      <Filters search={search} onChange={onChange} />
    </div>
  );
}

function Labelled({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <div className="flex flex-col gap-1">
      <span aria-hidden className="text-muted text-xs">
        {label}
      </span>
      {children}
    </div>
  );
}

function Filters({ search, onChange }: Omit<ControlsProps, "catalogue">) {
  const { t } = useTranslation();
  const only = readOnly(search.only);
  if (only.length === 0) return null;
  const remove = (place: number) => {
    const { only: _only, ...rest } = search;
    const left = writeOnly(only.filter((_, index) => index !== place));
    onChange(left === "" ? rest : { ...rest, only: left });
  };
  return (
    <ul aria-label={t("explore.hidden")} className="flex w-full flex-wrap gap-2">
      {only.map(({ dimension, value }, place) => {
        const name = `${t(`explore.dimensions.${dimension as "model"}`)}: ${value}`;
        return (
          <li key={name}>
            <button
              type="button"
              aria-label={t("explore.removeFilter", { name })}
              onClick={() => remove(place)}
              className="inline-flex h-7 cursor-pointer items-center gap-1.5 rounded-full border bg-sunken px-2.5 text-xs hover:bg-hover"
            >
              {name}
              <X aria-hidden className="size-3" />
            </button>
          </li>
        );
      })}
    </ul>
  );
}
