"""Requests that meet: on SQLite, where writers queue, and on PostgreSQL, where they run at once."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import orjson
import pytest

from tests.api.conftest import ADAM, ALICE, PASSWORD, ROOT, Plane, running_plane, set_up

AT_ONCE = 8


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Plane]:
    is_postgres = request.param == "postgresql"
    url: str | None = request.getfixturevalue("postgres_url") if is_postgres else None
    with running_plane(tmp_path, url) as running:
        yield running


def at_once(work: Callable[[int], httpx.Response]) -> list[bool]:
    """Sends requests at the same time and returns which succeeded."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(work, range(AT_ONCE)))
    assert {answer.status_code for answer in answers} == {200}
    return [answer.json()["success"] for answer in answers]


def test_of_many_setups_one_wins(either: Plane) -> None:
    clients = [either.visitor() for _ in range(AT_ONCE)]

    def work(number: int) -> httpx.Response:
        form = {"username": f"root{number % 3}", "password": PASSWORD, "confirmPassword": PASSWORD}
        return clients[number].post("/api/setup", json=form)

    assert at_once(work).count(True) == 1
    total = either.as_user(1).get("/api/user/").json()["data"]["total"]
    assert total == 1
    assert either.verify().is_sound


def test_of_many_users_of_one_name_one_is_created(either: Plane) -> None:
    site = set_up(either)
    clients = [site.as_user(ROOT) for _ in range(AT_ONCE)]
    body = {"username": "bob", "password": PASSWORD}
    assert at_once(lambda n: clients[n].post("/api/user/", json=body)).count(True) == 1


def test_credits_at_once_all_count(either: Plane) -> None:
    site = set_up(either)
    clients = [site.as_user(ADAM) for _ in range(AT_ONCE)]
    body = {"id": ALICE, "action": "add_quota", "mode": "add", "value": 10}
    assert all(at_once(lambda n: clients[n].post("/api/user/manage", json=body)))
    own = site.as_user(ALICE).get("/api/user/self").json()["data"]
    assert own["quota"] == 1_000_000 + 10 * AT_ONCE
    assert site.verify().is_sound


def test_keys_at_once_stay_within_the_limit(either: Plane) -> None:
    site = set_up(either)
    option = {"key": "token_setting.max_user_tokens", "value": 3}
    assert site.as_user(ROOT).put("/api/option/", json=option).json()["success"]
    clients = [site.as_user(ALICE) for _ in range(AT_ONCE)]
    body = {"name": "n", "remain_quota": 5}
    assert at_once(lambda n: clients[n].post("/api/token/", json=body)).count(True) == 3
    assert site.as_user(ALICE).get("/api/token/").json()["data"]["total"] == 3


def test_wallets_and_keys_edited_at_once_never_wait_for_each_other(either: Plane) -> None:
    site = set_up(either)
    user, admins = site.as_user(ALICE), [site.as_user(ADAM) for _ in range(AT_ONCE)]
    users = [site.as_user(ALICE) for _ in range(AT_ONCE)]
    assert user.post("/api/token/", json={"name": "k", "remain_quota": 1}).json()["success"]

    def work(number: int) -> httpx.Response:
        if number % 3 == 0:
            body = {"id": ALICE, "action": "add_quota", "mode": "override", "value": number}
            return admins[number].post("/api/user/manage", json=body)
        if number % 3 == 1:
            return admins[number].put("/api/user/", json={"id": ALICE, "quota": number})
        return users[number].put("/api/token/", json={"id": 1, "name": "k", "remain_quota": number})

    for _ in range(5):
        assert all(at_once(work))
    assert site.verify().is_sound


