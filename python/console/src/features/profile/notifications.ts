/* Notification settings as stored in the account ↔ as typed. Pure. */
import type { NotificationInput } from "@/api/shapes";

export const WAYS = ["email", "webhook", "bark", "gotify"] as const;
export type Way = (typeof WAYS)[number];

export type NotificationDraft = {
  way: Way;
  /** Dollars, as typed. */
  threshold: string;
  email: string;
  webhookUrl: string;
  webhookSecret: string;
  barkUrl: string;
  gotifyUrl: string;
  gotifyToken: string;
  acceptUnpriced: boolean;
  recordIp: boolean;
};

/** Returns the form's state for stored settings; what does not read is the default. */
export function notificationDraft(setting: string, unit: number): NotificationDraft {
  const stored = read(setting);
  const text = (name: string) => (typeof stored[name] === "string" ? stored[name] : "");
  const way = WAYS.find((one) => one === stored.notify_type) ?? "email";
  const threshold = stored.quota_warning_threshold;
  return {
    way,
    threshold: String(typeof threshold === "number" ? threshold / unit : 1),
    email: text("notification_email"),
    webhookUrl: text("webhook_url"),
    webhookSecret: text("webhook_secret"),
    barkUrl: text("bark_url"),
    gotifyUrl: text("gotify_url"),
    gotifyToken: text("gotify_token"),
    acceptUnpriced: stored.accept_unset_model_ratio_model === true,
    recordIp: stored.record_ip_log === true,
  };
}

function read(setting: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(setting || "{}");
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** Returns what the server takes; stars stand for a secret that stays. */
export function notificationInput(draft: NotificationDraft, quota: number): NotificationInput {
  return {
    notify_type: draft.way,
    quota_warning_threshold: quota,
    notification_email: draft.email.trim(),
    webhook_url: draft.webhookUrl.trim(),
    webhook_secret: draft.webhookSecret,
    bark_url: draft.barkUrl.trim(),
    gotify_url: draft.gotifyUrl.trim(),
    gotify_token: draft.gotifyToken,
    accept_unset_model_ratio_model: draft.acceptUnpriced,
    record_ip_log: draft.recordIp,
  };
}
