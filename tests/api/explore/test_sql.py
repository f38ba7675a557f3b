"""The SQL editor over HTTP: each asker finds their own rows and columns, and root has a switch."""

from typing import Any

import httpx

from tests.api.explore.conftest import ALICE, BASE, BOB, ROOT, Desk


def run(desk: Desk, user_id: int, sql: str, **asked: Any) -> httpx.Response:
    return desk.client(user_id).post(f"{BASE}/sql", json={"sql": sql, **asked})


def rows(desk: Desk, user_id: int, sql: str, **asked: Any) -> list[list[Any]]:
    response = run(desk, user_id, sql, **asked)
    assert response.status_code == 200, response.text
    found: list[list[Any]] = response.json()["rows"]
    return found


def test_everybody_finds_the_rows_that_they_may_see(desk: Desk) -> None:
    counted = "SELECT count(*), count(DISTINCT user_id), sum(quota)::BIGINT FROM usage"
    assert rows(desk, ROOT, counted) == [[4, 2, 750_001]]
    assert rows(desk, ALICE, counted) == [[2, 1, 750_000]]
    assert rows(desk, BOB, counted) == [[2, 1, 1]]
    hours = "SELECT DISTINCT username FROM usage_hourly"
    assert rows(desk, BOB, hours) == [["bob"]]


def test_what_is_the_operators_is_not_handed_to_users(desk: Desk) -> None:
    for column in ("quota_cost", "channel_id", "upstream_model"):
        sql = f"SELECT {column} FROM usage"  # noqa: S608 - names of the test
        assert run(desk, ROOT, sql).status_code == 200
        assert run(desk, ALICE, sql).status_code == 400
    shown = desk.client(ALICE).get(f"{BASE}/sql/schema").json()
    assert shown["is_enabled"] is True
    columns = {column["name"] for column in shown["tables"][0]["columns"]}
    assert "quota" in columns
    assert not columns & {"quota_cost", "channel_id", "upstream_model", "usage_source"}


def test_the_range_is_the_askers(desk: Desk) -> None:
    day = {"start": "2026-11-20T00:00:00Z", "end": "2026-11-21T00:00:00Z"}
    assert rows(desk, ROOT, "SELECT count(*) FROM usage", range=day) == [[1]]
    turned = {"start": day["end"], "end": day["start"]}
    assert run(desk, ROOT, "SELECT 1", range=turned).status_code == 400
    old = {"start": "2020-01-01T00:00:00Z", "end": day["end"]}
    assert run(desk, ROOT, "SELECT 1", range=old).status_code == 400


def test_mistakes_are_told_and_leave_no_file(desk: Desk) -> None:
    wrong = run(desk, ALICE, "SELECT nothing FROM usage")
    assert wrong.status_code == 400
    assert "nothing" in wrong.json()["detail"]
    assert rows(desk, ALICE, "SELECT 1") == [[1]]
    assert list((desk.exports.parent / "sql").iterdir()) == []


def test_root_switches_the_editor_off(desk: Desk) -> None:
    option = {"key": "weirgate.sql_editor_enabled", "value": False}
    assert desk.client(ROOT).put("/api/option/", json=option).json()["success"]
    assert run(desk, ALICE, "SELECT 1").status_code == 400
    assert desk.client(ALICE).get(f"{BASE}/sql/schema").json()["is_enabled"] is False


def test_only_administrators_stop_everybodys_queries(desk: Desk) -> None:
    for user, status in ((ALICE, 403), (ROOT, 200)):
        answer = desk.client(user).post(f"{BASE}/sql/stop", json={"everybody": True})
        assert answer.status_code == status
    assert desk.client(ALICE).post(f"{BASE}/sql/stop", json={}).json() == {"stopped": 0}
