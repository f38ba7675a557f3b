"""Three nodes write one lake: its totals are the ledger's, also when one is killed and replaced."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import httpx

from tests.support.clock import until
from tests.support.fake_upstream import FakeUpstream
from tests.support.postgres import postgres_server, postgres_url
from tests.support.process import Admin, Weirgate

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["postgres_server", "postgres_url"]

BODY = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello"}], "max_tokens": 8}
TIMEOUT_S = 60.0
NAMES = ("one", "two", "three")
CALLS = 15
CONSUME = 2


def calls(node: Weirgate, key: str, count: int) -> None:
    """Makes so many calls of one node; all must go well."""
    headers = {"authorization": f"Bearer {key}"}
    url = f"{node.url}/v1/chat/completions"

    def call(_: int) -> int:
        return httpx.post(url, json=BODY, headers=headers, timeout=TIMEOUT_S).status_code

    # The node has to hear of the key first.
    until(lambda: call(0), lambda code: code == 200, TIMEOUT_S)
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(call, range(count - 1))) == {200}


def told(admin: Admin) -> tuple[int, int, int]:
    """Returns calls, their charges, and the charges of the sums of hours, as the lake says."""
    listed = admin.call("GET", "/api/log/", p=1, page_size=100, type=CONSUME)
    stat: dict[str, Any] = admin.call("GET", "/api/log/stat", type=CONSUME)
    hours = admin.call("GET", "/api/data/", start_timestamp=1, end_timestamp=1 << 40)
    return listed["total"], stat["quota"], sum(hour["quota"] for hour in hours)


def test_three_nodes_write_one_lake_and_one_is_killed(postgres_url: str, tmp_path: Path) -> None:
    shared = {
        "WEIRGATE_DATABASE_URL": postgres_url,
        "WEIRGATE_SECRET": "one secret for all nodes of a house",
        "WEIRGATE_USAGE_URL": "ducklake:",
        "WEIRGATE_USAGE_DATA": str(tmp_path / "lake"),
    }
    with ExitStack() as stack:
        upstream = stack.enter_context(FakeUpstream())
        nodes = [
            stack.enter_context(Weirgate(tmp_path / name, "--node", name, **shared))
            for name in NAMES
        ]
        admin = Admin(nodes[0])
        stack.callback(admin.client.close)
        admin.add_channel(upstream.base_url, models="gpt-4o")
        key = admin.add_key()
        for node in nodes:
            calls(node, key, CALLS)
        # What it took since its last batch is in its journal alone.
        nodes[1].kill()
        calls(nodes[0], key, CALLS)
        nodes[1].start()
        for node in nodes:
            calls(node, key, CALLS)
        expected = 7 * CALLS
        until(lambda: told(admin)[0], lambda total: total >= expected, 120)
        for node in nodes:
            node.drain()
            report = node.verify()
            assert report["stores_agree"] is True, report
            assert report["discrepancies"] == report["key_discrepancies"] == [], report
        charged = admin.me()["used_quota"]
        assert charged > 0
        assert told(admin) == (expected, charged, charged)
        listed = admin.client.get("/api/weirgate/jobs").json()
        assert {"usage-upkeep", "usage-retention"} <= {job["name"] for job in listed}
        assert [node.stop() for node in nodes] == [0, 0, 0]
