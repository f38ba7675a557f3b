"""Questions of analytics over HTTP: shapes, rights, money, pages, freshness and exports."""

import csv
import io
from typing import Any

import duckdb
import pytest

from tests.api.explore.conftest import ALICE, BASE, BOB, DAY, ROOT, Desk
from tests.support.factories import NOON_MS


def test_an_administrator_compares_everybodys_spend_in_dollars(desk: Desk) -> None:
    found = desk.answer(
        ROOT, dimensions=["model"], metrics=["spend", "margin"], compare="previous", currency="usd"
    )
    assert found["rows"] == [
        {
            "time": None,
            "dimensions": {"model": {"value": "gpt-4o", "label": "gpt-4o"}},
            "metrics": {"spend": 0.5, "margin": 0.3},
            "previous": {"spend": 1.0, "margin": None},
        },
        {
            "time": None,
            "dimensions": {"model": {"value": "o1", "label": "o1"}},
            "metrics": {"spend": 0.000002, "margin": None},
            "previous": {"spend": None, "margin": None},
        },
    ]
    assert found["totals"]["metrics"] == {"spend": 0.500002, "margin": 0.3}
    assert found["units"] == {"spend": "money", "margin": "money"}
    assert (found["scope"], found["currency"], found["next_cursor"]) == ("all", "usd", None)
    assert found["previous_range"] == {
        "start": "2026-11-20T00:00:00+00:00",
        "end": "2026-11-21T00:00:00+00:00",
    }


def test_yuan_follow_the_configured_rate(desk: Desk) -> None:
    found = desk.answer(ALICE, currency="cny")
    assert found["totals"]["metrics"]["spend"] == pytest.approx(0.5 * 7.3)


def test_a_user_sees_their_own_calls_only(desk: Desk) -> None:
    assert desk.answer(ALICE)["totals"]["metrics"] == {"spend": 250_000}
    found = desk.answer(BOB, dimensions=["key"], metrics=["spend", "errors"])
    assert found["scope"] == "own"
    assert [row["dimensions"]["key"]["value"] for row in found["rows"]] == ["8"]
    assert found["totals"]["metrics"] == {"spend": 1, "errors": 1}


PRIVATE: list[dict[str, Any]] = [
    {"metrics": ["cost"]},
    {"metrics": ["margin_share"]},
    {"dimensions": ["user"]},
    {"dimensions": ["channel"]},
    {"filters": [{"dimension": "user", "values": ["2"]}]},
    {"filters": [{"dimension": "provider", "values": ["OpenAI"]}]},
]


def test_what_is_the_operators_is_refused_to_users(desk: Desk) -> None:
    for asked in PRIVATE:
        response = desk.ask(ALICE, **asked)
        assert response.status_code == 400, asked
        assert "\u65e0\u6743\u67e5\u8be2" in response.json()["detail"]
    names = {item["name"] for item in desk.client(ALICE).get(f"{BASE}/catalogue").json()["metrics"]}
    assert "spend" in names
    assert not names & {"cost", "margin", "margin_share", "users"}


def test_hours_of_the_day_are_listed_even_where_nothing_was(desk: Desk) -> None:
    found = desk.answer(ROOT, rollup="hour", time_zone="Asia/Tokyo")
    assert len(found["buckets"]) == 24
    assert found["buckets"][0] == "2026-11-21T09:00:00+09:00"
    assert [(row["time"], row["metrics"]["spend"]) for row in found["rows"]] == [
        ("2026-11-21T20:00:00+09:00", 250_000),
        ("2026-11-21T21:00:00+09:00", 1),
    ]


def test_channels_carry_their_names_and_providers(desk: Desk) -> None:
    found = desk.answer(ROOT, dimensions=["channel", "provider"], metrics=["requests"])
    named = {
        (row["dimensions"]["channel"]["label"], row["dimensions"]["provider"]["label"])
        for row in found["rows"]
    }
    assert named == {("first", "OpenAI"), ("second", "Anthropic")}


