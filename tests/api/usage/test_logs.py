"""Log rows, their details and sums, for administrators, users and keys."""

import orjson
import pytest

from tests.api.usage.conftest import ALICE, BOB, ROOT, ROWS, Desk
from tests.support.factories import NOON_MS

NOON_S = NOON_MS // 1000


def test_an_administrator_sees_all_rows_newest_first_with_all_details(desk: Desk) -> None:
    page = desk.get(ROOT, "/api/log/").json()["data"]
    assert (page["page"], page["page_size"], page["total"]) == (1, 10, 5)
    assert [row["id"] for row in page["items"]] == [5, 4, 3, 2, 1]
    assert [row["type"] for row in page["items"]] == [1, 5, 2, 2, 2]
    row = page["items"][3]
    assert row["channel_name"] == "first"
    assert (row["channel"], row["token_id"], row["token_name"]) == (1, 7, "first")
    assert (row["created_at"], row["use_time"]) == (NOON_S, 2)
    other = orjson.loads(row["other"])
    assert other["admin_info"]["use_channel"] == ["9", "1"]
    assert other["admin_info"]["multi_key_index"] == 2
    assert other["stream_status"] == {"status": "ok", "end_reason": "completed"}
    # What its provider cut, at the client's limit of tokens as a rule, is no error.
    cut = orjson.loads(page["items"][2]["other"])["stream_status"]
    assert cut == {"status": "ok", "end_reason": "upstream_incomplete"}


def test_a_rows_details_are_the_familys(desk: Desk) -> None:
    row = desk.get(ALICE, "/api/log/self", type=2).json()["data"]["items"][0]
    assert orjson.loads(row["other"]) == {
        "model_ratio": 1.25,
        "group_ratio": 0.9,
        "completion_ratio": 4,
        "cache_ratio": 0.5,
        "cache_tokens": 4,
        "model_price": -1,
        "user_group_ratio": 0.9,
        "frt": 500,
        "request_path": "/v1/chat/completions",
        "is_model_mapped": True,
        "upstream_model_name": "gpt-4o-2024",
    }


def test_a_user_sees_only_own_rows_without_what_is_for_administrators(desk: Desk) -> None:
    page = desk.get(ALICE, "/api/log/self", username="bob", channel=7).json()["data"]
    assert [row["id"] for row in page["items"]] == [1, 2, 3]
    assert {row["user_id"] for row in page["items"]} == {ALICE}
    assert {row["channel_name"] for row in page["items"]} == {""}
    for row in page["items"]:
        assert "admin_info" not in row["other"]
        assert "stream_status" not in row["other"]


def test_a_later_page_of_own_rows_counts_on(desk: Desk) -> None:
    page = desk.get(ALICE, "/api/log/self", p=2, page_size=2).json()["data"]
    assert [row["id"] for row in page["items"]] == [3]


@pytest.mark.parametrize(
    ("query", "total"),
    [
        ({"username": "bob"}, 2),
        ({"type": 5}, 1),
        ({"model_name": "gpt%"}, 3),
        ({"model_name": "gpt"}, 0),
        ({"channel": 1}, 4),
        ({"start_timestamp": NOON_S}, 4),
        ({"end_timestamp": NOON_S - 1}, 1),
        ({"request_id": str(ROWS[2]["request_id"])}, 1),
        ({"type": "many", "channel": "none"}, 5),
    ],
)
def test_filters_select(desk: Desk, query: dict[str, str | int], total: int) -> None:
    assert desk.get(ROOT, "/api/log/", **query).json()["data"]["total"] == total


def test_searching_really_searches(desk: Desk) -> None:
    assert [row["id"] for row in desk.data(ROOT, "/api/log/search", keyword="GIFT")] == [5]
    assert len(desk.data(ROOT, "/api/log/search", keyword="bob")) == 2
    assert desk.data(ALICE, "/api/log/self/search", keyword="bob") == []


def test_sums_are_of_calls_in_the_range_and_rates_of_the_last_minute(desk: Desk) -> None:
    query: dict[str, str | int] = {"start_timestamp": 1, "end_timestamp": NOON_S - 1}
    everybody = desk.get(ROOT, "/api/log/stat", **query).json()["data"]
    assert everybody == {"quota": 10, "token": 15, "rpm": 2, "tpm": 30}
    own = desk.get(BOB, "/api/log/self/stat").json()["data"]
    assert own == {"quota": 7, "token": 15, "rpm": 1, "tpm": 15}


@pytest.mark.parametrize("path", ["/api/log/", "/api/log/stat", "/api/log/search", "/api/data/"])
def test_a_user_may_not_see_everybodys(desk: Desk, path: str) -> None:
    assert desk.get(ALICE, path).json()["success"] is False


def test_a_key_reads_its_own_rows(desk: Desk) -> None:
    with desk.management.client(headers={"authorization": "Bearer sk-bobs"}) as client:
        rows = client.get("/api/log/token").json()["data"]
    assert [row["token_id"] for row in rows] == [8, 8]
    assert "admin_info" not in rows[0]["other"]


def test_old_rows_are_deleted_and_the_deletion_is_noted(desk: Desk) -> None:
    with desk.management.client(headers=desk.management.login(ROOT)) as client:
        assert client.delete("/api/log/").json()["success"] is False
        answer = client.delete("/api/log/", params={"target_timestamp": NOON_S})
    assert answer.json()["data"] == 1
    assert desk.get(ROOT, "/api/log/").json()["data"]["total"] == 4
    assert len(desk.data(ALICE, "/api/data/self", start_timestamp=0, end_timestamp=1)) == 0
