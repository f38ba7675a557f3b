/* Theme and language of this browser. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Section } from "@/common/section";
import { SelectField } from "@/common/select-field";
import { chooseLanguage, LANGUAGES, type Language } from "@/lib/i18n";
import { chooseTheme, type Theme, themeChoice } from "@/lib/theme";

const THEMES = ["system", "light", "dark"] as const satisfies readonly Theme[];

export function LookSection() {
  const { t, i18n } = useTranslation();
  const [theme, setTheme] = useState<Theme>(themeChoice);
  const languages = Object.entries(LANGUAGES) as [Language, string][];
  return (
    <Section title={t("nav.preferences")} lead={t("profile.lookLead")}>
      <SelectField
        label={t("theme.label")}
        value={theme}
        options={THEMES.map((value) => ({ value, label: t(`theme.${value}`) }))}
        onChange={(next) => {
          setTheme(next);
          chooseTheme(next);
        }}
      />
      <SelectField
        label={t("language.label")}
        value={i18n.language as Language}
        options={languages.map(([value, label]) => ({ value, label }))}
        onChange={(next) => void chooseLanguage(next)}
      />
    </Section>
  );
}
