/* What a failed call says to the person in front of it. */
import type { TFunction } from "i18next";
import { ApiError } from "./client";

/** Returns the server's own text where there is one, else what to do about this kind of failure. */
export function errorText(t: TFunction, error: unknown): string {
  if (!(error instanceof ApiError)) return t("errors.unexpected");
  if (error.kind === "network") return t("errors.network");
  if (error.kind === "rate_limited") return t("errors.rateLimited");
  if (error.kind === "unauthorized") return error.message || t("errors.unauthorized");
  return error.message || t("errors.server", { status: error.status });
}
