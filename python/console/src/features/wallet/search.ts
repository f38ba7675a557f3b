/* What the wallet's address holds. */
import { readPaging, readTexts } from "@/lib/address";

export type WalletSearch = { p?: number; size?: number; q?: string; paid?: string };

/** Drops what is not known or is the default; `paid` is what a payment page comes back with. */
export function readWalletSearch(search: Record<string, unknown>): WalletSearch {
  return { ...readPaging(search), ...readTexts(search, ["q", "paid"]) };
}
