"""Tests of channels as root sees them: log rows, switching off and on, key by key, notices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
import pytest
from weirgate.channels.auto_disable import AutoDisable
from weirgate.channels.probe import ProbeResult
from weirgate.channels.verdicts import is_among
from weirgate.store.tables import Channel, LogOutbox

from tests.api.conftest import ADAM, ALICE, Plane, running_plane, set_up
from tests.api.test_channels import abilities, add, manage, stored
from tests.support.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

REFUSED = ProbeResult(succeeded=False, message="status code 401: no", elapsed_ms=9, status=401)


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Plane]:
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else None
    with running_plane(tmp_path, url) as plane:
        yield set_up(plane)


def allow(site: Plane, *, disable: bool = True, enable: bool = True) -> None:
    site.set_option("AutomaticDisableChannelEnabled", disable)
    site.set_option("AutomaticEnableChannelEnabled", enable)


def run_all(site: Plane) -> str:
    answer = site.as_user(ADAM).get("/api/channel/test")
    assert answer.json() == {"success": True, "message": ""}, answer.text
    assert site.run_jobs() == ["channel-test"]
    job = site.as_user(ADAM).get("/api/weirgate/jobs/channel-test").json()
    assert job["outcome"] == "done", job["message"]
    message: str = job["message"]
    return message


def statuses(site: Plane) -> list[int]:
    return [channel.status for channel in site.rows(Channel)]


def test_a_test_leaves_a_row_that_nobody_pays_for(site: Plane) -> None:
    add(site, group="vip,default")
    site.probe.result = ProbeResult(
        succeeded=True, message="", elapsed_ms=2100, prompt_tokens=8, completion_tokens=3,
        status=200, path="/v1/chat/completions",
    )  # fmt: skip
    assert site.as_user(ADAM).get("/api/channel/test/1?stream=true").json()["success"]
    [row] = [row for row in site.rows(LogOutbox) if row.type == 2]
    assert (row.user_id, row.username, row.quota) == (1, "root", 0)
    assert (row.content, row.key_name) == ("模型测试", "模型测试")
    assert (row.model_name, row.channel_id, row.group) == ("gpt-4o", 1, "vip")
    other = orjson.loads(row.other)
    assert other["test"] == {
        "prompt_tokens": 8, "completion_tokens": 3, "use_time_ms": 2100, "is_stream": True,
    }  # fmt: skip


def test_no_row_is_left_where_the_operator_wants_none(site: Plane) -> None:
    add(site)
    site.set_option("LogConsumeEnabled", value=False)
    assert site.as_user(ADAM).get("/api/channel/test/1").json()["success"]
    assert [row for row in site.rows(LogOutbox) if row.type == 2] == []


def test_a_test_asks_for_model_and_endpoint(site: Plane) -> None:
    add(site)
    site.as_user(ADAM).get("/api/channel/test/1?model=claude-x&endpoint_type=anthropic")
    assert site.probe.asked[0][1] == "claude-xanthropic"


def test_all_channels_are_tested_but_those_off_by_hand(site: Plane) -> None:
    for name in ("a", "b", "c"):
        add(site, name=name, key=f"sk-{name}")
    add(site, name="midjourney", type=2, key="sk-mj")
    site.as_user(ADAM).post("/api/channel/2/status", json={"status": 2})
    assert run_all(site) == "2 of 2 answered, 0 switched off, 0 switched on"
    assert sorted(target.key for target, _ in site.probe.asked) == ["sk-a", "sk-c"]
    assert [stored(site, one).response_time for one in (1, 2, 3, 4)] == [1500, 0, 1500, 0]
    assert [notice.kind for notice in site.notices.told] == ["channel_test"]


def test_a_second_run_is_refused_while_one_is_asked_for(site: Plane) -> None:
    client = site.as_user(ADAM)
    assert client.get("/api/channel/test").json()["success"]
    refused = client.get("/api/channel/test").json()
    assert refused == Refusal("测试已在运行中")
    assert not site.as_user(ALICE).get("/api/channel/test").json()["success"]


def test_what_fails_goes_off_and_what_recovers_comes_back(site: Plane) -> None:
    add(site)
    allow(site)
    site.probe.result = REFUSED
    assert run_all(site) == "0 of 1 answered, 1 switched off, 0 switched on"
    assert statuses(site) == [3]
    assert not any(abilities(site).values())
    info = orjson.loads(stored(site, 1).other_info)
    assert info["status_reason"] == "test: status code 401: no"
    notice = site.notices.told[0]
    assert notice.title.zh == "通道「c1」（#1）已被禁用"
    assert "status code 401: no" in notice.content.en
    site.probe.result = ProbeResult(succeeded=True, message="", elapsed_ms=10)
    assert run_all(site) == "1 of 1 answered, 0 switched off, 1 switched on"
    assert statuses(site) == [1]
    assert all(abilities(site).values())
    assert site.breakers.cleared == [1]
    assert site.changes[-1].routing


@pytest.mark.parametrize(
    ("result", "goes_off"),
    [
        (ProbeResult(succeeded=True, message="", elapsed_ms=5001), True),
        (ProbeResult(succeeded=True, message="", elapsed_ms=5000), False),
        (ProbeResult(succeeded=False, message="oops", elapsed_ms=5, status=500), False),
        (ProbeResult(succeeded=False, message="You exceeded your current Quota", elapsed_ms=5,
                     status=429), True),
    ],
)  # fmt: skip
def test_time_status_and_keyword_decide(
    site: Plane, result: ProbeResult, *, goes_off: bool
) -> None:
    add(site)
    allow(site)
    site.probe.result = result
    run_all(site)
    assert statuses(site) == [3 if goes_off else 1]


@pytest.mark.parametrize("auto_ban", [0, 1])
def test_nothing_is_switched_that_may_not_be(site: Plane, auto_ban: int) -> None:
    add(site, auto_ban=auto_ban)
    allow(site, disable=auto_ban == 0)
    site.probe.result = REFUSED
    run_all(site)
    assert statuses(site) == [1]


def test_a_recovered_channel_stays_off_unless_the_operator_lets_it_come_back(site: Plane) -> None:
    add(site)
    allow(site, enable=False)
    site.probe.result = REFUSED
    run_all(site)
    site.probe.result = ProbeResult(succeeded=True, message="", elapsed_ms=10)
    run_all(site)
    assert statuses(site) == [3]


def test_one_channels_accident_does_not_end_the_run(site: Plane) -> None:
    add(site, key="sk-a")
    add(site, key="sk-b")
    site.probe.by_key = {"sk-a": OSError("no file left")}
    assert run_all(site) == "1 of 2 answered, 0 switched off, 0 switched on"
    job = site.as_user(ADAM).get("/api/weirgate/jobs/channel-test").json()
    assert (job["done"], job["total"]) == (2, 2)


class Faults:
    def __init__(self, *faults: dict[str, object]) -> None:
        self.waiting = list(faults)

    def take_faults(self) -> bytes:
        taken, self.waiting = self.waiting, []
        return orjson.dumps(taken)


def fault(site: Plane, key_index: int) -> None:
    found = {
        "channel_id": 1, "key_index": key_index, "cause": "status", "status": 401, "reason": "bad",
    }  # fmt: skip
    stores = AutoDisable(site.management.store, Faults(found), site.notices)
    assert site.management.run(stores.step()) == 1
    assert site.management.run(stores.step()) is None


def test_keys_go_off_in_traffic_and_come_back_one_by_one(site: Plane) -> None:
    add(site, "multi_to_single", key="k0\nk1\nk2")
    allow(site)
    manage(site, "disable_key", key_index=2)
    fault(site, 0)
    fault(site, 1)
    assert statuses(site) == [3], "all keys are off"
    assert [notice.title.en for notice in site.notices.told] == [
        'Channel "c1" (#1 [0]) was disabled', 'Channel "c1" (#1) was disabled',
    ]  # fmt: skip
    rows = manage(site, "get_key_status")["data"]["keys"]  # type: ignore[index]
    assert [row["status"] for row in rows] == [3, 3, 2]
    assert rows[0]["reason"] == "status 401: bad"
    assert rows[0]["disabled_time"] > 0
    site.probe.by_key = {"k0": REFUSED}
    assert run_all(site) == "1 of 1 answered, 0 switched off, 1 switched on"
    assert {target.key for target, _ in site.probe.asked} == {"k0", "k1"}
    assert statuses(site) == [1]
    rows = manage(site, "get_key_status")["data"]["keys"]  # type: ignore[index]
    assert [row["status"] for row in rows] == [3, 1, 2]
    site.probe.by_key = {}
    run_all(site)
    rows = manage(site, "get_key_status")["data"]["keys"]  # type: ignore[index]
    assert [row["status"] for row in rows] == [1, 1, 2], "off by hand stays off"


def test_a_channel_off_by_hand_is_not_touched_by_faults(site: Plane) -> None:
    add(site)
    site.as_user(ADAM).post("/api/channel/1/status", json={"status": 2})
    fault(site, 0)
    assert (statuses(site), site.notices.told) == ([2], [])


def test_status_ranges_are_read_leniently() -> None:
    assert is_among(401, "401")
    assert is_among(502, "401, 500-503")
    assert not is_among(504, "401,500-503")
    assert not is_among(0, "x,-,4-y,")
