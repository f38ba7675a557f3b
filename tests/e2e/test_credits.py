"""Quota comes in through the real process, and can be spent at once: code, epay, Stripe.

Notifications pass the public listener as providers send them; Stripe's API is played on loopback.
"""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support import payments
from tests.support.fake_upstream import FakeUpstream, Reply, Request, behave, document
from tests.support.process import PASSWORD, Admin, Weirgate

CALL = {"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}], "max_tokens": 7}
TEN_DOLLARS = 5_000_000


def provider(request: Request) -> Reply:
    """Answers calls of models, and Stripe's one call."""
    if request.path == "/v1/checkout/sessions":
        return document(200, payments.stripe_session())
    return behave(request)


class Shopper:
    """A user without quota, logged in, with a key of no limit."""

    def __init__(self, server: Weirgate, admin: Admin) -> None:
        self.server = server
        admin.call("POST", "/api/user/", {"username": "bob", "password": PASSWORD})
        self.client = httpx.Client(base_url=server.url, timeout=30)
        login = {"username": "bob", "password": PASSWORD}
        self.user_id = self.client.post("/api/user/login", json=login).json()["data"]["id"]
        self.client.headers["New-Api-User"] = str(self.user_id)
        key = {"name": "k", "unlimited_quota": True, "expired_time": -1}
        assert self.client.post("/api/token/", json=key).json()["success"]
        self.key = self.client.get("/api/token/").json()["data"]["items"][0]["key"]

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = self.client.post(path, json=body).json()
        return answer

    def balance(self) -> int:
        own: int = self.client.get("/api/user/self").json()["data"]["quota"]
        return own

    def call(self) -> int:
        """Calls a model and returns the status."""
        headers = {"authorization": f"Bearer sk-{self.key}"}
        url = f"{self.server.url}/v1/chat/completions"
        return httpx.post(url, json=CALL, headers=headers, timeout=30).status_code


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[tuple[Admin, Shopper]]:
    with FakeUpstream(provider) as upstream, Weirgate(tmp_path / "data") as server:
        admin = Admin(server)
        admin.add_channel(upstream.base_url)
        for key, value in {
            "PayAddress": "https://pay.test",
            "EpayId": payments.EPAY_ID,
            "EpayKey": payments.EPAY_KEY,
            "StripeApiSecret": payments.STRIPE_SECRET,
            "StripeWebhookSecret": payments.STRIPE_WEBHOOK_SECRET,
            "StripePriceId": "price_1",
            "weirgate.stripe_api_base": upstream.base_url,
        }.items():
            admin.option(key, value)
        shopper = Shopper(server, admin)
        try:
            yield admin, shopper
        finally:
            shopper.client.close()
            admin.client.close()


def test_what_came_in_once_can_be_spent_at_once(shop: tuple[Admin, Shopper]) -> None:
    admin, shopper = shop
    assert shopper.call() == 403
    (code,) = admin.call("POST", "/api/redemption/", {"name": "n", "quota": 1000, "count": 1})
    assert shopper.post("/api/user/topup", {"key": code})["data"] == 1000
    assert shopper.call() == 200
    assert not shopper.post("/api/user/topup", {"key": code})["success"]

    form = shopper.post("/api/user/pay", {"amount": 10, "payment_method": "alipay"})["data"]
    notice = payments.epay_notice(form["out_trade_no"], form["money"])
    url = f"{shopper.server.url}/api/user/epay/notify"
    words = [httpx.get(url, params=notice).text, httpx.post(url, data=notice).text]
    assert [*words, httpx.get(url).text] == ["success", "success", "fail"]

    link = shopper.post("/api/user/stripe/pay", {"amount": 10, "payment_method": "stripe"})
    assert link["data"]["pay_link"] == payments.stripe_session()["url"], link
    trade_no = shopper.client.get("/api/user/topup/self").json()["data"]["items"][0]["trade_no"]
    completed = "checkout.session.completed"
    body = payments.stripe_event(completed, client_reference_id=trade_no)
    headers = {"stripe-signature": payments.stripe_signature(body, int(time.time()))}
    hook = f"{shopper.server.url}/api/stripe/webhook"
    for _ in range(3):
        assert httpx.post(hook, content=body, headers=headers).status_code == 200
    late = {"stripe-signature": payments.stripe_signature(body, int(time.time()) - 301)}
    assert httpx.post(hook, content=body, headers=late).status_code == 400

    shopper.server.drain()
    spent = 1000 + 2 * TEN_DOLLARS - shopper.balance()
    assert 0 < spent < 1000
    report = shopper.server.verify()
    assert report["is_sound"] is True, report
    logs = shopper.client.get("/api/log/self?type=1").json()["data"]["items"]
    assert sorted(row["quota"] for row in logs) == [1000, TEN_DOLLARS, TEN_DOLLARS]
