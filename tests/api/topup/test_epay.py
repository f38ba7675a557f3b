"""Orders at epay: prices, the signed form, and notifications that credit once or not at all."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.api.conftest import ADAM, ALICE, ROOT, Plane
from tests.api.topup.conftest import Shop
from tests.support import payments
from tests.support.refusals import PaymentRefusal, Refusal

PARALLEL = 50
BEFORE, TEN_DOLLARS = 1_000_000, 5_000_000


def test_an_order_is_a_form_that_epay_can_check(shop: Shop) -> None:
    answer = shop.order()
    fields = answer["data"]
    assert answer["url"] == "https://pay.test/submit.php"
    assert fields["sign"] == payments.epay_sign(fields)
    trade_no = fields["out_trade_no"]
    assert trade_no.startswith(f"USR{ALICE}NO")
    assert trade_no.endswith(str(shop.now_s))
    assert {name: fields[name] for name in fields if name not in {"sign", "out_trade_no"}} == {
        "pid": "1001", "type": "alipay", "name": "TUC10", "money": "73.00", "device": "pc",
        "notify_url": "https://gate.test/api/user/epay/notify",
        "return_url": "https://gate.test/console/log", "sign_type": "MD5",
    }  # fmt: skip
    shop.option("CustomCallbackAddress", "https://hooks.test/")
    assert shop.order()["data"]["notify_url"] == "https://hooks.test/api/user/epay/notify"


def test_fifty_copies_of_one_notification_at_once_credit_once(either: Shop) -> None:
    fields = payments.epay_notice(either.order()["data"]["out_trade_no"], "73.00")
    clients = [either.site.visitor() for _ in range(PARALLEL)]

    def send(number: int) -> str:
        client = clients[number]
        if number % 2:
            return client.post("/api/user/epay/notify", data=fields).text
        return client.get("/api/user/epay/notify", params=fields).text

    with ThreadPoolExecutor(PARALLEL) as pool:
        answers = list(pool.map(send, range(PARALLEL)))
    assert set(answers) == {"success"}
    assert either.balance() == BEFORE + TEN_DOLLARS
    assert either.entries() == [TEN_DOLLARS]
    assert len(either.logs(1)) == 1
    assert either.site.verify().is_sound


def test_a_notification_credits_and_ends_the_order(shop: Shop) -> None:
    fields = payments.epay_notice(shop.order()["data"]["out_trade_no"], "73")
    assert shop.notify(fields) == "success"
    order = shop.orders()[0]
    assert (order.status, order.complete_time) == ("success", shop.now_s)
    [row] = shop.logs(1)
    assert (row.user_id, row.username, row.quota) == (ALICE, "alice", TEN_DOLLARS)
    assert shop.notify(fields) == "success"
    assert shop.balance() == BEFORE + TEN_DOLLARS


@pytest.mark.parametrize(
    "change",
    [{"money": "7.30"}, {"money": "73.001"}, {"money": "-73"}, {"money": "1e2"}, {"money": ""},
     {"pid": "1002"}, {"out_trade_no": "USR2NOxxxxxx1"}],
)  # fmt: skip
def test_a_signed_payment_that_is_not_the_ordered_one_credits_nothing(
    shop: Shop, change: dict[str, str]
) -> None:
    fields = payments.epay_notice(shop.order()["data"]["out_trade_no"], "73.00") | change
    fields["sign"] = payments.epay_sign(fields)
    assert shop.notify(fields) == "success"
    assert (shop.balance(), shop.orders()[0].status) == (BEFORE, "pending")
    assert len(shop.logs(5)) == 1


@pytest.mark.parametrize("change", [{"sign": "0" * 32}, {"sign": ""}, {"money": "73.01"}])
def test_a_notification_with_a_wrong_signature_fails(shop: Shop, change: dict[str, str]) -> None:
    fields = payments.epay_notice(shop.order()["data"]["out_trade_no"], "73.00") | change
    assert shop.notify(fields) == "fail"
    assert shop.site.visitor().post("/api/user/epay/notify", data=fields).text == "fail"
    assert (shop.balance(), shop.logs(5)) == (BEFORE, [])


def test_a_state_that_is_not_paid_is_acknowledged_and_credits_nothing(shop: Shop) -> None:
    trade_no = shop.order()["data"]["out_trade_no"]
    fields = payments.epay_notice(trade_no, "73.00", trade_status="WAIT_BUYER_PAY")
    assert shop.notify(fields) == "success"
    assert shop.balance() == BEFORE


def test_an_order_of_another_provider_is_not_paid_by_epay(shop: Shop) -> None:
    trade_no = shop.stripe_order()
    assert shop.notify(payments.epay_notice(trade_no, "80.00")) == "success"
    assert (shop.balance(), shop.orders()[0].status) == (BEFORE, "pending")
    assert "the order is for stripe" in shop.logs(5)[0].content


def test_without_its_key_epay_is_off_and_no_signature_counts(shop: Shop) -> None:
    trade_no = shop.order()["data"]["out_trade_no"]
    shop.option("EpayKey", "")
    fields = payments.epay_notice(trade_no, "73.00")
    fields["sign"] = payments.epay_sign(fields, key="")
    assert shop.notify(fields) == "fail"
    assert shop.balance() == BEFORE
    client = shop.site.as_user(ALICE)
    refused = client.post("/api/user/pay", json={"amount": 10, "payment_method": "alipay"})
    assert refused.json() == PaymentRefusal("当前管理员未配置支付信息")
    assert client.get("/api/user/topup/info").json()["data"]["enable_online_topup"] is False
    assert shop.site.visitor().get("/api/status").json()["data"]["enable_online_topup"] is False


def test_what_a_notification_credits_was_fixed_by_the_order(shop: Shop) -> None:
    fields = payments.epay_notice(shop.order()["data"]["out_trade_no"], "73.00")
    shop.option("QuotaPerUnit", 1)
    shop.option("Price", "1")
    assert shop.notify(fields) == "success"
    assert shop.balance() == BEFORE + TEN_DOLLARS


@pytest.mark.parametrize(
    ("options", "amount", "price"),
    [
        ({}, 10, "73.00"),
        ({"TopupGroupRatio": '{"default":0.85}'}, 10, "62.05"),
        ({"payment_setting.amount_discount": '{"100":0.95}'}, 100, "693.50"),
        ({"payment_setting.amount_discount": '{"100":0.95}'}, 10, "73.00"),
        ({"Price": "0.0015"}, 10, "0.02"),
        ({"Price": "1.1", "TopupGroupRatio": '{"default":1.1}'}, 3, "3.63"),
        ({"general_setting.quota_display_type": "TOKENS"}, 750_000, "10.95"),
    ],
)
def test_prices_are_exact_in_decimals(
    shop: Shop, options: dict[str, str], amount: int, price: str
) -> None:
    for key, value in options.items():
        shop.option(key, value)
    answer = shop.site.as_user(ALICE).post("/api/user/amount", json={"amount": amount}).json()
    assert answer == {"message": "success", "data": price}


def test_shown_in_quota_an_order_gives_exactly_what_was_asked_for(shop: Shop) -> None:
    shop.option("general_setting.quota_display_type", "TOKENS")
    fields = shop.order(amount=750_000)["data"]
    assert fields["money"] == "10.95"
    assert shop.notify(payments.epay_notice(fields["out_trade_no"], "10.95")) == "success"
    assert shop.balance() == BEFORE + 750_000


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"amount": 0, "payment_method": "alipay"}, "充值数量不能小于 1"),
        ({"amount": -5, "payment_method": "alipay"}, "充值数量不能小于 1"),
        ({"amount": 1 << 62, "payment_method": "alipay"}, "充值数量不能大于 18014398509"),
        ({"amount": 10, "payment_method": "cash"}, "支付方式不存在"),
        ({"amount": 10, "payment_method": "stripe"}, "支付方式不存在"),
        ({"amount": 10}, "支付方式不存在"),
        ({"amount": 10, "payment_method": "custom1"}, "充值数量不能小于 50"),
        ({"amount": "ten", "payment_method": "alipay"}, "无效的参数"),
    ],
)
def test_an_order_that_breaks_a_rule_is_refused_in_the_familys_form(
    shop: Shop, body: dict[str, object], text: str
) -> None:
    answer = shop.site.as_user(ALICE).post("/api/user/pay", json=body)
    assert (answer.status_code, answer.json()) == (200, PaymentRefusal(text))
    assert shop.orders() == []


def test_too_cheap_a_price_is_refused(shop: Shop) -> None:
    shop.option("Price", "0.0004")
    answer = shop.site.as_user(ALICE).post("/api/user/amount", json={"amount": 10}).json()
    assert answer == PaymentRefusal("充值金额过低")


def test_orders_are_listed_to_their_owner_and_to_administrators(shop: Shop) -> None:
    trade_no = shop.order()["data"]["out_trade_no"]
    shop.notify(payments.epay_notice(trade_no, "73.00"))
    shop.order(amount=3)
    own = shop.site.as_user(ALICE).get("/api/user/topup/self?p=1&page_size=1").json()["data"]
    assert (own["total"], own["items"][0]["amount"]) == (2, 3)
    found = shop.site.as_user(ADAM).get(f"/api/user/topup?keyword={trade_no[2:]}").json()["data"]
    assert found["items"] == [
        {
            "id": 1, "user_id": ALICE, "amount": 10, "money": 73.0, "trade_no": trade_no,
            "payment_method": "alipay", "payment_provider": "epay", "create_time": shop.now_s,
            "complete_time": shop.now_s, "status": "success",
        }
    ]  # fmt: skip
    other = shop.site.as_user(ROOT)
    assert other.get("/api/user/topup/self").json()["data"]["total"] == 0
    assert other.get("/api/user/topup?keyword=%25").json()["data"]["total"] == 0
    assert not shop.site.as_user(ALICE).get("/api/user/topup").json()["success"]


def test_an_administrator_completes_a_pending_order_once(either: Shop) -> None:
    trade_no = either.order()["data"]["out_trade_no"]
    fields = payments.epay_notice(trade_no, "73.00")
    admins = [either.site.as_user(ADAM) for _ in range(10)]
    visitors = [either.site.visitor() for _ in range(10)]

    def act(number: int) -> bool:
        if number % 2:
            visitors[number // 2].get("/api/user/epay/notify", params=fields)
            return False
        body = {"trade_no": trade_no}
        answer = admins[number // 2].post("/api/user/topup/complete", json=body).json()
        return bool(answer["success"])

    with ThreadPoolExecutor(20) as pool:
        done = list(pool.map(act, range(20)))
    assert done.count(True) <= 1
    assert either.entries() == [TEN_DOLLARS]
    again = either.site.as_user(ADAM).post("/api/user/topup/complete", json={"trade_no": trade_no})
    assert again.json() == Refusal("充值订单状态错误")
    unknown = either.site.as_user(ADAM).post("/api/user/topup/complete", json={"trade_no": "x"})
    assert unknown.json()["message"] == "充值订单不存在"
    assert either.site.verify().is_sound


def test_an_administrator_credits_users_below(shop: Shop) -> None:
    admin = shop.site.as_user(ADAM)
    body = {"user_id": ALICE, "quota": 5, "remark": "a gift"}
    assert admin.post("/api/topup", json=body).json() == {"success": True, "message": ""}
    assert shop.balance() == BEFORE + 5
    assert (shop.logs(1)[0].content, shop.logs(1)[0].quota) == ("a gift", 5)
    for refused in ({**body, "quota": -5}, {**body, "user_id": ROOT}, {**body, "user_id": 99}):
        assert not admin.post("/api/topup", json=refused).json()["success"]
    assert shop.balance() == BEFORE + 5


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("Price", "-1"), ("StripeUnitPrice", "-0.1"), ("MinTopUp", -1), ("PayMethods", "[7]"),
        ("PayMethods", '[{"name":"x"}]'), ("payment_setting.amount_discount", '{"100":0}'),
        ("payment_setting.amount_discount", '{"100":1.5}'), ("TopupGroupRatio", '{"vip":-1}'),
        ("payment_setting.amount_discount", '{"all":0.5}'), ("CheckInQuota", -1),
    ],
)  # fmt: skip
def test_options_that_would_sell_for_nonsense_are_refused(
    site: Plane, key: str, value: object
) -> None:
    answer = site.as_user(ROOT).put("/api/option/", json={"key": key, "value": value}).json()
    assert not answer["success"]
