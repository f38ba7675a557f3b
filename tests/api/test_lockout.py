"""Wrong passwords lock a name out for a while: bounded, alike for names nobody has, and once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from weirgate.identity.service import LOGIN_FAILED
from weirgate.store.tables import LoginFailure

from tests.api.conftest import PASSWORD, ROOT, Plane, set_up
from tests.api.test_at_once import AT_ONCE, at_once, either
from tests.support.refusals import Refusal

if TYPE_CHECKING:
    import httpx

__all__ = ["either"]
LOCKED = Refusal("登录失败次数过多，请稍后再试")
WRONG = Refusal(LOGIN_FAILED.zh)


def login(site: Plane, name: str, password: str, ip: str = "198.51.100.1") -> httpx.Response:
    form = {"username": name, "password": password}
    return site.visitor(ip).post("/api/user/login", json=form, timeout=30)


@pytest.fixture
def house(either: Plane) -> Plane:
    site = set_up(either)
    site.set_option("weirgate.login_failures", 3)
    return site


@pytest.mark.parametrize("name", ["root", "nobody"])
def test_three_wrong_passwords_lock_any_name_from_every_address(house: Plane, name: str) -> None:
    for number in range(3):
        assert login(house, name, "wrong", f"198.51.100.{number}").json() == WRONG
    locked = login(house, name.upper() if name == "nobody" else name, PASSWORD, "192.0.2.9")
    assert locked.json() == LOCKED
    assert locked.json()["error"] == "login_locked"
    assert house.as_user(ROOT).get("/api/user/self").json()["success"]
    house.management.clock.advance(301)
    expected = name == "root"
    assert login(house, name, PASSWORD).json()["success"] is expected


def test_a_right_password_begins_the_count_anew(house: Plane) -> None:
    for _ in range(2):
        for _ in range(2):
            assert login(house, "root", "wrong").json() == WRONG
        assert login(house, "root", PASSWORD).json()["success"]
    rows = house.as_user(ROOT)
    assert rows.get("/api/user/self").json()["success"]


def test_what_lies_far_apart_is_not_added_up_and_is_forgotten(house: Plane) -> None:
    for number in range(5):
        assert login(house, f"nobody{number}", "wrong").json() == WRONG
        assert login(house, "root", "wrong").json() == WRONG
        house.management.clock.advance(901)
    assert login(house, "root", "wrong").json() == WRONG

    async def count() -> int:
        async with house.management.store.unit_of_work(write=False) as uow:
            found = await uow.session.execute(LoginFailure.__table__.select())
            return len(found.all())

    assert house.management.run(count()) == 1
    assert login(house, "root", PASSWORD).json()["success"]


def test_guesses_sent_together_are_all_counted(house: Plane) -> None:
    visitors = [house.visitor(f"198.51.100.{number}") for number in range(AT_ONCE)]
    form = {"username": "root", "password": "wrong"}
    at_once(lambda n: visitors[n].post("/api/user/login", json=form, timeout=60))
    assert login(house, "root", PASSWORD).json() == LOCKED


def test_the_lock_can_be_switched_off(house: Plane) -> None:
    house.set_option("weirgate.login_failures", 0)
    for _ in range(5):
        assert login(house, "root", "wrong").json() == WRONG
    assert login(house, "root", PASSWORD).json()["success"]
