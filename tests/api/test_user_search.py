"""Searches of accounts by a part of a name: both databases, trigrams, and what changes follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from tests.api.conftest import ADAM, ALICE, Plane, running_plane, set_up

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Plane]:
    is_postgres = request.param == "postgresql"
    url: str | None = request.getfixturevalue("postgres_url") if is_postgres else None
    with running_plane(tmp_path, url) as running:
        yield set_up(running)


def found(site: Plane, keyword: str, **more: str) -> list[str]:
    query = {"keyword": keyword, "page_size": "100", **more}
    data = site.kept(ADAM).get("/api/user/search", params=query).json()["data"]
    assert data["total"] == len(data["items"])
    return sorted(row["username"] for row in data["items"])


def test_a_part_of_a_name_or_address_finds_in_either_case(site: Plane) -> None:
    site.add_user("Zebedee", email="zeb@example.org", display_name="张三丰")
    site.add_user("per%cent_x", group="vip")
    for keyword in ("ebed", "EBED", "zeb@ex", "张三丰", "ZEB", "eb", "张三"):
        assert found(site, keyword) == ["Zebedee"], keyword
    for keyword, expected in (("r%c", ["per%cent_x"]), ("%%%", []), ("t_x", ["per%cent_x"]),
                              ("p_r", []), ('"eb', []), ("'; --", []), ("OR 1", [])):  # fmt: skip
        assert found(site, keyword) == expected, keyword
    assert found(site, "ent", group="vip") == ["per%cent_x"]
    assert found(site, "ent", group="default") == []
    assert found(site, str(ALICE)) == ["alice"]


def test_what_is_renamed_or_changed_is_found_by_its_new_name_alone(site: Plane) -> None:
    user_id = site.add_user("firstname")
    form = {"id": user_id, "username": "secondname", "display_name": "Third"}
    assert site.kept(ADAM).put("/api/user/", json=form).json()["success"]
    site.credit(user_id, 5)
    assert found(site, "firstname") == []
    assert found(site, "secondn") == found(site, "thir") == ["secondname"]


def test_searches_go_by_the_index(site: Plane) -> None:
    async def plan() -> str:
        async with site.management.store.unit_of_work() as uow:
            if site.management.store.dialect == "sqlite":
                asked = "SELECT name FROM sqlite_master WHERE name LIKE 'users_search%'"
            else:
                asked = "SELECT indexname FROM pg_indexes WHERE indexname LIKE '%_trgm'"
            return str((await uow.session.execute(text(asked))).all())

    shown = site.management.run(plan())
    names = ("users_search_update",) if "users_search" in shown else ("username", "email")
    assert all(name in shown for name in names), shown
