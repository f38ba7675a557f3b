"""Rules of the contract that no other file shows: searching as typed, batches, oneself, roots."""

from __future__ import annotations

import pytest

from tests.api.conftest import ADAM, ALICE, ROOT, Plane

STRANGE = ("100%_sure", "100-sure", "back\\slash")


def found(site: Plane, path: str, name: str, **query: str) -> list[str]:
    data = site.as_user(ROOT).get(path, params=query).json()["data"]
    return sorted(row[name] for row in data["items"])


def test_users_and_codes_are_searched_for_what_was_typed(site: Plane) -> None:
    for name in STRANGE:
        site.add_user(name)
        form = {"name": name, "quota": 1, "count": 1}
        assert site.as_user(ADAM).post("/api/redemption/", json=form).json()["success"]
    for path, name in (("/api/user/search", "username"), ("/api/redemption/search", "name")):
        assert found(site, path, name, keyword="100%") == ["100%_sure"]
        assert found(site, path, name, keyword="100__") == []
        assert found(site, path, name, keyword="back\\") == ["back\\slash"]
    assert found(site, "/api/user/search", "username", keyword="%") == ["100%_sure"]
    assert found(site, "/api/user/search", "username", keyword="_sur") == ["100%_sure"]


def test_channels_are_searched_for_what_was_typed(site: Plane) -> None:
    for name in STRANGE:
        channel = {"type": 1, "name": name, "key": "sk-a", "models": "m", "group": "default"}
        form = {"mode": "single", "channel": channel}
        assert site.as_user(ADAM).post("/api/channel/", json=form).json()["success"]
    assert found(site, "/api/channel/search", "name", keyword="100%_") == ["100%_sure"]
    assert found(site, "/api/channel/search", "name", keyword="00_s") == []


@pytest.mark.parametrize("count", [0, 101])
def test_a_batch_of_revealed_keys_holds_one_to_a_hundred(site: Plane, count: int) -> None:
    form = {"ids": list(range(1, count + 1))}
    answer = site.as_user(ALICE).post("/api/token/batch/keys", json=form).json()
    assert (answer["success"], answer["message"]) == (False, "无效的参数")


@pytest.mark.parametrize("action", ["disable", "delete", "demote", "promote"])
def test_nobody_manages_oneself_and_no_act_reaches_root(site: Plane, action: str) -> None:
    for who, whom in ((ADAM, ADAM), (ROOT, ROOT), (ADAM, ROOT)):
        form = {"id": whom, "action": action}
        answer = site.as_user(who).post("/api/user/manage", json=form).json()
        assert answer["success"] is False, (who, whom, answer)
    assert site.as_user(ROOT).get("/api/option/").json()["success"]
    assert site.as_user(ADAM).get("/api/user/").json()["success"]


def test_the_last_root_can_neither_be_deleted_nor_lowered(site: Plane) -> None:
    root = site.as_user(ROOT)
    assert not root.delete(f"/api/user/{ROOT}").json()["success"]
    assert not root.delete("/api/user/self").json()["success"]
    root.put("/api/user/", json={"id": ROOT, "username": "root", "role": 1, "status": 2})
    shown = root.get("/api/user/self").json()["data"]
    assert (shown["role"], shown["status"]) == (100, 1)


def test_an_amount_that_is_set_twice_makes_one_entry_and_sound_books(site: Plane) -> None:
    root = site.as_user(ROOT)
    for quota in (700, 700, 650):
        form = {"id": ALICE, "username": "alice", "quota": quota}
        assert root.put("/api/user/", json=form).json()["success"]
        assert site.as_user(ALICE).get("/api/user/self").json()["data"]["quota"] == quota
    assert site.verify().is_sound
