"""Saved views: own ones, shared ones, and nobody else's."""

from typing import Any

import httpx

from tests.api.explore.conftest import ALICE, BASE, BOB, ROOT, Desk

VIEW = {"name": "by model", "content": {"metrics": ["spend"], "dimensions": ["model"]}}


def save(desk: Desk, user_id: int, **view: Any) -> httpx.Response:
    return desk.client(user_id).post(f"{BASE}/views", json=VIEW | view)


def names(desk: Desk, user_id: int, kind: str = "explore") -> list[str]:
    listed = desk.client(user_id).get(f"{BASE}/views", params={"kind": kind}).json()
    return [view["name"] for view in listed]


def test_a_view_is_saved_changed_and_deleted_by_its_owner(either: Desk) -> None:
    desk = either
    made = save(desk, ALICE)
    assert made.status_code == 201
    view = made.json()
    assert (view["content"], view["is_own"], view["kind"]) == (VIEW["content"], True, "explore")
    path = f"{BASE}/views/{view['id']}"
    changed = desk.client(ALICE).patch(path, json={"name": "renamed"}).json()
    assert (changed["name"], changed["content"]) == ("renamed", VIEW["content"])
    assert names(desk, ALICE) == ["renamed"]
    assert names(desk, ALICE, "sql") == []
    assert desk.client(ALICE).delete(path).status_code == 204
    assert desk.client(ALICE).get(path).status_code == 404


def test_nobody_touches_anothers_view(either: Desk) -> None:
    desk = either
    path = f"{BASE}/views/{save(desk, ALICE).json()['id']}"
    for other in (BOB, ROOT):
        client = desk.client(other)
        assert client.get(path).status_code == 404
        assert client.patch(path, json={"name": "mine"}).status_code == 404
        assert client.delete(path).status_code == 404
        assert names(desk, other) == []
    assert names(desk, ALICE) == ["by model"]


def test_administrators_share_views_that_only_they_change(either: Desk) -> None:
    desk = either
    assert save(desk, ALICE, is_shared=True).status_code == 400
    shared = save(desk, ROOT, is_shared=True).json()
    path = f"{BASE}/views/{shared['id']}"
    assert desk.client(ALICE).get(path).json()["is_own"] is False
    assert names(desk, BOB) == ["by model"]
    assert desk.client(ALICE).delete(path).status_code == 404
    own = save(desk, ALICE).json()
    mine = f"{BASE}/views/{own['id']}"
    assert desk.client(ALICE).patch(mine, json={"is_shared": True}).status_code == 400


def test_views_are_bounded(either: Desk) -> None:
    desk = either
    assert save(desk, ALICE, content={"text": "x" * 17_000}).status_code == 400
    assert save(desk, ALICE, name="").status_code == 400
    assert save(desk, ALICE, name="a\nb").status_code == 400
    assert save(desk, ALICE, kind="other").status_code == 400
