/* The own money: codes, top-ups, orders, invitations, check-ins. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { ApiError, api, bodyOf, dataOf, wholeOf } from "@/api/client";
import { DEFAULT_SIZE } from "@/common/list-page";
import type { WalletSearch } from "./search";

export const ORDERS = "orders";
export const CHECKIN = "checkin";

/** What may be bought, how, and from which amount on. */
export function useTopUpInfo() {
  return useQuery({
    queryKey: ["topup-info"],
    queryFn: () => dataOf(api.GET("/api/user/topup/info")),
    staleTime: 60_000,
  });
}

/** Redeems a code; the result is the quota that it was worth. Throws ApiError. */
export function redeem(key: string) {
  return dataOf(api.POST("/api/user/topup", { body: { key } }));
}

export type Shop = "epay" | "stripe";

type Paying = { message?: unknown; data?: unknown };

/** Opens an answer of a payment call: its `message` says success, its `data` the reason if not. */
function paid<T extends Paying>(answer: T): T {
  if (answer.message === "success") return answer;
  throw new ApiError("refused", 200, typeof answer.data === "string" ? answer.data : "");
}

/** Asks what an amount of dollars costs in the shop's currency. */
export function usePrice(shop: Shop, amount: number | null) {
  return useQuery({
    queryKey: ["topup-price", shop, amount],
    queryFn: async () => {
      const body = { amount: amount ?? 0 };
      const answer = await (shop === "epay"
        ? bodyOf(api.POST("/api/user/amount", { body }))
        : bodyOf(api.POST("/api/user/stripe/amount", { body })));
      return String(paid(answer).data);
    },
    enabled: amount !== null && amount > 0,
    retry: false,
  });
}

/** Starts an order and hands the browser to the payment page; throws ApiError. */
export async function pay(shop: Shop, amount: number, method: string): Promise<void> {
  if (shop === "stripe") {
    const here = `${window.location.origin}/wallet`;
    const body = {
      amount,
      payment_method: "stripe",
      success_url: `${here}?paid=yes`,
      cancel_url: here,
    };
    const answer = paid(await bodyOf(api.POST("/api/user/stripe/pay", { body })));
    window.location.assign(answer.data.pay_link);
    return;
  }
  const body = { amount, payment_method: method };
  const answer = paid(await bodyOf(api.POST("/api/user/pay", { body })));
  postForm(answer.url, answer.data);
}

/** Posts a signed form as epay wants it: by the browser, to the shop. */
function postForm(action: string, fields: Record<string, string>): void {
  const form = document.createElement("form");
  form.method = "post";
  form.action = action;
  for (const [name, value] of Object.entries(fields)) {
    const input = document.createElement("input");
    input.type = "hidden";
    input.name = name;
    input.value = value;
    form.append(input);
  }
  document.body.append(form);
  form.submit();
}

/** A page of the own orders. */
export function useOrders({ p = 1, size = DEFAULT_SIZE, q = "" }: WalletSearch) {
  return useQuery({
    queryKey: [ORDERS, p, size, q],
    queryFn: () => {
      const query = { p: String(p), page_size: String(size), keyword: q };
      return dataOf(api.GET("/api/user/topup/self", { params: { query } }));
    },
    placeholderData: keepPreviousData,
  });
}

/** The own invitation code. */
export function useInvitation() {
  return useQuery({
    queryKey: ["aff"],
    queryFn: () => dataOf(api.GET("/api/user/aff")),
    staleTime: 60_000,
  });
}

/** Moves rewards of invitations into the balance; throws ApiError. */
export function transferReward(quota: number) {
  return wholeOf(api.POST("/api/user/aff_transfer", { body: { quota } }));
}

/** The month's check-ins and whether today's is open. */
export function useCheckIns() {
  return useQuery({
    queryKey: [CHECKIN],
    queryFn: () => dataOf(api.GET("/api/user/checkin", { params: { query: { month: month() } } })),
  });
}

function month(): string {
  const now = new Date();
  return `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, "0")}`;
}

/** Checks in for today; throws ApiError. */
export function checkIn() {
  return dataOf(api.POST("/api/user/checkin"));
}
