/*
 * A stand-in for the management plane, for drawing pages and trying the walk without a server: the
 * newapi dialect's answers out of memory, and the built console under a strict content security
 * policy. Never used to claim that the product works: run.py walks against the real one.
 *
 * node mock-api.mjs [port]           an empty server, before setup
 * node mock-api.mjs [port] filled    set up, with channels, keys and some days of calls
 */
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { analytics } from "./mock-analytics.mjs";
import { filled } from "./mock-data.mjs";

const STATIC = fileURLToPath(new URL("../../python/weirgate/static", import.meta.url));
const POLICY = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'";
const KINDS = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};

const now = () => Math.floor(Date.now() / 1000);
const ok = (data) => ({ success: true, message: "", data });
const refuse = (message) => ({ success: false, message });
const page = (rows, query) => {
  const p = Math.max(1, Number(query.get("p")) || 1);
  const size = Math.min(100, Number(query.get("page_size") ?? query.get("size")) || 10);
  const items = rows.slice((p - 1) * size, p * size);
  return ok({ page: p, page_size: size, total: rows.length, items });
};

function emptyState() {
  return { user: null, password: "", loggedIn: false, channels: [], keys: [], logs: [], nextId: 1 };
}

/** Returns the handlers over one state; each gets the query, the body and the path's number. */
function handlers(state) {
  const self = () => ({ group: "default", ...state.user });
  const byId = (rows, id) => rows.find((row) => row.id === id);
  const masked = (key) => ({ ...key, key: `${key.key.slice(0, 4)}**********${key.key.slice(-4)}` });
  const matching = (query) =>
    state.logs.filter((row) => {
      const like = (name, value) => {
        const pattern = (query.get(name) ?? "").replaceAll("%", "");
        return pattern === "" || value.includes(pattern);
      };
      const type = Number(query.get("type")) || 0;
      const from = Number(query.get("start_timestamp")) || 0;
      const to = Number(query.get("end_timestamp")) || Number.MAX_SAFE_INTEGER;
      const channel = Number(query.get("channel")) || 0;
      return (
        row.created_at >= from &&
        row.created_at <= to &&
        (!type || row.type === type) &&
        (!channel || row.channel === channel) &&
        like("model_name", row.model_name) &&
        like("token_name", row.token_name) &&
        like("username", row.username)
      );
    });
  const stat = ({ query }) => {
    const quota = matching(query).reduce((sum, row) => sum + row.quota, 0);
    const recent = state.logs.filter((row) => row.created_at > now() - 60 && row.type === 2);
    const tpm = recent.reduce((sum, row) => sum + row.prompt_tokens + row.completion_tokens, 0);
    return ok({ quota, rpm: recent.length, tpm });
  };
  const channels = ({ query }) => {
    const word = query.get("keyword") ?? "";
    const status = query.get("status");
    const rows = state.channels.filter(
      (row) =>
        row.name.includes(word) &&
        row.models.includes(query.get("model") ?? "") &&
        (!query.get("type") || row.type === Number(query.get("type"))) &&
        (!status || (status === "enabled") === (row.status === 1)),
    );
    return page(rows, query);
  };
  return {
    "GET /api/setup": () =>
      ok({ status: state.user !== null, root_init: false, database_type: "sqlite" }),
    "POST /api/setup": ({ body }) => {
      state.user = {
        id: 1,
        username: body.username,
        display_name: "Root User",
        role: 100,
        status: 1,
        quota: 100_000_000,
        used_quota: 0,
        request_count: 0,
      };
      state.password = body.password;
      return ok(null);
    },
    "GET /api/status": () => ok({ version: "0.1.0", system_name: "Weirgate", quota_per_unit: 500_000 }),
    "POST /api/user/login": ({ body }) => {
      if (body.username !== state.user?.username || body.password !== state.password) {
        return refuse("wrong name or password, or the user is disabled");
      }
      state.loggedIn = true;
      return ok(self());
    },
    "GET /api/user/logout": () => {
      state.loggedIn = false;
      return ok(null);
    },
    "GET /api/user/self": () => ok(self()),
    "GET /api/user/models": () =>
      ok([...new Set(state.channels.flatMap((row) => row.models.split(",")))]),
    "GET /api/user/self/groups": () =>
      ok({ default: { ratio: 1, desc: "default" }, vip: { ratio: 0.8, desc: "vip" } }),
    "GET /api/group/": () => ok(["default", "vip", "svip"]),
    ...analytics,
    "GET /api/weirgate/overview": ({ query }) => overview(state, query),
    "GET /api/channel/": channels,
    "GET /api/channel/search": channels,
    "POST /api/channel/": ({ body }) => {
      const row = { ...BLANK_CHANNEL, ...body.channel, key: "", id: state.nextId++, created_time: now() };
      state.channels.unshift(row);
      return { success: true, message: "" };
    },
    "PUT /api/channel/": ({ body }) => ok(Object.assign(byId(state.channels, body.id), body, { key: "" })),
    "DELETE /api/channel/:id": ({ id }) => {
      state.channels = state.channels.filter((row) => row.id !== id);
      return ok(null);
    },
    "GET /api/channel/test/:id": ({ id }) => {
      const row = byId(state.channels, id);
      row.test_time = now();
      row.response_time = 412;
      return row.status === 3
        ? { success: false, message: "status code 401: invalid api key", time: 0.2 }
        : { success: true, message: "", time: 0.412 };
    },
    "GET /api/channel/fetch_models/:id": () => ok(UPSTREAM_MODELS),
    "POST /api/channel/fetch_models": () => ok(UPSTREAM_MODELS),
    "GET /api/token/": ({ query }) => page(state.keys.map(masked), query),
    "GET /api/token/search": ({ query }) =>
      page(state.keys.filter((key) => key.name.includes(query.get("keyword") ?? "")).map(masked), query),
    "POST /api/token/": ({ body }) => {
      const key = randomBytes(36).toString("base64url").replaceAll(/[-_]/g, "x").slice(0, 48);
      const times = { created_time: now(), accessed_time: now() };
      state.keys.unshift({ remain_quota: 0, ...body, ...times, id: state.nextId++, key, status: 1, used_quota: 0 });
      return { success: true, message: "" };
    },
    "PUT /api/token/": ({ query, body }) => {
      const key = byId(state.keys, body.id);
      return ok(masked(Object.assign(key, query.get("status_only") ? { status: body.status } : body)));
    },
    "DELETE /api/token/:id": ({ id }) => {
      state.keys = state.keys.filter((key) => key.id !== id);
      return ok(null);
    },
    "POST /api/token/:id/key": ({ id }) => ok({ key: byId(state.keys, id).key }),
    "GET /api/log/": ({ query }) => page(matching(query), query),
    "GET /api/log/stat": stat,
    "GET /v1/models": () => ({ object: "list", data: UPSTREAM_MODELS.map((id) => ({ id })), success: true }),
    "POST /v1/chat/completions": ({ body, headers }) => chat(state, body, headers),
  };
}

