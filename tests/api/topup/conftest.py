"""A plane with both payment providers set up, and what tests of orders look into."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select
from weirgate.store.tables import LedgerEntry, LogOutbox, TopUp

from tests.api.conftest import ALICE, ROOT, Plane, running_plane, set_up
from tests.support import payments

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx

OPTIONS: dict[str, object] = {
    "ServerAddress": "https://gate.test/",
    "PayAddress": "https://pay.test/",
    "EpayId": payments.EPAY_ID,
    "EpayKey": payments.EPAY_KEY,
    "StripeApiSecret": payments.STRIPE_SECRET,
    "StripeWebhookSecret": payments.STRIPE_WEBHOOK_SECRET,
    "StripePriceId": "price_1",
}


@dataclass
class Shop:
    """The plane, with hands for orders and payments."""

    site: Plane

    @property
    def now_s(self) -> int:
        return self.site.management.clock.now_ms // 1000

    def option(self, key: str, value: object) -> None:
        answer = self.site.as_user(ROOT).put("/api/option/", json={"key": key, "value": value})
        assert answer.json()["success"], answer.text

    def order(self, amount: int = 10, method: str = "alipay") -> dict[str, Any]:
        body = {"amount": amount, "payment_method": method}
        answer: dict[str, Any] = self.site.as_user(ALICE).post("/api/user/pay", json=body).json()
        assert answer["message"] == "success", answer
        return answer

    def stripe_order(self, amount: int = 10, **session: Any) -> str:
        """Starts a checkout as alice and returns its order's number."""
        self.site.exchange.answer = payments.stripe_session(**session)
        body = {"amount": amount, "payment_method": "stripe"}
        answer = self.site.as_user(ALICE).post("/api/user/stripe/pay", json=body).json()
        assert answer["message"] == "success", answer
        return self.orders()[-1].trade_no

    def notify(self, fields: dict[str, str]) -> str:
        return self.site.visitor().get("/api/user/epay/notify", params=fields).text

    def event(self, body: bytes, *, signature: str | None = None) -> httpx.Response:
        if signature is None:
            signature = payments.stripe_signature(body, self.now_s)
        headers = {"stripe-signature": signature, "content-type": "application/json"}
        return self.site.visitor().post("/api/stripe/webhook", content=body, headers=headers)

    def balance(self, user_id: int = ALICE) -> int:
        own = self.site.as_user(user_id).get("/api/user/self").json()["data"]
        quota: int = own["quota"]
        return quota

    def orders(self) -> list[TopUp]:
        return self._read(TopUp, TopUp.id)

    def entries(self) -> list[int]:
        rows = self._read(LedgerEntry, LedgerEntry.number)
        return [row.wallet_delta for row in rows if row.kind == "top_up"]

    def logs(self, kind: int) -> list[LogOutbox]:
        return [row for row in self._read(LogOutbox, LogOutbox.id) if row.type == kind]

    def _read(self, table: Any, order: Any) -> list[Any]:
        async def work() -> list[Any]:
            async with self.site.management.store.unit_of_work(write=False) as uow:
                return list((await uow.session.scalars(select(table).order_by(order))).all())

        return self.site.management.run(work())


def opened(site: Plane) -> Shop:
    """Sets the providers up."""
    shop = Shop(set_up(site))
    for key, value in OPTIONS.items():
        shop.option(key, value)
    return shop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A shop on SQLite."""
    with running_plane(tmp_path) as running:
        yield opened(running)


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shop]:
    """A shop on each database."""
    is_postgres = request.param == "postgresql"
    url: str | None = request.getfixturevalue("postgres_url") if is_postgres else None
    with running_plane(tmp_path, url) as running:
        yield opened(running)
