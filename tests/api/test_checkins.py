"""Check-ins over HTTP: once a day of the configured zone, in both families' calls."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.api.conftest import ADAM, ALICE, ROOT, Plane, running_plane, set_up
from tests.support.refusals import Refusal

PARALLEL = 50
# The clock of the tests begins at 2026-11-21 07:29:01 UTC.
TODAY = "2026-11-21"
SECONDS_TO_MIDNIGHT = 16 * 3600 + 30 * 60 + 59


def switch_on(site: Plane, **options: object) -> Plane:
    site = set_up(site)
    wanted = {"checkin_setting.enabled": True, "checkin_setting.min_quota": 500,
              "checkin_setting.max_quota": 600, **options}  # fmt: skip
    for key, value in wanted.items():
        answer = site.as_user(ROOT).put("/api/option/", json={"key": key, "value": value})
        assert answer.json()["success"], answer.text
    return site


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Plane]:
    is_postgres = request.param == "postgresql"
    url: str | None = request.getfixturevalue("postgres_url") if is_postgres else None
    with running_plane(tmp_path, url) as running:
        yield switch_on(running)


def balance(site: Plane) -> int:
    quota: int = site.as_user(ALICE).get("/api/user/self").json()["data"]["quota"]
    return quota


def test_of_fifty_check_ins_at_once_one_pays(either: Plane) -> None:
    clients = [either.as_user(ALICE) for _ in range(PARALLEL)]
    paths = ("/api/user/checkin", "/api/user/check_in")

    def work(number: int) -> int:
        answer = clients[number].post(paths[number % 2]).json()
        data = answer.get("data", {})
        return int(data.get("quota_awarded", data.get("quota", 0)))

    with ThreadPoolExecutor(PARALLEL) as pool:
        rewards = [reward for reward in pool.map(work, range(PARALLEL)) if reward]
    assert len(rewards) == 1
    assert 500 <= rewards[0] <= 600
    assert balance(either) == 1_000_000 + rewards[0]
    assert either.verify().is_sound


def test_a_day_ends_at_midnight_of_the_configured_zone(plane: Plane) -> None:
    site = switch_on(plane, **{"weirgate.time_zone": "Asia/Shanghai"})
    client, clock = site.as_user(ALICE), site.management.clock
    assert client.post("/api/user/checkin").json()["data"]["checkin_date"] == TODAY
    clock.advance(SECONDS_TO_MIDNIGHT - 8 * 3600 - 1)
    refused = client.post("/api/user/check_in").json()
    assert (refused["success"], "签到过" in refused["message"]) == (False, True)
    assert client.get("/api/user/check_in_status").json()["data"] == {"can_check_in": False}
    clock.advance(1)
    assert client.get("/api/user/check_in_status").json()["data"] == {"can_check_in": True}
    assert client.post("/api/user/checkin").json()["data"]["checkin_date"] == "2026-11-22"


def test_a_month_is_shown_with_its_sums(plane: Plane) -> None:
    site = switch_on(plane, **{"checkin_setting.max_quota": 500})
    client = site.as_user(ALICE)
    for _ in range(11):
        assert client.post("/api/user/checkin").json()["message"] == "签到成功"
        site.management.clock.advance(86_400)
    data = client.get("/api/user/checkin?month=2026-11").json()["data"]
    assert (data["enabled"], data["min_quota"], data["max_quota"]) == (True, 500, 500)
    stats = data["stats"]
    assert (stats["total_quota"], stats["total_checkins"], stats["checkin_count"]) == (5500, 11, 10)
    assert stats["checked_in_today"] is False
    assert stats["records"][0] == {"checkin_date": "2026-11-30", "quota_awarded": 500}
    assert client.get("/api/user/checkin").json()["data"]["stats"]["checkin_count"] == 1
    assert not client.get("/api/user/checkin?month=2026-13").json()["success"]
    other = site.as_user(ADAM).get("/api/user/checkin").json()["data"]["stats"]
    assert (other["total_checkins"], other["records"]) == (0, [])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"CheckInEnabled": False}, "签到功能未启用"),
        ({"checkin_setting.min_quota": 0}, "签到额度配置错误"),
        ({"CheckInMaxQuota": 499}, "签到额度配置错误"),
    ],
)
def test_check_ins_that_are_off_or_set_up_wrongly_give_nothing(
    plane: Plane, options: dict[str, object], message: str
) -> None:
    site = switch_on(plane, **options)
    for path in ("/api/user/checkin", "/api/user/check_in"):
        answer = site.as_user(ALICE).post(path).json()
        assert answer == Refusal(message)
    assert balance(site) == 1_000_000


def test_veloeras_names_of_the_options_are_the_same_options(plane: Plane) -> None:
    site = switch_on(plane, CheckInQuota=7)
    listed = {
        row["key"]: row["value"] for row in site.as_user(ROOT).get("/api/option/").json()["data"]
    }
    assert listed["CheckInQuota"] == listed["checkin_setting.min_quota"] == "7"
    status = site.visitor().get("/api/status").json()["data"]
    assert (status["check_in_enabled"], status["checkin_enabled"]) == (True, True)


def test_an_unknown_time_zone_is_refused(site: Plane) -> None:
    for zone in ("Mars/Olympus", "../etc/passwd", "/etc/localtime"):
        option = {"key": "weirgate.time_zone", "value": zone}
        assert not site.as_user(ROOT).put("/api/option/", json=option).json()["success"]


def test_a_check_in_needs_a_person_where_that_is_checked(plane: Plane) -> None:
    site = switch_on(plane, TurnstileSiteKey="site", TurnstileCheckEnabled=True)
    for path in ("/api/user/checkin", "/api/user/check_in"):
        answer = site.as_user(ALICE).post(path).json()
        assert (answer["success"], "Turnstile" in answer["message"]) == (False, True)
    assert balance(site) == 1_000_000