def test_pages_follow_each_other(desk: Desk) -> None:
    asked: dict[str, Any] = {"dimensions": ["user", "model"], "metrics": ["requests"], "limit": 2}
    first = desk.answer(ROOT, **asked)
    second = desk.answer(ROOT, **asked, cursor=first["next_cursor"])
    groups = [row["dimensions"] for row in first["rows"] + second["rows"]]
    assert len(groups) == 3
    assert len({str(group) for group in groups}) == 3
    assert second["next_cursor"] is None
    foreign = desk.ask(ROOT, **(asked | {"limit": 1}), cursor=first["next_cursor"])
    assert foreign.status_code == 400


def test_every_answer_says_how_new_it_is(desk: Desk) -> None:
    assert desk.answer(ROOT)["freshness"] == {"complete_until": None, "lag_ms": None}
    desk.writer.whole_until_ms = NOON_MS
    assert desk.answer(ROOT)["freshness"] == {
        "complete_until": "2026-11-21T12:00:00+00:00",
        "lag_ms": 10_000,
    }


WRONG: list[dict[str, Any]] = [
    {"metrics": []},
    {"metrics": ["sum(quota)"]},
    {"dimensions": ["ip"]},
    {"dimensions": ["model", "model"]},
    {"time_zone": "Mars/Base"},
    {"range": {"start": DAY["end"], "end": DAY["start"]}},
    {"range": {"start": "2026-11-21T00:00:00", "end": DAY["end"]}},
    {"range": {"start": "2010-01-01T00:00:00Z", "end": DAY["end"]}},
    {"range": {"start": "2026-01-01T00:00:00Z", "end": DAY["end"]}, "rollup": "minute"},
    {"order": {"metric": "errors"}},
    {"order": {"metric": "spend", "by": "change"}},
    {"cursor": "eA=="},
    {"cursor": "\u00e9"},
    {"surprise": 1},
]


def test_input_is_strict(desk: Desk) -> None:
    for wrong in WRONG:
        assert desk.ask(ROOT, **wrong).status_code == 400, wrong


def _export(desk: Desk, user_id: int, kind: str, **asked: Any) -> bytes:
    body = {"query": {"range": DAY, "metrics": ["spend"], **asked}, "format": kind}
    response = desk.client(user_id).post(f"{BASE}/export", json=body)
    assert response.status_code == 200, response.text
    assert response.headers["content-disposition"] == f"attachment; filename=usage.{kind}"
    return response.content


def test_an_answer_is_downloaded_whole(desk: Desk) -> None:
    asked: dict[str, Any] = {"dimensions": ["user"], "rollup": "hour", "metrics": ["spend", "cost"],
                             "currency": "usd"}  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(_export(desk, ROOT, "csv", **asked).decode())))
    assert rows == [
        {"time": "2026-11-21T11:00:00+00:00", "user": "2", "user_name": "alice", "spend": "0.5",
         "cost": "0.2"},
        {"time": "2026-11-21T12:00:00+00:00", "user": "3", "user_name": "bob", "spend": "2e-06",
         "cost": ""},
    ]  # fmt: skip
    text = _export(desk, BOB, "json", dimensions=["model"], metrics=["requests"])
    assert sorted(text.decode().split("{")[1:])[0].startswith('"model":"gpt-4o","requests":1}')
    parquet = desk.exports / "read.parquet"
    parquet.write_bytes(_export(desk, ALICE, "parquet"))
    found = duckdb.sql(f"SELECT spend FROM read_parquet('{parquet}')").fetchall()  # noqa: S608
    assert found == [(250_000,)]


def test_exports_do_not_fill_the_disk(desk: Desk) -> None:
    for _ in range(20):
        _export(desk, ALICE, "csv")
    body = {"query": {"range": DAY, "metrics": ["spend"]}}
    assert desk.client(ALICE).post(f"{BASE}/export", json=body).status_code == 503
