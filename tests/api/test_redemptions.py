"""Redemption codes over HTTP: making, finding, changing, and the claim that pays once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select
from weirgate.store.tables import LedgerEntry, LogOutbox, Redemption

from tests.api.conftest import ADAM, ALICE, ROOT, Plane, running_plane, set_up
from tests.support.refusals import Refusal

PARALLEL = 50


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Plane]:
    """A plane that is set up, on each database."""
    is_postgres = request.param == "postgresql"
    url: str | None = request.getfixturevalue("postgres_url") if is_postgres else None
    with running_plane(tmp_path, url) as running:
        yield set_up(running)


def make(site: Plane, **fields: object) -> list[str]:
    """Makes codes as adam and returns their texts."""
    body = {"name": "spring", "quota": 100_000, "count": 1, **fields}
    answer = site.as_user(ADAM).post("/api/redemption/", json=body).json()
    assert answer["success"], answer
    found: list[str] = answer["data"]
    return found


def redeem(client: httpx.Client, code: str) -> dict[str, object]:
    answer = client.post("/api/user/topup", json={"key": code})
    assert answer.status_code == 200
    found: dict[str, object] = answer.json()
    return found


def balance(site: Plane, user_id: int = ALICE) -> int:
    quota: int = site.as_user(user_id).get("/api/user/self").json()["data"]["quota"]
    return quota


def entries(site: Plane, kind: str) -> list[LedgerEntry]:
    async def read() -> list[LedgerEntry]:
        async with site.management.store.unit_of_work(write=False) as uow:
            query = select(LedgerEntry).where(LedgerEntry.kind == kind)
            return list((await uow.session.scalars(query)).all())

    return site.management.run(read())


def test_of_fifty_claims_of_one_code_at_once_one_pays(either: Plane) -> None:
    code = make(either)[0]
    users = [ALICE, *(either.add_user(f"user{n}") for n in range(4))]
    clients = [either.as_user(users[n % len(users)]) for n in range(PARALLEL)]
    before = {user: balance(either, user) for user in users}
    with ThreadPoolExecutor(PARALLEL) as pool:
        answers = list(pool.map(lambda client: redeem(client, code), clients))
    assert [answer["data"] for answer in answers if answer["success"]] == [100_000]
    paid = {user: balance(either, user) - before[user] for user in users}
    assert sorted(paid.values()) == [0, 0, 0, 0, 100_000]
    assert [entry.wallet_delta for entry in entries(either, "redemption")] == [100_000]
    assert either.verify().is_sound


def test_a_code_pays_once_and_leaves_a_top_up_row(site: Plane) -> None:
    code = make(site)[0]
    client = site.as_user(ALICE)
    assert redeem(client, f" {code} ") == {"success": True, "message": "", "data": 100_000}
    assert redeem(client, code) == Refusal("该兑换码已被使用")
    assert balance(site) == 1_100_000
    shown = site.as_user(ADAM).get("/api/redemption/1").json()["data"]
    assert (shown["status"], shown["used_user_id"]) == (3, ALICE)
    assert shown["redeemed_time"] == site.management.clock.now_ms // 1000

    async def read() -> list[tuple[int, int, int]]:
        async with site.management.store.unit_of_work(write=False) as uow:
            rows = (await uow.session.scalars(select(LogOutbox).where(LogOutbox.type == 1))).all()
            return [(row.user_id, row.quota, code in row.content) for row in rows]

    assert site.management.run(read()) == [(ALICE, 100_000, False)]
    assert site.changes[-1].entries


def test_codes_that_are_unknown_disabled_over_or_deleted_pay_nothing(site: Plane) -> None:
    admin, user = site.as_user(ADAM), site.as_user(ALICE)
    now_s = site.management.clock.now_ms // 1000
    disabled, over, gone = make(site)[0], make(site, expired_time=now_s + 60)[0], make(site)[0]
    status = {"id": 1, "status": 2}
    assert admin.put("/api/redemption/?status_only=true", json=status).json()["success"]
    assert admin.delete("/api/redemption/3").json() == {"success": True, "message": ""}
    site.management.clock.advance(60)
    messages = {code: redeem(user, code)["message"] for code in ("", "x" * 32, disabled, gone)}
    assert set(messages.values()) == {"无效的兑换码"}
    assert redeem(user, over)["message"] == "该兑换码已过期"
    assert balance(site) == 1_000_000
    assert admin.put("/api/redemption/?status_only=true", json={"id": 1, "status": 1}).json()[
        "success"
    ]
    assert redeem(user, disabled)["data"] == 100_000


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"name": ""}, "兑换码名称长度必须在1-20之间"),
        ({"name": "名" * 21}, "兑换码名称长度必须在1-20之间"),
        ({"count": 0}, "兑换码个数必须大于0"),
        ({"count": 101}, "一次兑换码批量生成的个数不能大于 100"),
        ({"quota": 0}, "额度必须大于 0"),
        ({"quota": -5}, "额度必须大于 0"),
        ({"quota": 1 << 60}, "额度必须大于 0"),
        ({"expired_time": 1}, "过期时间不能早于当前时间"),
        ({"expired_time": -1}, "过期时间不能早于当前时间"),
    ],
)
def test_codes_that_break_a_rule_are_not_made(
    site: Plane, fields: dict[str, object], message: str
) -> None:
    body = {"name": "n", "quota": 1, "count": 1, **fields}
    answer = site.as_user(ADAM).post("/api/redemption/", json=body).json()
    assert answer == Refusal(message)
    assert site.as_user(ADAM).get("/api/redemption/").json()["data"]["total"] == 0


def test_a_batch_is_listed_newest_first_with_the_familys_fields(site: Plane) -> None:
    codes = make(site, count=100)
    assert len(set(codes)) == 100
    assert all(len(code) == 32 for code in codes)
    answer = site.as_user(ADAM).get("/api/redemption/?p=1&page_size=2")
    assert "no-store" in answer.headers["cache-control"]
    data = answer.json()["data"]
    assert (data["total"], [item["id"] for item in data["items"]]) == (100, [100, 99])
    assert data["items"][0] == {
        "id": 100, "user_id": ADAM, "key": codes[99], "status": 1, "name": "spring",
        "quota": 100_000, "created_time": site.management.clock.now_ms // 1000,
        "redeemed_time": 0, "count": 0, "used_user_id": 0, "DeletedAt": None, "expired_time": 0,
    }  # fmt: skip


def test_codes_are_found_by_id_and_by_the_begin_of_their_name(site: Plane) -> None:
    make(site, name="a%b")
    make(site, name="axb")
    make(site, name="1st")

    def found(keyword: str) -> list[int]:
        query = {"keyword": keyword}
        answer = site.as_user(ADAM).get("/api/redemption/search", params=query).json()
        return [item["id"] for item in answer["data"]["items"]]

    assert found("a") == [2, 1]
    assert found("a%") == [1]
    assert found("xb") == []
    assert found("1") == [3, 1]
    assert found("") == [3, 2, 1]


def test_a_code_changes_until_it_is_used(site: Plane) -> None:
    code = make(site)[0]
    admin = site.as_user(ADAM)
    change = {"id": 1, "name": "new", "quota": 7, "expired_time": 0, "status": 2}
    changed = admin.put("/api/redemption/", json=change).json()["data"]
    assert (changed["name"], changed["quota"], changed["status"]) == ("new", 7, 1)
    assert redeem(site.as_user(ALICE), code)["data"] == 7
    for path, body in (
        ("/api/redemption/", change),
        ("/api/redemption/?status_only=true", {"id": 1, "status": 1}),
    ):
        assert admin.put(path, json=body).json()["message"] == "该兑换码已被使用"
    refused = admin.put("/api/redemption/?status_only=true", json={"id": 1, "status": 3})
    assert not refused.json()["success"]
    assert balance(site) == 1_000_007


def test_what_is_used_disabled_or_over_goes_at_once(site: Plane) -> None:
    now_s = site.management.clock.now_ms // 1000
    codes = [make(site)[0], make(site)[0], make(site, expired_time=now_s + 5)[0], make(site)[0]]
    admin = site.as_user(ADAM)
    redeem(site.as_user(ALICE), codes[0])
    admin.put("/api/redemption/?status_only=true", json={"id": 2, "status": 2})
    site.management.clock.advance(5)
    assert admin.delete("/api/redemption/invalid").json()["data"] == 3
    listed = admin.get("/api/redemption/").json()["data"]["items"]
    assert [item["id"] for item in listed] == [4]
    assert admin.get("/api/redemption/1").json()["message"] == "record not found"


def test_the_database_holds_no_code_in_clear(site: Plane) -> None:
    code = make(site)[0]

    async def read() -> Redemption:
        async with site.management.store.unit_of_work(write=False) as uow:
            found = await uow.session.get(Redemption, 1)
            assert found is not None
            return found

    row = site.management.run(read())
    assert code.encode() not in row.key_encrypted
    assert row.key_hash == site.management.keys.key_hash(code)


def test_administrators_alone_see_codes(site: Plane) -> None:
    make(site)
    assert not site.as_user(ALICE).get("/api/redemption/").json()["success"]
    assert site.visitor().get("/api/redemption/1").status_code == 401
    assert site.as_user(ROOT).get("/api/redemption/1").json()["data"]["user_id"] == ADAM
