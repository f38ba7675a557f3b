"""Limits over HTTP: administrators set any, owners those of their keys, and the relay is told."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from weirgate.dataplane.compile import RelayDefaults
from weirgate.dataplane.publish import Publisher, PublishSource
from weirgate.limits import routes as limit_routes
from weirgate.limits.service import LimitService
from weirgate.store.crypto import Sealer
from weirgate.store.tables import Channel, Key, Option, User
from weirgate.system.option_table import build_registry

from tests.support.gateway import FakeGateway
from tests.support.management import Management, running_management
from tests.support.postgres import postgres_server, postgres_url

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["postgres_server", "postgres_url"]
ADMIN, ALICE, BOB = 1, 2, 3
LIMITS = "/api/weirgate/limits"


class Place:
    """The limits' routes over a store whose commits reach a recording data plane."""

    def __init__(self, management: Management) -> None:
        self.management = management
        self.gateway = FakeGateway()
        registry = build_registry({})
        source = PublishSource(management.store, registry, Sealer(b"k" * 32), RelayDefaults())
        self.publisher = Publisher(source, self.gateway, sync_s=60)
        management.store.on_commit = self.publisher.publish

    def ask(
        self, user_id: int, method: str, path: str, body: dict[str, Any] | None = None
    ) -> tuple[int, Any]:
        with self.management.client(headers=self.management.login(user_id)) as client:
            content = None if body is None else orjson.dumps(body)
            answer = client.request(method, path, content=content)
        return answer.status_code, answer.json()

    def put(self, scope: str, subject: str, **limits: object) -> int:
        body = {"scope": scope, "subject": subject, **limits}
        return self.ask(ADMIN, "PUT", LIMITS, body)[0]


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else None
    wire = limit_routes.routes(LimitService())
    with running_management(tmp_path, lambda _: wire, url=url) as management:
        management.add(
            User(id=ADMIN, username="adam", role=10),
            User(id=ALICE, username="alice", role=1),
            User(id=BOB, username="bob", role=1),
            Key(id=7, user_id=ALICE, key_hash="a" * 64),
            Channel(id=5, name="c", models="gpt-4o", group="default", type=1),
        )
        yield Place(management)


def test_each_scope_reaches_the_data_plane_where_it_belongs(place: Place) -> None:
    assert place.put("user", "2", spend_per_month=500_000, time_zone="Asia/Tokyo") == 200
    assert place.put("key", "7", concurrency=3) == 200
    assert place.put("group", "vip", requests_per_minute=60) == 200
    assert place.put("model", "org/gpt-4o", tokens_per_minute=9000) == 200
    assert place.put("channel", "5", requests_per_day=10) == 200
    assert place.put("channel_key", "5:0", requests_per_minute=1) == 200
    assert place.put("channel_key", "5:1", requests_per_minute=2) == 200
    told = place.gateway
    assert told.users[2]["limits"] == {"spend_per_month": 500_000, "time_zone": "Asia/Tokyo"}
    assert told.keys[7]["limits"] == {"concurrency": 3}
    assert told.snapshots[-1]["limits"] == {
        "groups": {"vip": {"requests_per_minute": 60}},
        "models": {"org/gpt-4o": {"tokens_per_minute": 9000}},
        "channels": {"5": {"requests_per_day": 10}},
        "channel_keys": {"5": {"0": {"requests_per_minute": 1}, "1": {"requests_per_minute": 2}}},
    }
    again = FakeGateway()
    source = place.publisher._source
    place.management.run(Publisher(source, again, sync_s=60).load())
    assert again.users[2]["limits"] == told.users[2]["limits"]
    assert again.keys[7]["limits"] == told.keys[7]["limits"]
    assert "limits" not in again.users[3]
    status, _ = place.ask(ADMIN, "DELETE", f"{LIMITS}?scope=user&subject=2")
    assert status == 200
    assert "limits" not in told.users[2]


