"""Users over HTTP: the own account, administration, and who may manage whom."""

import bcrypt
import pytest
from weirgate.identity.passwords import Passwords
from weirgate.store.tables import User

from tests.api.conftest import ADAM, ALICE, PASSWORD, ROOT, Plane
from tests.support.refusals import Refusal

HASH = Passwords(time_cost=1, memory_kib=64).hash(PASSWORD)


def user(site: Plane, user_id: int) -> dict[str, object]:
    found: dict[str, object] = site.as_user(ROOT).get(f"/api/user/{user_id}").json()["data"]
    return found


def manage(site: Plane, by: int, user_id: int, action: str, **fields: object) -> dict[str, object]:
    body = {"id": user_id, "action": action, **fields}
    found: dict[str, object] = site.as_user(by).post("/api/user/manage", json=body).json()
    return found


def test_the_own_account_shows_money_and_permissions_but_no_secret(site: Plane) -> None:
    own = site.as_user(ALICE).get("/api/user/self/").json()["data"]
    assert (own["username"], own["quota"], own["used_quota"]) == ("alice", 1_000_000, 0)
    assert own["permissions"] == {"sidebar_settings": True, "sidebar_modules": {"admin": False}}
    assert own["group"] == "default"
    assert not {"password", "access_token", "password_hash"} & set(own)
    root = site.as_user(ROOT).get("/api/user/self").json()["data"]
    assert root["permissions"] == {"sidebar_settings": False, "sidebar_modules": {}}


def test_settings_of_the_console_are_saved_alone(site: Plane) -> None:
    client = site.as_user(ALICE)
    answer = client.put("/api/user/self", json={"sidebar_modules": '{"chat":{}}'}).json()
    assert answer == {"success": True, "message": "更新成功", "data": None}
    own = client.get("/api/user/self").json()["data"]
    assert own["sidebar_modules"] == '{"chat":{}}'
    assert client.put("/api/user/self", json={"language": "en"}).json()["success"]
    assert client.put("/api/user/self", json={"language": "en"}).json()["message"] == "updated"


def test_a_new_password_needs_the_old_one_and_ends_other_sessions(site: Plane) -> None:
    bob = site.add_user("bob", password_hash=HASH)
    here, elsewhere = site.as_user(bob), site.as_user(bob)
    body = {"username": "bob", "display_name": "Bob", "password": "another horse"}
    assert here.put("/api/user/self", json=body).json()["message"] == "原密码错误"
    wrong = {**body, "original_password": "wrong"}
    assert here.put("/api/user/self", json=wrong).json()["message"] == "原密码错误"
    right = {**body, "original_password": PASSWORD}
    assert here.put("/api/user/self", json=right).json() == {"success": True, "message": ""}
    assert here.get("/api/user/self").json()["data"]["display_name"] == "Bob"
    assert elsewhere.get("/api/user/self").status_code == 401
    for password, works in ((PASSWORD, False), ("another horse", True)):
        login = {"username": "bob", "password": password}
        assert site.visitor().post("/api/user/login", json=login).json()["success"] is works


def test_a_name_can_be_taken_only_once_even_from_the_deleted(site: Plane) -> None:
    site.add_user("gone", deleted_at=5)
    client = site.as_user(ALICE)
    for name in ("adam", "gone"):
        answer = client.put("/api/user/self", json={"username": name}).json()
        assert answer == Refusal("用户名已存在，或已注销")
    assert client.put("/api/user/self", json={"username": "alicia"}).json()["success"]


def test_one_may_delete_oneself_but_root_may_not(site: Plane) -> None:
    refused = site.as_user(ROOT).delete("/api/user/self").json()
    assert refused == Refusal("不能删除超级管理员账户")
    client = site.as_user(ALICE)
    assert client.delete("/api/user/self").json()["success"]
    assert client.get("/api/user/self").status_code == 401


def test_a_new_user_gets_the_welcome_quota_by_one_entry(site: Plane) -> None:
    site.as_user(ROOT).put("/api/option/", json={"key": "QuotaForNewUser", "value": 1000})
    body = {"username": "bob", "password": PASSWORD}
    answer = site.as_user(ADAM).post("/api/user/", json=body).json()
    assert answer == {"success": True, "message": ""}
    bob = user(site, 4)
    assert (bob["quota"], bob["role"], bob["display_name"]) == (1000, 1, "bob")
    assert site.verify().is_sound
    login = site.visitor().post("/api/user/login", json=body).json()
    assert login["data"]["id"] == 4


