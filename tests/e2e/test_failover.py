"""Channels that fail are passed over before the first byte; one row tells of every attempt."""

from collections.abc import Iterator

import orjson
import pytest

from tests.e2e.conftest import Stage
from tests.support.clock import until
from tests.support.fake_upstream import FakeUpstream, Reply, Request, behave, failure
from tests.support.ports import free_port
from tests.support.process import Admin, Weirgate

CALL_QUOTA = 49


def by_key(request: Request) -> Reply:
    """Fails or hangs by the channel's key; says its own name as content otherwise."""
    if request.key == "sk-failing":
        return failure(500)
    if request.key == "sk-hanging":
        return Reply(hang=True)
    return behave(request)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("weirgate")
    with FakeUpstream(by_key) as upstream, Weirgate(folder) as server:
        admin = Admin(server)
        admin.option("weirgate.header_timeout_ms", "400")
        refusing = f"http://127.0.0.1:{free_port()}"
        admin.add_channel(upstream.base_url, name="failing", key="sk-failing", priority=40)
        admin.add_channel(upstream.base_url, name="hanging", key="sk-hanging", priority=30)
        admin.add_channel(refusing, name="refusing", key="sk-none", priority=20)
        admin.add_channel(upstream.base_url, name="good", key="sk-good", priority=10)
        made = Stage(server, upstream, admin, admin.add_key())
        try:
            yield made
        finally:
            made.close()


@pytest.mark.parametrize("stream", [False, True])
def test_failing_channels_are_passed_over_and_told_in_one_row(stage: Stage, stream: bool) -> None:
    before = stage.admin.call("GET", "/api/log/", type=2)["total"]
    answer = stage.admin.client.post(
        "/v1/chat/completions",
        json={"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}], "stream": stream},
        headers={"authorization": f"Bearer {stage.key}"},
    )
    assert answer.status_code == 200
    assert "Guten" in answer.text
    page = until(
        lambda: stage.admin.call("GET", "/api/log/", type=2),
        lambda found: bool(found["total"] == before + 1),
        3,
    )
    row = page["items"][0]
    assert (row["quota"], row["channel_name"]) == (CALL_QUOTA, "good")
    attempts = orjson.loads(row["other"])["admin_info"]["attempts"]
    assert [attempt["channel_id"] for attempt in attempts] == [1, 2, 3, 4]
    assert [attempt["status"] for attempt in attempts] == [500, 0, 0, 200]


def test_when_every_channel_fails_the_call_costs_nothing_and_is_told(stage: Stage) -> None:
    stage.server.drain()
    used = stage.admin.me()["used_quota"]
    good = 4
    stage.admin.call("PUT", "/api/channel/", {"id": good, "status": 2})
    answer = stage.admin.client.post(
        "/v1/chat/completions",
        json={"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}]},
        headers={"authorization": f"Bearer {stage.key}"},
    )
    assert answer.status_code >= 500
    assert answer.json()["error"]["message"]
    page = until(
        lambda: stage.admin.call("GET", "/api/log/", type=5),
        lambda found: bool(found["total"] == 1),
        3,
    )
    row = page["items"][0]
    assert row["quota"] == 0
    assert len(orjson.loads(row["other"])["admin_info"]["attempts"]) == 3
    stage.server.drain()
    assert stage.admin.me()["used_quota"] == used
