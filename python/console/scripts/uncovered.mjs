/*
 * Prints the management operations that no page calls: what the OpenAPI names, without what the
 * sources call by the typed client. Those for programs and browsers alone are named with a reason.
 *
 * node scripts/uncovered.mjs
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const GOLDENS = new URL("../../../tests/contracts/management/", import.meta.url);
const SOURCES = fileURLToPath(new URL("../src", import.meta.url));
const METHODS = ["get", "post", "put", "patch", "delete"];

/** Paths that are no page's, by what they are for. */
const NO_PAGE = [
  [/^\/(v1\/)?dashboard\//, "billing calls of the relay's clients"],
  [/^\/mj\/notify|\/epay\/notify|\/stripe\/webhook$/, "called by providers"],
  [/^\/api\/oauth\/(github|discord|lark|linuxdo|oidc)$/, "called as /api/oauth/{provider}"],
  [
    /^\/api\/(user_group|user_group_map|prices|available_model)\b/,
    "one-hub's shape of groups and prices",
  ],
  [/^\/api\/user\/(check_in|check_in_status)$/, "Veloera's shape of check-ins"],
  [/^\/api\/(topup|usage\/token\/|log\/token|status\/test)$/, "for programs"],
  [/^\/api\/weirgate\/openapi\//, "for programs"],
];

function sources(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .map((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return entry.name === "generated" ? "" : sources(path);
      return /\.tsx?$/.test(entry.name) ? readFileSync(path, "utf8") : "";
    })
    .join("\n");
}

const text = sources(SOURCES);
const calls = new Set(
  [...text.matchAll(/api\s*\.(GET|POST|PUT|PATCH|DELETE)\(\s*"([^"]+)"/g)].map(
    ([, method, path]) => `${method} ${path}`,
  ),
);
const operations = ["newapi", "weirgate"].flatMap((dialect) => {
  const { paths } = JSON.parse(readFileSync(new URL(`openapi.${dialect}.json`, GOLDENS), "utf8"));
  return Object.entries(paths).flatMap(([path, item]) =>
    METHODS.filter((method) => method in item).map((method) => [method.toUpperCase(), path]),
  );
});
const forPages = operations.filter(([, path]) => !NO_PAGE.some(([pattern]) => pattern.test(path)));
const missing = forPages.map((one) => one.join(" ")).filter((one) => !calls.has(one));
console.log(
  `operations: ${operations.length}, for pages: ${forPages.length}, without a page: ${missing.length}`,
);
for (const operation of missing) console.log(`  ${operation}`);
