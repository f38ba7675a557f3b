"""Two nodes on one PostgreSQL and one Redis: what one changes, the other knows."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.support.clock import until
from tests.support.fake_upstream import FakeUpstream
from tests.support.postgres import postgres_server, postgres_url
from tests.support.process import Admin, Weirgate
from tests.support.redis import PASSWORD, QUOTED, redis_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.redis import RedisServer

__all__ = ["postgres_server", "postgres_url", "redis_server"]

BODY = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello"}], "max_tokens": 8}
TIMEOUT_S = 60.0
ENABLED, DISABLED = 1, 2
LIMIT = 40


class Site:
    """Two running nodes, the first of them set up."""

    def __init__(self, one: Weirgate, two: Weirgate, upstream: FakeUpstream) -> None:
        self.one, self.two = one, two
        self.admin = Admin(one)
        self.admin.add_channel(upstream.base_url, models="gpt-4o")
        self.key = self.admin.add_key()
        self.key_id = self.admin.call("GET", "/api/token/", p=1, page_size=1)["items"][0]["id"]

    def call(self, node: Weirgate) -> int:
        headers = {"authorization": f"Bearer {self.key}"}
        url = f"{node.url}/v1/chat/completions"
        return httpx.post(url, json=BODY, headers=headers, timeout=TIMEOUT_S).status_code

    def becomes(self, node: Weirgate, status: int) -> float:
        """Returns the seconds until the node answers so."""
        begun = time.monotonic()
        until(lambda: self.call(node), lambda code: code == status, TIMEOUT_S)
        return time.monotonic() - begun

    def switch(self, status: int) -> None:
        self.admin.call(
            "PUT", "/api/token/", {"id": self.key_id, "status": status}, status_only="true"
        )

    def rows(self) -> list[dict[str, Any]]:
        found = self.admin.call("GET", "/api/log/", p=1, page_size=100)["items"]
        return [row for row in found if row["type"] == 2]


@pytest.fixture
def site(tmp_path: Path, postgres_url: str, redis_server: RedisServer) -> Iterator[Site]:
    shared = {
        "WEIRGATE_DATABASE_URL": postgres_url,
        "WEIRGATE_SECRET": "one secret for all nodes of a house",
        "REDIS_CONN_STRING": redis_server.bare_url,
        "REDIS_PASSWORD": PASSWORD,
    }
    with (
        FakeUpstream() as upstream,
        Weirgate(tmp_path / "one", "--node", "one", **shared) as one,
        Weirgate(tmp_path / "two", "--node", "two", **shared) as two,
    ):
        made = Site(one, two, upstream)
        try:
            yield made
        finally:
            made.admin.client.close()


def test_a_key_of_one_node_serves_on_the_other_until_it_is_switched_off(site: Site) -> None:
    site.becomes(site.two, 200)
    site.switch(DISABLED)
    assert site.call(site.one) == 401
    site.becomes(site.two, 401)
    site.switch(ENABLED)
    site.becomes(site.two, 200)
    for node in (site.one, site.two):
        assert PASSWORD not in node.output
        assert QUOTED not in node.output


def test_without_redis_changes_still_arrive_calls_go_on_and_no_money_moves(
    site: Site, redis_server: RedisServer
) -> None:
    site.becomes(site.two, 200)
    assert site.call(site.one) == 200
    redis_server.flush()
    assert site.call(site.one) == 200
    redis_server.stop()
    assert site.call(site.one) == 200
    site.switch(DISABLED)
    site.becomes(site.two, 401)
    site.switch(ENABLED)
    site.becomes(site.two, 200)
    redis_server.start()
    assert site.call(site.one) == 200
    site.one.drain()
    # Each call of this node stands in its book once, and the books agree.
    assert len(site.rows()) == 4
    report = site.one.verify()
    assert report["stores_agree"] is True, report


@pytest.mark.full
def test_what_is_switched_off_here_is_refused_there_within_two_seconds(
    site: Site, redis_server: RedisServer
) -> None:
    site.becomes(site.two, 200)
    for has_redis in (True, False):
        if not has_redis:
            redis_server.stop()
        took = []
        for _ in range(10):
            site.switch(DISABLED)
            took.append(site.becomes(site.two, 401))
            site.switch(ENABLED)
            took.append(site.becomes(site.two, 200))
        print(f"redis {has_redis}: longest {max(took):.3f} s of {len(took)}")
        assert max(took) < 2.0, took


def test_two_nodes_keep_one_limit_of_requests(site: Site) -> None:
    site.becomes(site.two, 200)
    path = f"/api/weirgate/keys/{site.key_id}/limits"
    answer = site.admin.client.put(path, json={"requests_per_minute": LIMIT})
    assert answer.status_code == 200, answer.text
    until(lambda: in_rounds(site), bool, TIMEOUT_S)
    begun = time.monotonic()
    admitted = 0
    # Until both refuse, and some time after: what one admitted counts at the other.
    for _ in range(LIMIT):
        admitted += sum(site.call(node) == 200 for node in (site.one, site.two))
    assert admitted >= LIMIT // 2
    if time.monotonic() - begun < 55:
        # The call before the limit may be in the window.
        assert admitted <= LIMIT + 2, admitted


def in_rounds(site: Site) -> bool:
    """Says whether both nodes count together."""

    def says(node: Weirgate) -> bool:
        page = httpx.get(f"http://{node.admin_address}/metrics", timeout=TIMEOUT_S).text
        lines = page.splitlines()
        return "weirgate_limit_nodes 2" in lines and "weirgate_limit_nodes_apart 0" in lines

    return says(site.one) and says(site.two)
