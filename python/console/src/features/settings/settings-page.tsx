/* The settings of the server by section, with a search over all; for the root administrator. */
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { errorText } from "@/api/errors";
import { NoMatch } from "@/common/list-page";
import { Card, PageHeader } from "@/ui/card";
import { SearchBox } from "@/ui/search-box";
import { Segmented } from "@/ui/segmented";
import { ErrorState, Skeleton } from "@/ui/states";
import { OptionField } from "./option-field";
import { OPTIONS, type OptionSpec } from "./options";
import { useSettings } from "./queries";
import { SECTION_NAMES, type SettingsSearch } from "./search";
import { optionNote } from "./texts";

const route = getRouteApi("/shell/settings");

export function SettingsPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const settings = useSettings();
  const shown = useShown(search);
  return (
    <>
      <PageHeader
        title={t("settings.title")}
        description={t("settings.lead")}
        actions={
          <SearchBox
            label={t("settings.search")}
            value={search.q ?? ""}
            onChange={(q) => void navigate({ search: q ? { q } : {}, replace: true })}
          />
        }
      />
      {search.q ? null : (
        <div className="scroll-thin mb-4 overflow-x-auto">
          <Segmented
            label={t("settings.section")}
            value={search.section ?? "site"}
            options={SECTION_NAMES.map((value) => ({
              value,
              label: t(`settings.sections.${value}`),
            }))}
            onChange={(section) => void navigate({ search: { section } })}
          />
        </div>
      )}
      <Card>
        {settings.error ? (
          <ErrorState
            message={errorText(t, settings.error)}
            onRetry={() => void settings.refetch()}
          />
        ) : null}
        {settings.isPending ? <Skeleton className="m-5 h-64" /> : null}
        {settings.data && shown.length === 0 ? (
          <NoMatch onClear={() => void navigate({ search: {} })} />
        ) : null}
        {settings.data ? (
          <ul className="divide-y">
            {shown.map((spec) => (
              <li key={spec.key} className="px-5 py-4 *:max-w-3xl">
                <OptionField spec={spec} value={settings.data.get(spec.key) ?? ""} />
              </li>
            ))}
          </ul>
        ) : null}
      </Card>
    </>
  );
}

/** The settings of the section, or those of all sections whose key or note has the word. */
function useShown({ section = "site", q }: SettingsSearch): readonly OptionSpec[] {
  const { t } = useTranslation();
  if (!q) return OPTIONS[section];
  const word = q.toLowerCase();
  return Object.values<readonly OptionSpec[]>(OPTIONS)
    .flat()
    .filter(({ key }) => `${key} ${t(optionNote(key))}`.toLowerCase().includes(word));
}
