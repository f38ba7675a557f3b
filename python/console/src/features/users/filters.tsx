/* The filters over the users; each lives in the address. */
import { useTranslation } from "react-i18next";
import { SearchBox } from "@/ui/search-box";
import { Select } from "@/ui/select";
import { useGroupNames } from "./queries";
import type { UserSearch } from "./search";

type FiltersProps = { search: UserSearch; onChange: (part: UserSearch) => void };

export function Filters({ search, onChange }: FiltersProps) {
  const { t } = useTranslation();
  const groups = useGroupNames().data ?? [];
  return (
    <search className="flex flex-wrap items-center gap-2 border-b p-3">
      <SearchBox
        label={t("users.searchLabel")}
        value={search.q ?? ""}
        onChange={(q) => onChange({ q, p: 1 })}
      />
      <Select
        small
        className="w-36"
        label={t("users.group")}
        value={search.group ?? ""}
        options={[
          { value: "", label: t("users.anyGroup") },
          ...groups.map((value) => ({ value, label: value })),
        ]}
        onChange={(group) => onChange({ group: group || undefined, p: 1 })}
      />
      <Select
        small
        className="w-36"
        label={t("users.role")}
        value={String(search.role ?? 0)}
        options={[
          { value: "0", label: t("users.anyRole") },
          { value: "1", label: t("roles.user") },
          { value: "10", label: t("roles.admin") },
          { value: "100", label: t("roles.root") },
        ]}
        onChange={(role) => onChange({ role: Number(role) || undefined, p: 1 })}
      />
      <Select
        small
        className="w-36"
        label={t("users.status")}
        value={String(search.status ?? 0)}
        options={[
          { value: "0", label: t("users.anyStatus") },
          { value: "1", label: t("users.states.on") },
          { value: "2", label: t("users.states.off") },
        ]}
        onChange={(status) => onChange({ status: Number(status) || undefined, p: 1 })}
      />
    </search>
  );
}