const UPSTREAM_MODELS = ["gpt-4o", "gpt-4o-mini", "gpt-4.1", "o4-mini", "text-embedding-3-small"];
const BLANK_CHANNEL = {
  status: 1,
  test_time: 0,
  response_time: 0,
  used_quota: 0,
  tag: null,
  other_info: "",
  channel_info: { is_multi_key: false, multi_key_size: 0 },
};

function grouped(rows, keyOf) {
  const groups = new Map();
  for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row]);
  return [...groups];
}

function overview(state, query) {
  const since = Math.floor(Date.parse(query.get("since")) / 1000);
  const rows = state.logs.filter((row) => row.created_at >= since);
  const calls = rows.filter((row) => row.type === 2);
  const sum = (some, name) => some.reduce((total, row) => total + row[name], 0);
  const figures = (some) => ({
    calls: some.length,
    quota: sum(some, "quota"),
    tokens: sum(some, "prompt_tokens") + sum(some, "completion_tokens"),
  });
  const hours = [];
  for (let at = since - (since % 3600); at < now(); at += 3600) {
    const within = calls.filter((row) => row.created_at >= at && row.created_at < at + 3600);
    hours.push({ hour: new Date(at * 1000).toISOString(), ...figures(within) });
  }
  return {
    since: query.get("since"),
    scope: "all",
    ...figures(calls),
    failures: rows.length - calls.length,
    prompt_tokens: sum(calls, "prompt_tokens"),
    completion_tokens: sum(calls, "completion_tokens"),
    cached_tokens: calls.reduce((total, row) => total + (JSON.parse(row.other).cache_tokens ?? 0), 0),
    hours,
    models: grouped(calls, (row) => row.model_name)
      .map(([model, some]) => ({ model, ...figures(some) }))
      .sort((a, b) => b.quota - a.quota),
  };
}

