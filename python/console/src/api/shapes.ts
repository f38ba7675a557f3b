/*
 * The server's shapes that the pages read. Only the members that the console uses are named; the
 * server sends more. Units: quota in integers, times in Unix seconds, durations in milliseconds.
 */

/** The envelope of every management answer. */
export type Envelope<T> = { success: boolean; message?: string; data?: T };

/** A page of a list. */
export type Page<T> = { page: number; page_size: number; total: number; items: T[] };

export type Setup = {
  status: boolean;
  root_init: boolean;
  database_type: string;
  /** True when a peer that is not loopback must show the one-time token. */
  token_required?: boolean;
};

export type SetupInput = {
  username: string;
  password: string;
  confirmPassword: string;
  SelfUseModeEnabled: boolean;
  DemoSiteEnabled: boolean;
};

export type Status = {
  version: string;
  system_name: string;
  quota_per_unit: number;
  self_use_mode_enabled?: boolean;
};

export type Login = {
  id: number;
  username: string;
  display_name: string;
  role: number;
  require_2fa?: boolean;
};

export type Self = {
  id: number;
  username: string;
  display_name: string;
  role: number;
  group: string;
  quota: number;
  used_quota: number;
  request_count: number;
};

export type OverviewHour = { ts: number; calls: number; quota: number; tokens: number };

export type Overview = {
  from: number;
  to: number;
  calls: number;
  quota: number;
  prompt_tokens: number;
  completion_tokens: number;
  errors: number;
  avg_ttft_ms: number | null;
  hours: OverviewHour[];
  top_models: { model: string; calls: number; quota: number }[];
  lag_ms: number;
};

export type Key = {
  id: number;
  key: string;
  status: number;
  name: string;
  created_time: number;
  accessed_time: number;
  expired_time: number;
  remain_quota: number;
  used_quota: number;
  unlimited_quota: boolean;
  model_limits_enabled: boolean;
  model_limits: string;
  allow_ips: string | null;
  group: string;
};

export type KeyInput = Pick<
  Key,
  | "name"
  | "expired_time"
  | "unlimited_quota"
  | "model_limits_enabled"
  | "model_limits"
  | "allow_ips"
  | "group"
> & { remain_quota?: number };

export type Groups = Record<string, { ratio: number | string; desc: string }>;

export type Channel = {
  id: number;
  type: number;
  status: number;
  name: string;
  weight: number | null;
  priority: number | null;
  created_time: number;
  test_time: number;
  response_time: number;
  base_url: string | null;
  models: string;
  group: string;
  used_quota: number;
  model_mapping: string | null;
  auto_ban: number | null;
  tag: string | null;
  test_model: string | null;
  other_info?: string;
  channel_info?: { is_multi_key: boolean; multi_key_size: number; multi_key_mode?: string };
};

export type ChannelInput = {
  name: string;
  type: number;
  key: string;
  base_url: string;
  models: string;
  group: string;
  priority: number;
  weight: number;
  model_mapping: string;
  auto_ban: number;
  test_model: string;
};

export type AddMode = "single" | "batch" | "multi_to_single";

export type LogRow = {
  id: number;
  created_at: number;
  type: number;
  content: string;
  username: string;
  token_name: string;
  model_name: string;
  quota: number;
  prompt_tokens: number;
  completion_tokens: number;
  use_time: number;
  is_stream: boolean;
  channel: number;
  channel_name?: string;
  group: string;
  ip: string;
  request_id?: string;
  other: string;
};

export type LogStat = { quota: number; rpm: number; tpm: number };

export type TestResult = { success: boolean; message: string; time: number };
