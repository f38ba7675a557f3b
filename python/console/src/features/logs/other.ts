/*
 * The facts that a log row carries in its `other` text, read without trust: a missing or odd member
 * is simply absent. Pure.
 */

/** One try at an upstream. */
export type Attempt = {
  channel: number;
  keyIndex: number | null;
  status: number | null;
  ms: number | null;
  error: string;
};

export type Facts = {
  modelRatio: number | null;
  completionRatio: number;
  groupRatio: number;
  /** Dollars a call; null when the model is priced by tokens. */
  callPrice: number | null;
  cachedTokens: number;
  cacheRatio: number;
  cacheWriteTokens: number;
  cacheWriteRatio: number;
  reasoningTokens: number;
  ttftMs: number | null;
  upstreamModel: string;
  path: string;
  endReason: string;
  usageSource: string;
  status: number | null;
  error: string;
  attempts: Attempt[];
};

type Bag = Record<string, unknown>;

function bag(value: unknown): Bag {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Bag) : {};
}

function parse(text: string): Bag {
  try {
    return bag(JSON.parse(text));
  } catch {
    return {};
  }
}

/** Reads a number that may have travelled as decimal text. */
function number(value: unknown): number | null {
  const read = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof read === "number" && Number.isFinite(read) ? read : null;
}

/** Reads a number, or the given one where there is none. */
function count(value: unknown, absent: number): number {
  return number(value) ?? absent;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function attempt(value: unknown): Attempt {
  const { channel_id, key_index, status, ms, error } = bag(value);
  return {
    channel: number(channel_id) ?? 0,
    keyIndex: number(key_index),
    status: number(status) || null,
    ms: number(ms),
    error: text(error),
  };
}

/** Returns the attempts, which only an administrator's rows carry. */
function attempts(admin: Bag): Attempt[] {
  if (Array.isArray(admin.attempts)) return admin.attempts.map(attempt);
  const used = admin.use_channel;
  return Array.isArray(used) ? used.map((id) => attempt({ channel_id: id })) : [];
}

/** Returns the price of a call in dollars; the family writes -1 where tokens are priced. */
function callPrice(other: Bag): number | null {
  const price = number(other.model_price);
  return price !== null && price >= 0 ? price : null;
}

/** Returns the ratio that was applied: a user's special one goes before the group's. */
function groupRatio(other: Bag): number {
  const special = number(other.user_group_ratio);
  if (special !== null && special >= 0) return special;
  return count(other.group_ratio, 1);
}

/** Returns the first-response time; the family writes a negative one for "unknown". */
function ttft(value: unknown): number | null {
  const ms = number(value);
  return ms !== null && ms > 0 ? ms : null;
}

/** Reads the facts of a row; of an empty or broken text, the neutral ones. */
export function readFacts(source: string): Facts {
  const other = parse(source);
  const admin = bag(other.admin_info);
  return {
    modelRatio: number(other.model_ratio),
    completionRatio: count(other.completion_ratio, 1),
    groupRatio: groupRatio(other),
    callPrice: callPrice(other),
    cachedTokens: count(other.cache_tokens, 0),
    cacheRatio: count(other.cache_ratio, 1),
    cacheWriteTokens: count(other.cache_creation_tokens, 0),
    cacheWriteRatio: count(other.cache_creation_ratio, 1),
    reasoningTokens: count(other.reasoning_tokens, 0),
    ttftMs: ttft(other.frt),
    upstreamModel: text(other.upstream_model_name),
    path: text(other.request_path),
    endReason: text(admin.end_reason),
    usageSource: text(admin.usage_source),
    status: number(other.status_code),
    error: text(other.error_code) || text(other.error_type),
    attempts: attempts(admin),
  };
}
