/* The stand-in's analytics: made-up figures in the true answers' shapes, the same at every run. */

const METRICS = {
  requests: "count", errors: "count", error_rate: "share", spend: "money", cost: "money",
  margin: "money", margin_share: "share", cost_known_share: "share", tokens: "tokens",
  prompt_tokens: "tokens", cached_tokens: "tokens", cache_share: "share", ttft_p50: "milliseconds",
  ttft_p95: "milliseconds", ttft_p99: "milliseconds", duration_p50: "milliseconds",
  duration_p95: "milliseconds", duration_p99: "milliseconds", tokens_per_second: "rate",
};
const SIZES = { count: 4000, money: 900_000, tokens: 2_500_000, share: 0.4, milliseconds: 1800, rate: 60 };
const GROUPS = {
  model: ["gpt-4o", "claude-sonnet-4-5-20250929-thinking-with-a-very-long-name", "gemini-2.5-pro", "o4-mini"],
  user: ["alice", "bob", "carol"],
  key: ["production", "laptop"],
  group: ["default", "vip"],
  channel: ["OpenAI main", "Azure east"],
  provider: ["OpenAI", "Anthropic"],
};
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const number = (unit, place, at) => {
  const wave = 0.55 + 0.45 * Math.sin(at / 3 + place * 1.3);
  const value = (SIZES[unit] / (place + 1)) * wave;
  return unit === "share" ? Number(value.toFixed(4)) : Math.round(value);
};
const figures = (names, place, at) =>
  Object.fromEntries(names.map((name) => [name, number(METRICS[name], place, at)]));

function query({ body }) {
  const [dimension] = body.dimensions;
  const start = Date.parse(body.range.start);
  const end = Date.parse(body.range.end);
  const step = body.rollup === "hour" ? HOUR : DAY;
  const buckets = [];
  if (body.rollup) {
    for (let at = start; at < end; at += step) buckets.push(new Date(at).toISOString().replace(".000Z", "+00:00"));
  }
  const isEmpty = body.filters.some(({ values }) => values.includes("nothing"));
  const labels = isEmpty ? [] : (GROUPS[dimension] ?? [""]);
  const row = (label, place, time, at) => ({
    time,
    dimensions: dimension ? { [dimension]: { value: label, label } } : {},
    metrics: figures(body.metrics, place, at),
    previous: body.compare ? figures(body.metrics, place, at + 2) : null,
  });
  const rows = body.rollup
    ? buckets.flatMap((time, at) => labels.map((label, place) => row(label, place, time, at)))
    : labels.map((label, place) => row(label, place, null, 1));
  return {
    rows,
    totals: { metrics: figures(body.metrics, 0, 1), previous: null },
    buckets,
    units: Object.fromEntries(body.metrics.map((name) => [name, METRICS[name]])),
    currency: "quota",
    range: body.range,
    previous_range: null,
    scope: "all",
    next_cursor: null,
    freshness: { complete_until: new Date().toISOString(), lag_ms: 400 },
  };
}

const COLUMNS = [
  { name: "ended_at", type: "TIMESTAMP", note: "UTC" },
  { name: "model", type: "VARCHAR", note: "the model that was asked for" },
  { name: "quota", type: "BIGINT", note: "what was charged; 500,000 = 1 USD by default" },
  { name: "first_byte_ms", type: "BIGINT", note: "milliseconds to the first byte; NULL: there was none" },
];
const FRESH = { complete_until: null, lag_ms: null };

/** The handlers of /api/weirgate/analytics. */
export const analytics = {
  "GET /api/weirgate/analytics/catalogue": () => ({
    scope: "all",
    metrics: Object.entries(METRICS).map(([name, unit]) => ({ name, unit })),
    dimensions: Object.keys(GROUPS),
    rollups: ["minute", "hour", "day", "week", "month"],
  }),
  "POST /api/weirgate/analytics/query": query,
  "GET /api/weirgate/analytics/views": () => [
    { id: "1", name: "Cost of the team", kind: "explore", content: { by: "user" }, is_shared: true, is_own: true, updated_at: "2026-11-20T00:00:00Z" },
  ],
  "GET /api/weirgate/analytics/sql/schema": () => ({
    is_enabled: true,
    tables: [{ name: "usage", columns: COLUMNS }, { name: "usage_hourly", columns: COLUMNS.slice(1, 3) }],
  }),
  "POST /api/weirgate/analytics/sql": () => ({
    columns: [{ name: "model", type: "VARCHAR" }, { name: "calls", type: "BIGINT" }, { name: "quota", type: "BIGINT" }],
    rows: [["gpt-4o", 1204, 5_400_221], ["o4-mini", 310, 90_124], [null, 2, 0]],
    is_cut: true,
    elapsed_ms: 412,
    range: {},
    freshness: FRESH,
  }),
};