@pytest.mark.parametrize(
    "body",
    [
        {"username": "adam", "password": PASSWORD},
        {"username": "bob", "password": "short"},
        {"username": "b" * 21, "password": PASSWORD},
        {"username": "", "password": PASSWORD},
        {"username": "bob", "password": PASSWORD, "role": 10},
        {"username": "bob", "password": PASSWORD, "role": 100},
    ],
)
def test_a_user_that_does_not_fit_or_stands_too_high_is_not_created(
    site: Plane, body: dict[str, object]
) -> None:
    assert not site.as_user(ADAM).post("/api/user/", json=body).json()["success"]
    assert site.as_user(ADAM).get("/api/user/").json()["data"]["total"] == 3


def test_root_cannot_create_a_second_root(site: Plane) -> None:
    body = {"username": "bob", "password": PASSWORD, "role": 100}
    answer = site.as_user(ROOT).post("/api/user/", json=body).json()
    assert answer["message"] == "无法创建权限大于等于自己的用户"


def test_the_list_shows_everybody_the_deleted_included(site: Plane) -> None:
    site.add_user("gone", deleted_at=1_795_246_141)
    data = site.as_user(ADAM).get("/api/user/").json()["data"]
    assert [row["username"] for row in data["items"]] == ["gone", "adam", "alice", "root"]
    gone, adam = data["items"][:2]
    assert gone["DeletedAt"] == "2026-11-21T07:29:01+00:00"
    assert adam["DeletedAt"] is None
    assert (adam["password"], adam["access_token"]) == ("", None)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("keyword=ali", ["alice"]),
        ("keyword=3", ["adam"]),
        ("keyword=a%25", []),
        ("keyword=a&role=10", ["adam"]),
        ("keyword=&group=vip", []),
        ("status=1&keyword=oo", ["root"]),
    ],
)
def test_users_are_searched_by_id_name_group_role_and_status(
    site: Plane, query: str, names: list[str]
) -> None:
    data = site.as_user(ADAM).get(f"/api/user/search?{query}").json()["data"]
    assert [row["username"] for row in data["items"]] == names
    assert data["total"] == len(names)


def test_an_administrator_reads_only_those_below(site: Plane) -> None:
    client = site.as_user(ADAM)
    assert client.get(f"/api/user/{ALICE}").json()["data"]["username"] == "alice"
    for above in (ADAM, ROOT):
        answer = client.get(f"/api/user/{above}").json()
        assert answer == Refusal("无权获取同级或更高等级用户的信息")
    assert client.get("/api/user/99").json()["message"] == "record not found"
    assert not client.get("/api/user/odd").json()["success"]
    # VoAPI's own path: another dialect does not know it.
    assert client.get("/api/user/info").status_code == 404


def test_an_update_sets_the_quota_by_an_entry_of_the_difference(site: Plane) -> None:
    body = {"id": ALICE, "quota": 250, "group": "vip", "remark": "a note"}
    assert site.as_user(ADAM).put("/api/user/", json=body).json()["success"]
    alice = user(site, ALICE)
    assert (alice["quota"], alice["group"], alice["remark"]) == (250, "vip", "a note")
    assert site.verify().is_sound
    assert site.changes[-1].entries


def test_a_new_password_by_an_administrator_ends_the_sessions(site: Plane) -> None:
    client = site.as_user(ALICE)
    body = {"id": ALICE, "password": "another horse"}
    assert site.as_user(ADAM).put("/api/user/", json=body).json()["success"]
    assert client.get("/api/user/self").status_code == 401
    login = {"username": "alice", "password": "another horse"}
    assert site.visitor().post("/api/user/login", json=login).json()["success"]


def test_nobody_manages_those_at_or_above_the_own_role(site: Plane) -> None:
    eve = site.add_user("eve", role=10)
    refusal = Refusal("无权更新同权限等级或更高权限等级的用户信息")
    for target in (eve, ROOT, ADAM):
        assert manage(site, ADAM, target, "disable") == refusal
        changed = site.as_user(ADAM).put("/api/user/", json={"id": target, "quota": 1}).json()
        assert changed == refusal
        assert not site.as_user(ADAM).delete(f"/api/user/{target}").json()["success"]
    assert not site.as_user(ROOT).delete(f"/api/user/{ROOT}").json()["success"]
    assert manage(site, ROOT, ROOT, "disable")["message"] == "无法禁用超级管理员用户"
    assert manage(site, ROOT, ROOT, "delete")["success"] is False
    assert manage(site, ROOT, ROOT, "demote")["success"] is False
    assert site.verify().is_sound


def test_a_disabled_user_stops_at_once_and_may_come_back(site: Plane) -> None:
    client = site.as_user(ALICE)
    answer = manage(site, ADAM, ALICE, "disable")
    assert answer == {"success": True, "message": "", "data": {"role": 1, "status": 2}}
    refused = client.get("/api/user/self")
    assert (refused.status_code, refused.json()["message"]) == (200, "用户已被封禁")
    assert {ALICE} in [change.users for change in site.changes]
    assert manage(site, ADAM, ALICE, "enable")["data"] == {"role": 1, "status": 1}
    assert client.get("/api/user/self").json()["success"]