function chat(state, body, headers) {
  const secret = (headers.authorization ?? "").replace("Bearer sk-", "");
  const key = state.keys.find((row) => row.key === secret);
  if (!key) return { error: { message: "invalid token", type: "new_api_error", code: "" } };
  const quota = Math.round((9 + 12 * 4) * 1.25);
  state.logs.unshift({
    id: state.nextId++,
    created_at: now(),
    type: 2,
    content: "",
    username: state.user.username,
    token_name: key.name,
    model_name: body.model,
    quota,
    prompt_tokens: 9,
    completion_tokens: 12,
    use_time: 1,
    is_stream: body.stream === true,
    channel: state.channels[0]?.id ?? 0,
    channel_name: state.channels[0]?.name ?? "",
    group: "default",
    ip: "",
    request_id: randomBytes(16).toString("hex"),
    other: JSON.stringify({ model_ratio: 1.25, completion_ratio: 4, group_ratio: 1, model_price: -1, frt: 210 }),
  });
  key.used_quota += quota;
  state.user.used_quota += quota;
  state.user.request_count += 1;
  const message = { role: "assistant", content: "Hello!" };
  const usage = { prompt_tokens: 9, completion_tokens: 12, total_tokens: 21 };
  return { id: "chatcmpl-1", object: "chat.completion", choices: [{ index: 0, message, finish_reason: "stop" }], usage };
}

async function readBody(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  const text = Buffer.concat(parts).toString();
  return text ? JSON.parse(text) : {};
}

async function sendFile(response, path) {
  const wanted = normalize(path).replace(/^(\.\.[/\\])+/, "");
  const file = extname(wanted) ? wanted : "index.html";
  try {
    const content = await readFile(join(STATIC, file));
    response.writeHead(200, { "content-type": KINDS[extname(file)] ?? "application/octet-stream", "content-security-policy": POLICY });
    response.end(content);
  } catch {
    response.writeHead(404).end();
  }
}

const OPEN = ["/api/setup", "/api/status", "/api/user/login", "/v1/"];

/** Starts the stand-in; resolves to the server, listening. */
export function startMock(port, isFilled) {
  const state = isFilled ? filled(emptyState()) : emptyState();
  const table = handlers(state);
  const server = createServer(async (request, response) => {
    const url = new URL(request.url, "http://mock");
    const number = /\/(\d+)(?=\/|$)/.exec(url.pathname);
    const path = number ? url.pathname.replace(number[0], "/:id") : url.pathname;
    const handler = table[`${request.method} ${path}`];
    if (!handler && !/^\/(api|v1)\//.test(url.pathname)) return sendFile(response, url.pathname);
    const open = OPEN.some((prefix) => url.pathname.startsWith(prefix));
    const known = open || (state.loggedIn && request.headers["new-api-user"] === String(state.user?.id));
    const answer = (status, body) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    if (!handler) return answer(404, refuse(`no such path: ${request.method} ${url.pathname}`));
    if (!known) return answer(401, refuse("Unauthorized, not logged in"));
    const input = { query: url.searchParams, headers: request.headers, id: Number(number?.[1]) };
    return answer(200, handler({ ...input, body: await readBody(request) }));
  });
  return new Promise((resolve) => server.listen(port, "127.0.0.1", () => resolve(server)));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [port = "3900", mode] = process.argv.slice(2);
  await startMock(Number(port), mode === "filled");
  process.stdout.write(`http://127.0.0.1:${port}\n`);
}
