// Runs before the first paint so that neither theme nor language flickers. Kept outside the bundle
// on purpose: it must block, and the content security policy forbids an inline script.
(() => {
  const read = (key) => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null; // storage may be switched off; the defaults then hold
    }
  };
  const theme = read("weirgate.theme");
  const dark =
    theme === "dark" || (theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  const language = read("weirgate.language") ?? navigator.language;
  const chinese = /^zh-(TW|HK|MO|Hant)/i.test(language) ? "zh-TW" : "zh-CN";
  document.documentElement.lang = language.startsWith("zh") ? chinese : "en";
})();
