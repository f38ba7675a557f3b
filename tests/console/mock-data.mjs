/* Some days of a busy little gateway, the same at every start. */

/** Returns numbers in [0, 1) that repeat with the seed (mulberry32). */
function random(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const MODELS = [
  ["gpt-4o", 1.25, 4],
  ["gpt-4o-mini", 0.075, 4],
  ["claude-sonnet-4-20250514", 1.5, 5],
  ["deepseek-chat", 0.135, 4],
  ["gemini-2.5-flash", 0.15, 8.333],
  ["a-very-long-model-name-from-a-provider-that-likes-to-say-everything-2026-11-01-preview", 1, 3],
];
const KEYS = ["production", "nightly report", "playground of the data team"];
const USERS = ["root", "alice", "bob"];

const channel = (id, name, type, more) => ({
  id,
  name,
  type,
  status: 1,
  weight: 10,
  priority: 0,
  created_time: 1_760_000_000,
  test_time: 0,
  response_time: 0,
  base_url: "",
  models: "gpt-4o,gpt-4o-mini",
  group: "default",
  used_quota: 0,
  model_mapping: null,
  auto_ban: 1,
  tag: null,
  test_model: null,
  other_info: "",
  channel_info: { is_multi_key: false, multi_key_size: 0 },
  ...more,
});

const key = (id, name, now, more) => ({
  id,
  name,
  key: `k${id}Qz8TmV2nR4pL6sW0yB3dF5gH7jK9aC1eX8uI2oP4rT6vY${id}z`.slice(0, 48),
  status: 1,
  created_time: now - 20 * 86_400,
  accessed_time: now - 90,
  expired_time: -1,
  remain_quota: 0,
  used_quota: 41_238_112,
  unlimited_quota: true,
  model_limits_enabled: false,
  model_limits: "",
  allow_ips: "",
  group: "",
  ...more,
});

function call(next, id, at) {
  const [model, ratio, completionRatio] = MODELS[Math.floor(next() ** 2 * MODELS.length)];
  const prompt = Math.round(200 + next() * 6000);
  const completion = Math.round(40 + next() * 900);
  const cached = next() < 0.4 ? Math.round(prompt * 0.6) : 0;
  const retried = next() < 0.1;
  const ms = Math.round(700 + next() * 9000);
  const quota = Math.round((prompt - cached + cached * 0.5 + completion * completionRatio) * ratio);
  const attempts = [{ channel_id: 1, key_index: 0, status: 200, ms, error: "" }];
  if (retried) attempts.unshift({ channel_id: 2, key_index: 1, status: 529, ms: 340, error: "overloaded" });
  return {
    id,
    created_at: at,
    type: 2,
    content: "",
    username: USERS[Math.floor(next() * USERS.length)],
    token_name: KEYS[Math.floor(next() * KEYS.length)],
    model_name: model,
    quota,
    prompt_tokens: prompt,
    completion_tokens: completion,
    use_time: Math.round(ms / 1000),
    is_stream: next() < 0.8,
    channel: retried ? 1 : 2,
    channel_name: retried ? "OpenAI main" : "Azure east",
    group: "default",
    ip: "10.0.0.7",
    request_id: Math.floor(next() * 2 ** 52).toString(16).padStart(32, "0"),
    other: JSON.stringify({
      model_ratio: ratio,
      completion_ratio: completionRatio,
      group_ratio: 1,
      model_price: -1,
      cache_tokens: cached,
      cache_ratio: 0.5,
      frt: Math.round(ms * 0.2),
      request_path: "/v1/chat/completions",
      upstream_model_name: model === "gpt-4o" ? "gpt-4o-2024-11-20" : model,
      admin_info: { use_channel: attempts.map((one) => `${one.channel_id}`), attempts, end_reason: "completed", usage_source: "provider" },
    }),
  };
}

/** Fills a state: root / correct-horse, five channels, four keys, thirty days of calls. */
export function filled(state) {
  const next = random(7);
  const now = Math.floor(Date.now() / 1000);
  const logs = [];
  for (let at = now - 30; at > now - 30 * 86_400; at -= Math.round(200 + next() * 5000)) {
    logs.push(call(next, 100_000 - logs.length, at));
  }
  logs.splice(3, 0, {
    ...logs[3],
    id: 200_000,
    type: 5,
    quota: 0,
    completion_tokens: 0,
    content: "channel 3 answered 401 after 212 ms: invalid api key",
    request_id: "e".repeat(32),
    other: JSON.stringify({ error_code: "invalid_api_key", status_code: 401, admin_info: { use_channel: ["3"] } }),
  });
  logs.splice(9, 0, {
    ...logs[9],
    id: 200_001,
    type: 3,
    model_name: "",
    token_name: "",
    channel: 0,
    channel_name: "",
    quota: 0,
    prompt_tokens: 0,
    completion_tokens: 0,
    content: "quota of alice raised by $20.00",
    request_id: "",
    other: "",
  });
  return {
    ...state,
    nextId: 300_000,
    password: "correct-horse",
    user: { id: 1, username: "root", display_name: "Root User", role: 100, status: 1, quota: 87_654_321, used_quota: 12_345_679, request_count: logs.length },
    logs,
    channels: [
      channel(1, "OpenAI main", 1, { priority: 10, test_time: now - 600, response_time: 412, used_quota: 81_234_567, channel_info: { is_multi_key: true, multi_key_size: 3, multi_key_mode: "random" }, models: "gpt-4o,gpt-4o-mini,gpt-4.1,gpt-4.1-mini,o4-mini,text-embedding-3-small", group: "default,vip" }),
      channel(2, "Azure east", 3, { priority: 10, weight: 30, base_url: "https://weirgate-east.openai.azure.com", test_time: now - 4000, response_time: 1389, used_quota: 5_234_500, model_mapping: '{"gpt-4o":"gpt-4o-2024-11-20"}' }),
      channel(3, "Anthropic", 14, { models: "claude-sonnet-4-20250514,claude-3-5-haiku-20241022", status: 3, other_info: '{"status_reason":"401: invalid api key","status_time":1}', test_time: now - 86_400, response_time: 220 }),
      channel(4, "DeepSeek 备用", 43, { models: "deepseek-chat,deepseek-reasoner", status: 2 }),
      channel(5, "Lab machine with a rather long name that nobody shortened", 8, { base_url: "http://10.0.0.12:8000", models: "qwen3-32b", group: "svip" }),
    ],
    keys: [
      key(14, "production", now, { allow_ips: "10.0.0.0/8" }),
      key(13, "nightly report", now, { unlimited_quota: false, remain_quota: 6_172_839, model_limits_enabled: true, model_limits: "gpt-4o,gpt-4o-mini,deepseek-chat", group: "vip", expired_time: now + 30 * 86_400 }),
      key(12, "playground of the data team", now, { unlimited_quota: false, remain_quota: 0, status: 4 }),
      key(11, "old laptop", now, { status: 2, used_quota: 0, accessed_time: now - 20 * 86_400 }),
    ],
  };
}
