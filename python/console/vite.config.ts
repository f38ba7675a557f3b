/*
 * Builds the console into python/weirgate/static, from where the management plane serves it.
 * Every script and style is a hashed file: the content security policy allows nothing inline.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** Emits src/app/boot.js as a hashed file and loads it before the first paint (theme, language). */
function bootScript(): Plugin {
  const source = readFileSync(new URL("./src/app/boot.js", import.meta.url), "utf8");
  return {
    name: "boot-script",
    apply: "build",
    buildStart() {
      this.emitFile({ type: "asset", name: "boot.js", source });
    },
    transformIndexHtml: {
      order: "post",
      handler(_html, context) {
        const file = Object.values(context.bundle ?? {}).find((item) => item.name === "boot.js");
        return file
          ? [{ tag: "script", attrs: { src: `/${file.fileName}` }, injectTo: "head-prepend" }]
          : [];
      },
    },
  };
}

export default defineConfig({
  plugins: [react(), tailwindcss(), bootScript()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    outDir: "../weirgate/static",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    target: "es2023",
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: {
      "/api": process.env.WEIRGATE_URL ?? "http://127.0.0.1:3000",
      "/v1": process.env.WEIRGATE_URL ?? "http://127.0.0.1:3000",
    },
  },
  test: { include: ["src/**/*.test.{ts,tsx}"], restoreMocks: true, unstubGlobals: true },
});