def test_a_key_and_a_channel_live_through_their_calls(either: Plane) -> None:
    site = set_up(either)
    user, admin = site.as_user(ALICE), site.as_user(ADAM)
    assert user.post("/api/token/", json={"name": "k", "remain_quota": 9}).json()["success"]
    assert user.get("/api/token/search?keyword=k").json()["data"]["total"] == 1
    changed = user.put("/api/token/", json={"id": 1, "name": "k2", "remain_quota": 4}).json()
    assert (changed["data"]["name"], changed["data"]["remain_quota"]) == ("k2", 4)
    assert user.delete("/api/token/1").json()["success"]
    channel = {"type": 1, "name": "c", "key": "sk-a", "models": "m", "group": "default", "tag": "t"}
    assert admin.post("/api/channel/", json={"mode": "single", "channel": channel}).json()[
        "success"
    ]
    for query in ("group=default&model=m&keyword=c", "tag_mode=true&status=1"):
        data = admin.get(f"/api/channel/search?{query}").json()["data"]
        assert (data["total"], data["type_counts"]) == (1, {"1": 1})
    assert admin.get("/api/models/missing").json()["data"] == ["m"]
    assert admin.put("/api/channel/", json={"id": 1, "models": "m2"}).json()["success"]
    assert user.get("/api/user/models").json()["data"] == ["m2"]
    assert admin.delete("/api/channel/1").json()["success"]
    assert site.verify().is_sound


def test_transfers_of_a_reward_at_once_move_no_more_than_there_is(either: Plane) -> None:
    site = set_up(either)
    inviter = site.add_user("ida", aff_quota=1_600_000, aff_history=1_600_000)
    clients = [site.as_user(inviter) for _ in range(AT_ONCE)]
    body = {"quota": 500_000}
    moved = at_once(lambda n: clients[n].post("/api/user/aff_transfer", json=body))
    assert moved.count(True) == 3
    own = site.as_user(inviter).get("/api/user/self").json()["data"]
    assert (own["quota"], own["aff_quota"]) == (1_500_000, 100_000)
    assert site.verify().is_sound


def test_registrations_at_once_by_one_invitation_are_each_rewarded_once(either: Plane) -> None:
    site = set_up(either)
    for key, value in (("QuotaForInviter", 300), ("QuotaForInvitee", 200)):
        option = {"key": key, "value": value}
        assert site.as_user(ROOT).put("/api/option/", json=option).json()["success"]
    code = site.as_user(ALICE).get("/api/user/aff").json()["data"]
    visitors = [site.visitor() for _ in range(AT_ONCE)]

    def register(number: int) -> httpx.Response:
        # Every name is wanted twice: the second of a pair is refused.
        body = {"username": f"new{number // 2}", "password": PASSWORD, "aff_code": code}
        return visitors[number].post("/api/user/register", json=body)

    assert at_once(register).count(True) == AT_ONCE // 2
    own = site.as_user(ALICE).get("/api/user/self").json()["data"]
    rewarded = (own["aff_count"], own["aff_quota"], own["aff_history_quota"])
    assert rewarded == (AT_ONCE // 2, 300 * AT_ONCE // 2, 300 * AT_ONCE // 2)
    users = site.as_user(ROOT).get("/api/user/search?keyword=new").json()["data"]["items"]
    assert [user["quota"] for user in users] == [200] * (AT_ONCE // 2)
    assert site.verify().is_sound


def test_options_that_are_edited_in_parts_at_once_keep_every_part(either: Plane) -> None:
    site = set_up(either)
    hubs = [site.speaking("onehub", ROOT) for _ in range(AT_ONCE)]

    def work(number: int) -> httpx.Response:
        if number % 2:
            form = {"symbol": f"group{number}", "name": "n", "ratio": 2}
            return hubs[number].post("/api/user_group/", json=form)
        price = {"model": f"model{number}", "type": "tokens", "input": 1, "output": 1}
        return hubs[number].post("/api/prices/single", json=price)

    assert all(at_once(work))
    values = {
        row["key"]: row["value"] for row in site.as_user(ROOT).get("/api/option/").json()["data"]
    }
    groups, models = orjson.loads(values["GroupRatio"]), orjson.loads(values["ModelRatio"])
    assert {f"group{number}" for number in range(1, AT_ONCE, 2)} <= groups.keys()
    assert {f"model{number}" for number in range(0, AT_ONCE, 2)} <= models.keys()
