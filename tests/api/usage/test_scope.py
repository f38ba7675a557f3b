"""What analysts may read: a grant opens its scope of usage, no secret and no write."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from weirgate.store.tables import LogOutbox, UsageToken, User

from tests.api.usage.conftest import ALICE, BOB, ROOT, Desk
from tests.support.factories import NOON_MS, batch, usage_row

NOON_S = NOON_MS // 1000
TOO_LOW = "无权进行此操作，权限不足"
ANALYST, ADAM = 4, 5
GRANTS, TOKENS = "/api/weirgate/usage/grants", "/api/weirgate/usage/tokens"
ALL, OF_VIP, OF_BOB = (
    {"scope": "all"},
    {"scope": "groups", "groups": ["vip"]},
    {"scope": "users", "users": [BOB]},
)
RANGE = f"start_timestamp={NOON_S - 86_400}&end_timestamp={NOON_S + 60}"
# What a scope shows of the desk's calls: those that cost, their users, and their charges.
SEEN = {"all": 117 + 40, "groups": 40, "users": 7}
READS = ["/api/log/", "/api/log/search?keyword=o", "/api/log/stat", "/api/data/", "/api/data/users"]


@pytest.fixture
def staffed(either_desk: Desk) -> Desk:
    """The desk with an analyst to be, an administrator, and one call of alice's billed in vip."""
    either_desk.management.add(
        User(id=ANALYST, username="ann", role=1), User(id=ADAM, username="adam", role=10)
    )
    row = usage_row(user_id=ALICE, username="alice", group_name="vip", quota=40, ip="192.0.2.7")
    work = either_desk.writer.ingest(batch("1:1:20", row), "1:1:9")
    either_desk.management.run(work)
    return either_desk


def grant(desk: Desk, body: dict[str, Any], user_id: int = ANALYST) -> None:
    answer = desk.ask(ADAM, "PUT", f"{GRANTS}/{user_id}", body)
    assert answer.status_code == 200, answer.text


def refusal(answer: Any) -> str:
    body = answer.json()
    return str(body.get("message") or body.get("code"))


@pytest.mark.parametrize("scope", [ALL, OF_VIP, OF_BOB], ids=lambda scope: scope["scope"])
def test_a_grant_opens_its_scope_and_not_a_call_more(staffed: Desk, scope: dict[str, Any]) -> None:
    for path in READS:
        assert refusal(staffed.ask(ANALYST, "GET", path)) == TOO_LOW
    grant(staffed, scope)
    seen = SEEN[scope["scope"]]
    rows = staffed.ask(ANALYST, "GET", f"/api/log/?{RANGE}").json()["data"]["items"]
    assert sum(row["quota"] for row in rows) == seen
    # Calls alone: not what administrators did, not who was given what; and no addresses.
    assert {row["type"] for row in rows} <= {2, 5}
    assert {row["ip"] for row in rows} == {""}
    found = staffed.ask(ANALYST, "GET", "/api/log/search?keyword=o").json()["data"]
    assert sum(row["quota"] for row in found) == seen
    assert staffed.ask(ANALYST, "GET", f"/api/log/stat?{RANGE}").json()["data"]["quota"] == seen
    for path in ("/api/data/", "/api/data/users"):
        buckets = staffed.ask(ANALYST, "GET", f"{path}?{RANGE}").json()["data"]
        assert sum(bucket["quota"] for bucket in buckets) == seen
    shown = staffed.ask(ANALYST, "GET", "/api/weirgate/overview").json()
    assert (shown["scope"], shown["quota"]) == (scope["scope"], seen)
    assert sum(hour["quota"] for hour in shown["hours"]) == seen
    assert sum(model["quota"] for model in shown["models"]) == seen


def test_filters_of_the_caller_never_widen_the_scope(staffed: Desk) -> None:
    grant(staffed, OF_BOB)
    for wider in ("username=alice", "group=vip", f"username=alice&{RANGE}"):
        assert staffed.ask(ANALYST, "GET", f"/api/log/?{wider}").json()["data"]["total"] == 0
        assert staffed.ask(ANALYST, "GET", f"/api/log/stat?{wider}").json()["data"]["quota"] == 0
    assert staffed.ask(ANALYST, "GET", f"/api/data/?username=alice&{RANGE}").json()["data"] == []


def test_a_grant_writes_nothing_and_ends_when_it_is_taken_away(staffed: Desk) -> None:
    grant(staffed, ALL)
    delete = f"/api/log/?target_timestamp={NOON_S + 60}"
    assert refusal(staffed.ask(ANALYST, "DELETE", delete)) == TOO_LOW
    own_grant = staffed.ask(ANALYST, "PUT", f"{GRANTS}/{ANALYST}", OF_BOB)
    assert (own_grant.status_code, refusal(own_grant)) == (403, "role_too_low")
    (listed,) = staffed.ask(ADAM, "GET", GRANTS).json()
    assert (listed["username"], listed["scope"], listed["granted_by"]) == ("ann", "all", ADAM)
    assert staffed.ask(ADAM, "DELETE", f"{GRANTS}/{ANALYST}").status_code == 200
    assert refusal(staffed.ask(ANALYST, "GET", "/api/log/")) == TOO_LOW
    assert staffed.ask(ANALYST, "GET", "/api/weirgate/overview").json()["scope"] == "own"
    assert staffed.ask(ADAM, "DELETE", f"{GRANTS}/{ANALYST}").status_code == 404


