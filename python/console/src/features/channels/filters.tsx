/* The filters over the channels; each lives in the address. */
import { useTranslation } from "react-i18next";
import { SearchBox } from "@/ui/search-box";
import { Select } from "@/ui/select";
import type { ChannelSearch } from "./search";
import { CHANNEL_TYPES } from "./types";

type FiltersProps = { search: ChannelSearch; onChange: (part: ChannelSearch) => void };

export function Filters({ search, onChange }: FiltersProps) {
  const { t } = useTranslation();
  const types = [
    { value: "0", label: t("channels.anyType") },
    ...CHANNEL_TYPES.filter((type) => type.offered).map(({ id, name }) => ({
      value: String(id),
      label: name,
    })),
  ];
  return (
    <search className="flex flex-wrap items-center gap-2 border-b p-3">
      <SearchBox
        label={t("channels.searchLabel")}
        value={search.q ?? ""}
        onChange={(q) => onChange({ q, p: 1 })}
      />
      <SearchBox
        icon={false}
        className="w-40"
        label={t("channels.modelFilter")}
        value={search.model ?? ""}
        onChange={(model) => onChange({ model, p: 1 })}
      />
      <Select
        small
        className="w-36"
        label={t("channels.status")}
        value={search.status ?? "all"}
        options={[
          { value: "all", label: t("channels.anyStatus") },
          { value: "enabled", label: t("channels.states.on") },
          { value: "disabled", label: t("channels.states.off") },
        ]}
        onChange={(status) => onChange({ status: status === "all" ? undefined : status, p: 1 })}
      />
      <Select
        small
        className="w-44"
        label={t("channels.type")}
        value={String(search.type ?? 0)}
        options={types}
        onChange={(value) => onChange({ type: Number(value), p: 1 })}
      />
    </search>
  );
}
