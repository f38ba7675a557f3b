/* The filters over the log; each lives in the address. */
import { X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { isAdmin } from "@/api/session";
import { fromLocalInput, RANGES, rangeBounds, toLocalInput } from "@/lib/time";
import { Button } from "@/ui/button";
import { SearchBox } from "@/ui/search-box";
import { Select } from "@/ui/select";
import { DEFAULT_RANGE, isFiltered, type LogSearch } from "./search";
import { LOG_TYPES } from "./types";

type FiltersProps = { search: LogSearch; onChange: (search: LogSearch) => void };

const CUSTOM = "custom";

export function Filters({ search, onChange }: FiltersProps) {
  const { t } = useTranslation();
  const set = (part: LogSearch) => onChange({ ...search, ...part, p: 1 });
  const types = [
    { value: "0", label: t("logs.anyType") },
    ...LOG_TYPES.map((type) => ({ value: String(type), label: t(`logs.types.${type}`) })),
  ];
  return (
    <search className="flex flex-wrap items-center gap-2 border-b p-3">
      <TimeRange search={search} onChange={onChange} />
      <Select
        small
        className="w-32"
        label={t("logs.type")}
        value={String(search.type ?? 0)}
        options={types}
        onChange={(value) => set({ type: Number(value) })}
      />
      <SearchBox
        className="w-44"
        label={t("logs.model")}
        value={search.model ?? ""}
        onChange={(model) => set({ model })}
      />
      <SearchBox
        icon={false}
        className="w-36"
        label={t("logs.keyName")}
        value={search.key ?? ""}
        onChange={(key) => set({ key })}
      />
      {isAdmin() ? (
        <>
          <SearchBox
            icon={false}
            className="w-32"
            label={t("logs.user")}
            value={search.user ?? ""}
            onChange={(user) => set({ user })}
          />
          <SearchBox
            icon={false}
            className="w-28"
            label={t("logs.channelId")}
            value={search.channel ? String(search.channel) : ""}
            onChange={(text) => set({ channel: Number(text) || 0 })}
          />
        </>
      ) : null}
      {isFiltered(search) ? (
        <Button
          small
          look="ghost"
          icon={<X aria-hidden className="size-3.5" />}
          onClick={() => onChange(timeOnly(search))}
        >
          {t("states.clearFilters")}
        </Button>
      ) : null}
    </search>
  );
}

/** Returns the view with its time range and nothing else. */
export function timeOnly({ range, from, to, size }: LogSearch): LogSearch {
  return {
    ...(range ? { range } : {}),
    ...(from ? { from } : {}),
    ...(to ? { to } : {}),
    ...(size ? { size } : {}),
  };
}

function TimeRange({ search, onChange }: FiltersProps) {
  const { t } = useTranslation();
  const { from, to, ...rest } = search;
  const custom = from !== undefined && to !== undefined;
  const options = [
    ...RANGES.map((value) => ({ value: value as string, label: t(`ranges.${value}`) })),
    { value: CUSTOM, label: t("ranges.custom") },
  ];
  const choose = (value: string) => {
    const range = RANGES.find((known) => known === value);
    if (range) onChange({ ...rest, range, p: 1 });
    else onChange({ ...rest, ...rangeBounds(search.range ?? DEFAULT_RANGE, new Date()), p: 1 });
  };
  const edit = (name: "from" | "to", text: string) => {
    const unix = fromLocalInput(text);
    if (unix !== null) onChange({ ...search, [name]: unix, p: 1 });
  };
  return (
    <>
      <Select
        small
        className="w-36"
        label={t("ranges.label")}
        value={custom ? CUSTOM : (search.range ?? DEFAULT_RANGE)}
        options={options}
        onChange={choose}
      />
      {custom ? (
        <>
          <TimeInput
            label={t("ranges.from")}
            value={from}
            onChange={(text) => edit("from", text)}
          />
          <TimeInput label={t("ranges.to")} value={to} onChange={(text) => edit("to", text)} />
        </>
      ) : null}
    </>
  );
}

type TimeInputProps = { label: string; value: number; onChange: (text: string) => void };

function TimeInput({ label, value, onChange }: TimeInputProps) {
  return (
    <input
      type="datetime-local"
      aria-label={label}
      value={toLocalInput(value)}
      onChange={(event) => onChange(event.target.value)}
      className="h-8 rounded-md border border-line-strong bg-surface px-2 text-sm shadow-card"
    />
  );
}
