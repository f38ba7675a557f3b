/* The choices of theme and language as menu items, and a small menu of only these. */
import { Languages, Monitor, Moon, Sun } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { chooseLanguage, LANGUAGES, type Language } from "@/lib/i18n";
import { chooseTheme, type Theme, themeChoice } from "@/lib/theme";
import { IconButton } from "./button";
import { Menu, MenuRadio, MenuSeparator } from "./menu";

export function PreferenceItems() {
  const { t, i18n } = useTranslation();
  const [theme, setTheme] = useState(themeChoice);
  const themes: { value: Theme; label: string; icon: React.ReactNode }[] = [
    { value: "system", label: t("theme.system"), icon: <Monitor aria-hidden className="size-4" /> },
    { value: "light", label: t("theme.light"), icon: <Sun aria-hidden className="size-4" /> },
    { value: "dark", label: t("theme.dark"), icon: <Moon aria-hidden className="size-4" /> },
  ];
  const languages = Object.entries(LANGUAGES) as [Language, string][];
  return (
    <>
      <MenuRadio
        label={t("theme.label")}
        value={theme}
        options={themes}
        onChange={(next) => {
          setTheme(next);
          chooseTheme(next);
        }}
      />
      <MenuSeparator />
      <MenuRadio
        label={t("language.label")}
        value={i18n.language as Language}
        options={languages.map(([value, label]) => ({ value, label }))}
        onChange={(next) => void chooseLanguage(next)}
      />
    </>
  );
}

export function PreferencesMenu() {
  const { t } = useTranslation();
  return (
    <Menu
      trigger={
        <IconButton label={t("nav.preferences")}>
          <Languages aria-hidden className="size-4.5" />
        </IconButton>
      }
    >
      <PreferenceItems />
    </Menu>
  );
}