@pytest.mark.parametrize(
    ("user_id", "body", "status"),
    [
        (ADAM, ALL, 400),
        (ROOT, ALL, 400),
        (999, ALL, 404),
        (ANALYST, {"scope": "own"}, 400),
        (ANALYST, {"scope": "groups"}, 400),
        (ANALYST, {"scope": "users", "users": []}, 400),
        (ANALYST, {"scope": "all", "groups": ["vip"]}, 400),
        (ANALYST, {"scope": "groups", "groups": ["vip"], "users": [BOB]}, 400),
        (ANALYST, {"scope": "everything"}, 400),
    ],
)
def test_a_grant_that_makes_no_sense_is_refused(
    staffed: Desk, user_id: int, body: dict[str, Any], status: int
) -> None:
    assert staffed.ask(ADAM, "PUT", f"{GRANTS}/{user_id}", body).status_code == status
    assert staffed.ask(ADAM, "GET", GRANTS).json() == []


def token_of(desk: Desk, user_id: int, body: dict[str, Any]) -> str:
    answer = desk.ask(user_id, "POST", TOKENS, body)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["token"])


def test_a_token_reads_usage_within_its_scope_and_nothing_else(staffed: Desk) -> None:
    client = staffed.bearing(token_of(staffed, ADAM, OF_VIP), ADAM)
    assert client.get(f"/api/log/stat?{RANGE}").json()["data"]["quota"] == 40
    assert client.get("/api/weirgate/usage/scope").json() == {**OF_VIP, "users": []}
    assert {row["ip"] for row in client.get("/api/log/").json()["data"]["items"]} == {""}
    for method, path in (
        ("GET", "/api/log/self"),
        ("DELETE", f"/api/log/?target_timestamp={NOON_S}"),
        ("GET", TOKENS),
        ("POST", TOKENS),
        ("PUT", f"{GRANTS}/{ANALYST}"),
    ):
        assert refusal(client.request(method, path, json={})) in {TOO_LOW, "role_too_low"}
    other = staffed.bearing(client.headers["authorization"].removeprefix("Bearer "), ROOT)
    assert other.get("/api/log/").status_code == 401


def test_a_token_reads_no_more_than_its_owner_may_now(staffed: Desk) -> None:
    too_far = staffed.ask(ALICE, "POST", TOKENS, ALL)
    assert (too_far.status_code, too_far.json()["code"]) == (400, "refused")
    grant(staffed, ALL)
    client = staffed.bearing(token_of(staffed, ANALYST, OF_BOB), ANALYST)
    assert client.get(f"/api/log/stat?{RANGE}").json()["data"]["quota"] == 7
    grant(staffed, OF_VIP)
    assert refusal(client.get(f"/api/log/stat?{RANGE}")) == TOO_LOW
    staffed.management.run(_set_status(staffed, ANALYST, 2))
    assert refusal(client.get("/api/log/")) == "用户已被封禁"


async def _set_status(desk: Desk, user_id: int, status: int) -> None:
    async with desk.management.store.unit_of_work() as uow:
        user = await uow.session.get(User, user_id)
        assert user is not None
        user.status = status


def test_a_plain_users_token_shows_what_the_user_sees(staffed: Desk) -> None:
    client = staffed.bearing(token_of(staffed, BOB, {"scope": "own"}), BOB)
    overview = client.get("/api/weirgate/overview").json()
    assert (overview["scope"], overview["quota"]) == ("own", 7)
    assert refusal(client.get("/api/log/")) == TOO_LOW


def test_a_token_ends_with_its_time_and_with_its_deletion(staffed: Desk) -> None:
    past = staffed.ask(ADAM, "POST", TOKENS, {**ALL, "expires_at": 5})
    assert past.status_code == 400
    soon = staffed.management.clock.now_ms // 1000 + 60
    text = token_of(staffed, ADAM, {**ALL, "expires_at": soon, "name": "report"})
    client = staffed.bearing(text, ADAM)
    assert client.get("/api/log/").json()["success"]
    staffed.management.clock.advance(61)
    assert "access token" in refusal(client.get("/api/log/"))
    lasting = staffed.bearing(token_of(staffed, ADAM, ALL), ADAM)
    newest, oldest = staffed.ask(ADAM, "GET", TOKENS).json()
    assert (oldest["name"], newest["token"], oldest["token"]) == ("report", "", "")
    assert staffed.ask(ROOT, "DELETE", f"{TOKENS}/{newest['id']}").status_code == 404
    assert staffed.ask(ADAM, "DELETE", f"{TOKENS}/{newest['id']}").status_code == 200
    assert "access token" in refusal(lasting.get("/api/log/"))


def test_tokens_are_kept_as_hashes_and_every_act_is_in_the_audit_log(staffed: Desk) -> None:
    grant(staffed, OF_BOB)
    text = token_of(staffed, ADAM, ALL)

    async def read() -> tuple[list[str], list[str]]:
        async with staffed.management.store.unit_of_work(write=False) as uow:
            token = await uow.session.get(UsageToken, 1)
            assert token is not None
            logged = [
                row.content
                for row in (
                    await uow.session.scalars(select(LogOutbox).order_by(LogOutbox.id))
                ).all()
            ]
            return [token.token_hash, token.name, token.names], logged

    columns, logged = staffed.management.run(read())
    assert text not in " ".join(columns + logged)
    assert logged == ["user 4 may read usage: users [3]", "usage token 1 made: all"]
