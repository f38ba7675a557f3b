"""Limits through a whole server: set over the API, felt by the next call, kept over `kill -9`."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.support.fake_upstream import FakeUpstream
from tests.support.postgres import postgres_server, postgres_url
from tests.support.process import Admin, Weirgate

__all__ = ["postgres_server", "postgres_url"]
BODY = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello"}], "max_tokens": 8}
# (11 prompt + 7 completion x 4) x 1.25, rounded half away from zero.
CALL_QUOTA = 49


@dataclass
class Limited:
    """A running server with one key."""

    server: Weirgate
    admin: Admin
    key: str

    def call(self) -> httpx.Response:
        headers = {"authorization": f"Bearer {self.key}"}
        url = f"{self.server.url}/v1/chat/completions"
        return httpx.post(url, json=BODY, headers=headers, timeout=60)

    def limit(self, **limits: object) -> None:
        key_id = self.admin.client.get("/api/token/").json()["data"]["items"][0]["id"]
        path = f"/api/weirgate/keys/{key_id}/limits"
        answer = self.admin.client.put(path, json=limits)
        assert answer.status_code == 200, answer.text


@pytest.fixture(params=["sqlite", "postgresql"])
def limited(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Limited]:
    settings: dict[str, str] = {}
    if request.param == "postgresql":
        settings = {"WEIRGATE_DATABASE_URL": request.getfixturevalue("postgres_url")}
    with FakeUpstream() as upstream, Weirgate(tmp_path, **settings) as server:
        admin = Admin(server)
        admin.add_channel(upstream.base_url, models="gpt-4o")
        try:
            yield Limited(server, admin, admin.add_key())
        finally:
            admin.client.close()


def test_a_budget_counts_what_was_spent_before_a_kill(limited: Limited) -> None:
    assert limited.call().status_code == 200
    assert limited.call().status_code == 200
    # Room for both and most of a third: what it holds is no less than what it charges.
    limited.limit(spend_per_month=2 * CALL_QUOTA + CALL_QUOTA // 2)
    limited.server.kill()
    limited.server.start()
    refused = limited.call()
    assert refused.status_code == 429, refused.text
    assert refused.json()["error"]["code"] == "budget_exceeded"
    assert int(refused.headers["retry-after"]) <= 31 * 86_400