def test_what_does_not_fit_is_refused_and_changes_nothing(place: Place) -> None:
    for scope, subject, limits in (
        ("user", "two", {}),
        ("user", "02", {}),
        ("channel_key", "5", {}),
        ("channel", "5:0", {}),
        ("key", "7", {"requests_per_minute": 0}),
        ("key", "7", {"requests_per_minute": "6"}),
        ("key", "7", {"spend_per_day": -1}),
        ("key", "7", {"spend_per_day": 2**53}),
        ("key", "7", {"time_zone": "Mars/Base"}),
        ("key", "7", {"requests": 5}),
        ("team", "7", {}),
    ):
        assert place.put(scope, subject, **limits) == 400, (scope, subject, limits)
    assert place.put("user", "99", concurrency=1) == 404
    assert place.put("channel_key", "99:0", concurrency=1) == 404
    assert place.ask(ADMIN, "DELETE", f"{LIMITS}?scope=key&subject=7")[0] == 404
    assert (place.gateway.users, place.gateway.keys, place.gateway.snapshots) == ({}, {}, [])


def test_owners_limit_their_own_keys_and_nothing_else(place: Place) -> None:
    path = "/api/weirgate/keys/7/limits"
    status, shown = place.ask(ALICE, "GET", path)
    assert (status, shown["concurrency"], shown["time_zone"]) == (200, None, "")
    status, shown = place.ask(ALICE, "PUT", path, {"spend_per_week": 9, "time_zone": "UTC"})
    assert (status, shown["spend_per_week"], shown["subject"]) == (200, 9, "7")
    assert place.gateway.keys[7]["limits"] == {"spend_per_week": 9, "time_zone": "UTC"}
    for method in ("GET", "DELETE"):
        assert place.ask(BOB, method, path)[0] == 404
    assert place.ask(BOB, "PUT", path, {"concurrency": 1})[0] == 404
    assert place.ask(ALICE, "GET", f"{LIMITS}?scope=key")[0] == 403
    assert place.ask(ALICE, "PUT", LIMITS, {"scope": "key", "subject": "7"})[0] == 403
    assert place.ask(ALICE, "DELETE", path)[0] == 200
    assert place.ask(ALICE, "DELETE", path)[0] == 404
    assert "limits" not in place.gateway.keys[7]


def test_a_list_comes_in_pages(place: Place) -> None:
    names = [f"g{number:02}" for number in range(5)]
    for name in names:
        assert place.put("group", name, concurrency=1) == 200
    found, after = [], ""
    while True:
        query = f"{LIMITS}?scope=group&page_size=2&after={after}"
        _, page = place.ask(ADMIN, "GET", query)
        found += [item["subject"] for item in page["items"]]
        after = page["next"]
        if not after:
            break
    assert found == names


def test_the_familys_options_reach_the_data_plane(place: Place) -> None:
    place.management.add(
        Option(key="ModelRequestRateLimitEnabled", value="true"),
        Option(key="ModelRequestRateLimitDurationMinutes", value="3"),
        Option(key="ModelRequestRateLimitCount", value="8"),
        Option(key="ModelRequestRateLimitGroup", value='{"vip":[0,5]}'),
        Option(key="weirgate.rate_limit_headers", value="false"),
    )
    place.management.run(place.publisher.load())
    (snapshot,) = place.gateway.snapshots
    assert snapshot["limits"]["model_requests"] == {
        "window_ms": 180_000,
        "total": 8,
        "success": 1000,
        "groups": {"vip": [0, 5]},
    }
    assert snapshot["options"]["rate_limit_headers"] is False


def test_many_writers_of_one_subject_leave_one_row(place: Place) -> None:
    async def at_once() -> list[int]:
        asks = [asyncio.to_thread(place.put, "group", "g", concurrency=n) for n in range(1, 9)]
        return await asyncio.gather(*asks)

    assert asyncio.run(at_once()) == [200] * 8
    _, page = place.ask(ADMIN, "GET", f"{LIMITS}?scope=group")
    assert len(page["items"]) == 1
    told = place.gateway.snapshots[-1]["limits"]["groups"]["g"]["concurrency"]
    assert told == page["items"][0]["concurrency"]