def test_only_root_makes_administrators(site: Plane) -> None:
    refused = manage(site, ADAM, ALICE, "promote")
    assert refused["message"] == "普通管理员用户无法提升其他用户为管理员"
    assert manage(site, ROOT, ALICE, "promote")["data"] == {"role": 10, "status": 1}
    assert not manage(site, ROOT, ALICE, "promote")["success"]
    assert manage(site, ROOT, ALICE, "demote")["data"] == {"role": 1, "status": 1}
    assert not manage(site, ROOT, ALICE, "demote")["success"]


def test_an_unknown_act_changes_nothing(site: Plane) -> None:
    assert manage(site, ADAM, ALICE, "dance")["data"] == {"role": 1, "status": 1}


def test_quota_is_added_subtracted_and_overridden_by_entries(site: Plane) -> None:
    steps = (("add", 5, 1_000_005), ("subtract", 1_000_006, -1), ("override", 70, 70))
    for mode, value, balance in steps:
        answer = manage(site, ADAM, ALICE, "add_quota", mode=mode, value=value)
        assert answer == {"success": True, "message": ""}
        assert user(site, ALICE)["quota"] == balance
    for mode, value in (("add", 0), ("add", -5), ("double", 5), ("add", 1 << 60)):
        assert not manage(site, ADAM, ALICE, "add_quota", mode=mode, value=value)["success"]
    assert user(site, ALICE)["quota"] == 70
    assert site.verify().is_sound


def test_a_deleted_user_is_kept_for_the_books_but_cannot_come_in(site: Plane) -> None:
    bob = site.add_user("bob", password_hash=HASH, quota=500)
    client = site.as_user(bob)
    token = client.get("/api/user/token").json()["data"]
    answer = site.as_user(ADAM).delete(f"/api/user/{bob}/").json()
    assert answer == {"success": True, "message": ""}
    assert client.get("/api/user/self").status_code == 401
    by_token = site.client(authorization=token, **{"new-api-user": str(bob)})
    assert not by_token.get("/api/user/self").json()["success"]
    login = {"username": "bob", "password": PASSWORD}
    assert not site.visitor().post("/api/user/login", json=login).json()["success"]
    assert site.verify().users == 4
    assert site.verify().is_sound


def test_an_imported_bcrypt_hash_is_replaced_at_the_next_login(site: Plane) -> None:
    old = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()
    bob = site.add_user("bob", password_hash=old, email="bob@example.org")
    login = {"username": "Bob@Example.org", "password": PASSWORD}
    assert site.visitor().post("/api/user/login", json=login).json()["data"]["id"] == bob

    async def stored() -> str:
        async with site.management.store.unit_of_work(write=False) as uow:
            row = await uow.session.get(User, bob)
            assert row is not None
            return row.password_hash

    assert site.management.run(stored()).startswith("$argon2id$")
    assert site.visitor().post("/api/user/login", json=login).json()["success"]


MINE_TO_CHOOSE = {"username", "display_name"}


def test_nobody_writes_what_is_not_theirs_through_their_own_account(site: Plane) -> None:
    before = user(site, ALICE)
    wish = {
        "username": "alicia",
        "display_name": "Alicia",
        "role": 100,
        "status": 2,
        "quota": 1 << 50,
        "used_quota": 0,
        "group": "vip",
        "email": "root@example.org",
        "github_id": "1",
        "aff_quota": 1 << 40,
        "inviter_id": ROOT,
        "access_token": "chosen",
        "setting": "{}",
    }
    assert site.as_user(ALICE).put("/api/user/self", json=wish).json()["success"]
    after = user(site, ALICE)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == MINE_TO_CHOOSE
    assert site.verify().is_sound


def test_an_administrator_raises_nobody_by_an_update(site: Plane) -> None:
    wish = {"id": ALICE, "role": 100, "status": 2, "aff_quota": 9, "github_id": "1", "email": "a@b"}
    before = user(site, ALICE)
    assert site.as_user(ADAM).put("/api/user/", json=wish).json()["success"]
    assert user(site, ALICE) == before
    created = {"username": "bob", "password": PASSWORD, "role": 1, "quota": 1 << 40, "status": 2}
    site.as_user(ADAM).post("/api/user/", json=created)
    bob = user(site, 4)
    assert (bob["quota"], bob["status"], bob["role"]) == (0, 1, 1)


def test_no_list_shows_what_opens_an_account(site: Plane) -> None:
    token = site.as_user(ROOT).get("/api/user/token").json()["data"]
    bob = site.add_user("bob", password_hash=HASH)
    seen = (
        site.as_user(ADAM).get("/api/user/").text + site.as_user(ADAM).get(f"/api/user/{bob}").text
    )
    assert token not in seen
    assert HASH not in seen
    assert "argon2" not in seen
