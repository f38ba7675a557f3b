/*
 * Texts. One catalogue a language, loaded on demand; the English one is the type of them all, so a
 * missing key fails the type check and the catalogue test.
 */
import i18next from "i18next";
import { initReactI18next } from "react-i18next";

export const LANGUAGES = {
  "zh-CN": "简体中文",
  "zh-TW": "繁體中文",
  en: "English",
} as const;
export type Language = keyof typeof LANGUAGES;

const STORE = "weirgate.language";

const CATALOGUES: Record<Language, () => Promise<{ catalogue: object }>> = {
  en: () => import("@/locales/en"),
  "zh-CN": () => import("@/locales/zh"),
  "zh-TW": () => import("@/locales/zh-tw"),
};

/** Returns the stored language, else the browser's, else English. */
function preferredLanguage(): Language {
  const wanted = localStorage.getItem(STORE) ?? navigator.language;
  if (/^zh-(TW|HK|MO|Hant)/i.test(wanted)) return "zh-TW";
  return wanted.startsWith("zh") ? "zh-CN" : "en";
}

/** Loads the catalogue of a language if needed and switches to it. */
async function switchLanguage(language: Language): Promise<void> {
  if (!i18next.hasResourceBundle(language, "translation")) {
    const { catalogue } = await CATALOGUES[language]();
    i18next.addResourceBundle(language, "translation", catalogue);
  }
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}

/** Stores the choice and switches. */
export async function chooseLanguage(language: Language): Promise<void> {
  localStorage.setItem(STORE, language);
  await switchLanguage(language);
}

/** Starts i18next with the preferred language; resolves when its texts are there. */
export async function startTexts(): Promise<void> {
  await i18next.use(initReactI18next).init({
    resources: {},
    lng: preferredLanguage(),
    fallbackLng: false,
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  await switchLanguage(preferredLanguage());
}
