"""Usage by hour, and the overview of the console."""

from tests.api.usage.conftest import ALICE, BOB, ROOT, Desk
from tests.support.factories import NOON_MS

NOON_S = NOON_MS // 1000
DAY_S = 86_400


def test_everybodys_usage_is_summed_by_hour_and_model(desk: Desk) -> None:
    found = desk.data(ROOT, "/api/data/", start_timestamp=NOON_S - DAY_S, end_timestamp=NOON_S)
    assert [(row["created_at"], row["model_name"], row["count"]) for row in found] == [
        (NOON_S - 3600, "gpt-4o", 1),
        (NOON_S, "gpt-4o", 1),
        (NOON_S, "o1", 1),
    ]
    assert [row["quota"] for row in found] == [10, 100, 7]
    assert {(row["user_id"], row["username"]) for row in found} == {(0, "")}
    assert found[0]["token_used"] == 15


def test_one_users_usage_carries_the_user(desk: Desk) -> None:
    query: dict[str, str | int] = {"start_timestamp": 0, "end_timestamp": NOON_S}
    named = desk.data(ROOT, "/api/data/", username="bob", **query)
    assert [(row["user_id"], row["username"], row["quota"]) for row in named] == [(BOB, "bob", 7)]
    own = desk.data(ALICE, "/api/data/self", start_timestamp=NOON_S - DAY_S, end_timestamp=NOON_S)
    assert [row["quota"] for row in own] == [10, 100]
    by_user = desk.data(ROOT, "/api/data/users", **query)
    assert {(row["username"], row["count"]) for row in by_user} == {("alice", 1), ("bob", 1)}


def test_own_usage_reaches_back_a_month_at_most(desk: Desk) -> None:
    refused = desk.get(
        ALICE, "/api/data/self", start_timestamp=NOON_S - 31 * DAY_S, end_timestamp=NOON_S
    ).json()
    assert refused["success"] is False
    assert "1 个月" in refused["message"]


def test_the_overview_of_an_administrator_holds_everybody(desk: Desk) -> None:
    shown = desk.get(ROOT, "/api/weirgate/overview").json()
    assert (shown["scope"], shown["since"]) == ("all", "2026-11-21T00:00:00Z")
    assert (shown["calls"], shown["failures"], shown["quota"]) == (3, 1, 117)
    assert (shown["prompt_tokens"], shown["completion_tokens"]) == (40, 20)
    assert len(shown["hours"]) == 13
    assert [hour["calls"] for hour in shown["hours"][-2:]] == [1, 2]
    assert [model["model"] for model in shown["models"]] == ["gpt-4o", "o1"]


def test_the_overview_of_a_user_holds_its_own(desk: Desk) -> None:
    shown = desk.get(BOB, "/api/weirgate/overview", since="2026-11-21T12:00:00+00:00").json()
    assert (shown["scope"], shown["calls"], shown["quota"]) == ("own", 1, 7)
    assert len(shown["hours"]) == 1


def test_the_overview_takes_strict_input(desk: Desk) -> None:
    for wrong in ({"since": "yesterday"}, {"since": "2026-11-21T12:00:00"}, {"sinse": "x"}):
        answer = desk.get(BOB, "/api/weirgate/overview", **wrong)
        assert answer.status_code == 400, wrong


def test_the_last_week_is_shown_by_day_and_model_under_both_names(desk: Desk) -> None:
    found = desk.data(ALICE, "/api/user/dashboard")
    (row,) = found
    assert row["Day"] == row["Date"]
    assert (row["ModelName"], row["RequestCount"], row["Quota"]) == ("gpt-4o", 2, 110)
    assert int(str(row["PromptTokens"])) + int(str(row["CompletionTokens"])) > 0
    desk.management.clock.advance(7 * DAY_S)
    assert desk.data(ALICE, "/api/user/dashboard") == []
