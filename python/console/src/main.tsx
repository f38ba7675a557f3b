/* Entry: texts and theme first, then the router. */
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Providers } from "@/app/providers";
import { startTexts } from "@/lib/i18n";
import { startTheme } from "@/lib/theme";
import "@/app/theme.css";

startTheme();
const root = document.getElementById("root");
if (root) {
  await startTexts();
  createRoot(root).render(
    <StrictMode>
      <Providers />
    </StrictMode>,
  );
}
