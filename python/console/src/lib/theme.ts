/* The theme choice: kept in localStorage, applied to <html data-theme>. boot.js does the first paint. */

const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const STORE = "weirgate.theme";
const listeners = new Set<() => void>();
const darkQuery = () => window.matchMedia("(prefers-color-scheme: dark)");

/** Returns the stored choice; "system" when there is none. */
export function themeChoice(): Theme {
  const stored = localStorage.getItem(STORE);
  return THEMES.find((theme) => theme === stored) ?? "system";
}

function apply(): void {
  const choice = themeChoice();
  const dark = choice === "dark" || (choice === "system" && darkQuery().matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  for (const listener of listeners) listener();
}

/** Stores and applies a choice. */
export function chooseTheme(theme: Theme): void {
  localStorage.setItem(STORE, theme);
  apply();
}

/** Applies the stored choice and follows the system from then on. */
export function startTheme(): void {
  apply();
  darkQuery().addEventListener("change", apply);
}

/** Calls the listener after every change of the applied theme; returns the way to stop. */
export function onThemeChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
