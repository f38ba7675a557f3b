"""Checkouts at Stripe: the session asked for, and events that credit once or not at all."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs

import pytest
from weirgate.store.tables import User

from tests.api.conftest import ALICE
from tests.api.topup.conftest import Shop
from tests.support import payments
from tests.support.refusals import PaymentRefusal

PARALLEL = 50
BEFORE, TEN_DOLLARS = 1_000_000, 5_000_000
COMPLETED = "checkout.session.completed"


def paid(trade_no: str, **fields: Any) -> bytes:
    return payments.stripe_event(COMPLETED, client_reference_id=trade_no, **fields)


def test_a_checkout_is_asked_for_with_what_was_ordered(shop: Shop) -> None:
    trade_no = shop.stripe_order()
    [(method, url, headers, body)] = shop.site.exchange.asked
    assert (method, url) == ("POST", "https://api.stripe.com/v1/checkout/sessions")
    assert headers["authorization"] == "Bearer sk_test_1"
    assert headers["idempotency-key"] == trade_no
    assert {name: value[0] for name, value in parse_qs(body.decode()).items()} == {
        "mode": "payment",
        "line_items[0][price]": "price_1",
        "line_items[0][quantity]": "10",
        "client_reference_id": trade_no,
        "success_url": "https://gate.test/console/log",
        "cancel_url": "https://gate.test/console/topup",
        "allow_promotion_codes": "false",
        "customer_creation": "always",
    }
    order = shop.orders()[0]
    assert (order.provider_ref, order.due_minor, order.currency) == ("cs_test_1", 8000, "usd")


def test_fifty_copies_of_one_event_at_once_credit_once(either: Shop) -> None:
    body = paid(either.stripe_order())
    clients = [either.site.visitor() for _ in range(PARALLEL)]
    headers = {"stripe-signature": payments.stripe_signature(body, either.now_s)}
    with ThreadPoolExecutor(PARALLEL) as pool:
        answers = list(
            pool.map(
                lambda client: client.post("/api/stripe/webhook", content=body, headers=headers),
                clients,
            )
        )
    assert {(answer.status_code, answer.content) for answer in answers} == {(200, b"")}
    assert either.balance() == BEFORE + TEN_DOLLARS
    assert either.entries() == [TEN_DOLLARS]
    assert either.site.verify().is_sound


def test_a_paid_session_credits_and_its_customer_is_kept(shop: Shop) -> None:
    assert shop.event(paid(shop.stripe_order())).status_code == 200
    assert (shop.balance(), shop.orders()[0].status) == (BEFORE + TEN_DOLLARS, "success")

    async def customer() -> str:
        async with shop.site.management.store.unit_of_work(write=False) as uow:
            alice = await uow.session.get(User, ALICE)
            assert alice is not None
            return alice.stripe_customer

    assert shop.site.management.run(customer()) == "cus_1"
    shop.stripe_order(id="cs_test_2")
    asked = parse_qs(shop.site.exchange.asked[1][3].decode())
    assert asked["customer"] == ["cus_1"]
    assert "customer_creation" not in asked


@pytest.mark.parametrize(
    "fields",
    [
        {"id": "cs_other"},
        {"currency": "eur"},
        {"currency": None},
        {"amount_total": 7999, "amount_subtotal": 7999},
        {"amount_total": 7999},
        {"amount_total": None},
        {"amount_subtotal": None},
        {"amount_subtotal": 16000, "amount_total": 8000},
        {"client_reference_id": "USR2NOxxxxxx1"},
        {"client_reference_id": None},
    ],
)
def test_a_signed_payment_that_is_not_the_ordered_one_credits_nothing(
    shop: Shop, fields: dict[str, Any]
) -> None:
    event = {"client_reference_id": shop.stripe_order(), **fields}
    body = payments.stripe_event(COMPLETED, **event)
    assert shop.event(body).status_code == 200
    assert (shop.balance(), shop.orders()[0].status) == (BEFORE, "pending")
    assert len(shop.logs(5)) == 1


def test_an_order_of_another_provider_is_not_paid_by_stripe(shop: Shop) -> None:
    trade_no = shop.order()["data"]["out_trade_no"]
    body = paid(trade_no, currency="", amount_total=7300, amount_subtotal=7300)
    assert shop.event(body).status_code == 200
    assert (shop.balance(), shop.orders()[0].status) == (BEFORE, "pending")


@pytest.mark.parametrize(("age_s", "credited"), [(300, True), (301, False), (-301, False)])
def test_an_event_counts_for_five_minutes(shop: Shop, age_s: int, credited: bool) -> None:
    body = paid(shop.stripe_order())
    signature = payments.stripe_signature(body, shop.now_s - age_s)
    assert shop.event(body, signature=signature).status_code == (200 if credited else 400)
    assert shop.balance() == BEFORE + (TEN_DOLLARS if credited else 0)


def test_an_event_with_a_wrong_signature_is_refused(shop: Shop) -> None:
    body = paid(shop.stripe_order())
    now_s = shop.now_s
    right = payments.stripe_signature(body, now_s)
    other_secret = payments.stripe_signature(body, now_s, "whsec_2")
    other_body = payments.stripe_signature(body + b" ", now_s)
    other_time = right.replace(f"t={now_s}", f"t={now_s - 1}")
    only_v0 = right.replace("v1=", "v2=")
    for signature in ("", "v1=x", "t=,v1=", other_secret, other_body, other_time, only_v0):
        answer = shop.event(body, signature=signature)
        assert (answer.status_code, answer.content) == (400, b"")
    assert shop.balance() == BEFORE
    rolled = right.replace("v1=", "v1=00,v1=")
    assert shop.event(body, signature=rolled).status_code == 200
    assert shop.balance() == BEFORE + TEN_DOLLARS


def test_without_its_secrets_stripe_is_off(shop: Shop) -> None:
    body = paid(shop.stripe_order())
    shop.option("StripeWebhookSecret", "")
    signature = payments.stripe_signature(body, shop.now_s, "")
    assert shop.event(body, signature=signature).status_code == 400
    assert shop.balance() == BEFORE
    client = shop.site.as_user(ALICE)
    order = {"amount": 10, "payment_method": "stripe"}
    refused = client.post("/api/user/stripe/pay", json=order).json()
    assert refused == PaymentRefusal("当前管理员未配置支付信息")
    info = client.get("/api/user/topup/info").json()["data"]
    assert info["enable_stripe_topup"] is False
    assert [method["type"] for method in info["pay_methods"]] == ["alipay", "wxpay", "custom1"]


def test_a_session_that_is_not_paid_yet_waits_for_the_money(shop: Shop) -> None:
    trade_no = shop.stripe_order()
    assert shop.event(paid(trade_no, payment_status="unpaid")).status_code == 200
    assert shop.balance() == BEFORE
    late = payments.stripe_event(
        "checkout.session.async_payment_succeeded", client_reference_id=trade_no
    )
    assert shop.event(late).status_code == 200
    assert shop.balance() == BEFORE + TEN_DOLLARS


@pytest.mark.parametrize(
    ("kind", "status"),
    [("checkout.session.expired", "expired"), ("checkout.session.async_payment_failed", "failed")],
)
def test_an_order_that_ended_unpaid_is_never_credited(shop: Shop, kind: str, status: str) -> None:
    trade_no = shop.stripe_order()
    ending = {"client_reference_id": trade_no, "status": "expired", "payment_status": "unpaid"}
    other = payments.stripe_event(kind, **{**ending, "id": "cs_other"})
    assert shop.event(other).status_code == 200
    assert shop.orders()[0].status == "pending"
    assert shop.event(payments.stripe_event(kind, **ending)).status_code == 200
    assert shop.orders()[0].status == status
    assert shop.event(paid(trade_no)).status_code == 200
    assert shop.balance() == BEFORE


def test_a_paid_order_does_not_expire(shop: Shop) -> None:
    trade_no = shop.stripe_order()
    shop.event(paid(trade_no))
    shop.event(payments.stripe_event("checkout.session.expired", client_reference_id=trade_no))
    assert shop.orders()[0].status == "success"


def test_promotion_codes_lower_what_is_paid_only_where_they_are_allowed(shop: Shop) -> None:
    shop.option("StripePromotionCodesEnabled", True)
    trade_no = shop.stripe_order()
    assert b"allow_promotion_codes=true" in shop.site.exchange.asked[0][3]
    assert shop.event(paid(trade_no, amount_total=9000)).status_code == 200
    assert shop.balance() == BEFORE
    assert shop.event(paid(trade_no, amount_total=6000)).status_code == 200
    assert shop.balance() == BEFORE + TEN_DOLLARS


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"type":1}', b"\xff", b'{"type":"x"}'])
def test_a_signed_body_that_is_no_event_is_refused(shop: Shop, body: bytes) -> None:
    assert shop.event(body).status_code == 400


def test_events_about_other_things_are_acknowledged(shop: Shop) -> None:
    assert shop.event(payments.stripe_event("invoice.paid")).status_code == 200


def test_prices_and_limits_are_the_familys(shop: Shop) -> None:
    client = shop.site.as_user(ALICE)
    priced = client.post("/api/user/stripe/amount", json={"amount": 10}).json()
    assert priced == {"message": "success", "data": "80.00"}
    for amount, text in ((0, "充值数量不能小于 1"), (10_001, "充值数量不能大于 10000")):
        body = {"amount": amount, "payment_method": "stripe"}
        said = client.post("/api/user/stripe/pay", json=body).json()
        assert (said["message"], said["data"], said["error"]) == (text, 10, "refused")
    other = client.post("/api/user/stripe/pay", json={"amount": 10, "payment_method": "alipay"})
    assert other.json() == PaymentRefusal("不支持的支付渠道")
    assert shop.orders() == []


@pytest.mark.parametrize(
    "url", ["https://evil.test/", "//evil.test", "javascript:alert(1)", "https://gate.test@evil.test/",
            "https://gate.test:81/x", "https://[x/", "ftp://gate.test/"],
)  # fmt: skip
def test_redirects_to_other_hosts_are_refused(shop: Shop, url: str) -> None:
    client = shop.site.as_user(ALICE)
    for name in ("success_url", "cancel_url"):
        body = {"amount": 10, "payment_method": "stripe", name: url}
        answer = client.post("/api/user/stripe/pay", json=body)
        assert (answer.status_code, answer.json()["message"]) == (400, "error")
    assert shop.site.exchange.asked == []


@pytest.mark.parametrize(
    "answer",
    [None, {}, {"id": "cs_1"}, payments.stripe_session(url=None),
     payments.stripe_session(amount_total=0), payments.stripe_session(currency=None)],
)  # fmt: skip
def test_a_checkout_that_stripe_does_not_start_leaves_no_order(
    shop: Shop, answer: dict[str, Any] | None
) -> None:
    shop.site.exchange.answer = answer
    body = {"amount": 10, "payment_method": "stripe"}
    refused = shop.site.as_user(ALICE).post("/api/user/stripe/pay", json=body).json()
    assert refused == PaymentRefusal("拉起支付失败")
    assert shop.orders() == []


def test_a_group_ratio_counts_on_what_is_given(shop: Shop) -> None:
    shop.option("TopupGroupRatio", '{"default":0.5}')
    assert shop.event(paid(shop.stripe_order())).status_code == 200
    assert shop.balance() == BEFORE + TEN_DOLLARS // 2
    shown = shop.site.as_user(ALICE).get("/api/user/topup/self").json()["data"]["items"][0]
    assert (shown["amount"], shown["money"]) == (10, 5.0)


def test_secrets_are_never_listed(shop: Shop) -> None:
    listed = shop.site.as_user(1).get("/api/option/").text
    for secret in (payments.EPAY_KEY, payments.STRIPE_SECRET, payments.STRIPE_WEBHOOK_SECRET):
        assert secret not in listed
    assert not any(secret in row.content for row in shop.logs(3) for secret in ("whsec_1", "sk_"))
