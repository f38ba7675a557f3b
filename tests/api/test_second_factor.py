"""Second factors over HTTP: TOTP, backup codes, lock-out, the second step, administration."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from sqlalchemy import select
from weirgate.identity.passwords import Passwords
from weirgate.store.tables import BackupCode, SecondFactor

from tests.api.conftest import ADAM, ALICE, PASSWORD, ROOT, Plane
from tests.support.refusals import Refusal

if TYPE_CHECKING:
    import httpx

HASH = Passwords(time_cost=1, memory_kib=64).hash(PASSWORD)
LOGIN = {"username": "bob", "password": PASSWORD}
WRONG = Refusal("验证码或备用码错误，请重试")
LOCKED = Refusal("账户已被锁定，请稍后再试")
DONE = {"success": True, "message": ""}


def call(client: httpx.Client, path: str, code: str = "") -> dict[str, Any]:
    found: dict[str, Any] = client.post(f"/api/user/2fa/{path}", json={"code": code}).json()
    return found


def now_code(site: Plane, secret: str, *, ahead: int = 0) -> str:
    step = site.management.clock.now_ms // 30_000 + ahead
    return pyotp.TOTP(secret).generate_otp(step)


def with_factor(site: Plane, user_id: int) -> tuple[httpx.Client, str, list[str]]:
    """Enables a second factor and returns a client, the secret and the backup codes."""
    client = site.as_user(user_id)
    made = call(client, "setup")["data"]
    assert call(client, "enable", now_code(site, made["secret"])) == DONE
    site.management.clock.advance(30)
    return client, made["secret"], made["backup_codes"]


@pytest.fixture
def bob(site: Plane) -> int:
    return site.add_user("bob", password_hash=HASH)


def status(client: httpx.Client) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/api/user/2fa/status").json()["data"]
    return found


def test_setting_up_shows_secret_picture_and_codes_once(site: Plane) -> None:
    client = site.as_user(ALICE)
    answer = client.post("/api/user/2fa/setup", json={})
    made = answer.json()["data"]
    assert "no-store" in answer.headers["cache-control"]
    assert re.fullmatch(r"[A-Z2-7]{32}", made["secret"])
    assert len(made["backup_codes"]) == 4
    assert all(re.fullmatch(r"[A-Z0-9]{4}-[A-Z0-9]{4}", code) for code in made["backup_codes"])
    parts = urlsplit(made["qr_code_data"])
    assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
    assert parse_qs(parts.query)["secret"] == [made["secret"]]
    assert status(client)["enabled"] is False
    assert call(client, "enable", "000000") == WRONG
    assert call(client, "enable", made["backup_codes"][0]) == WRONG
    assert call(client, "enable", now_code(site, made["secret"])) == DONE
    assert status(client) == {"enabled": True, "locked": False, "backup_codes_remaining": 4}


def test_nothing_that_is_stored_opens_a_login(site: Plane) -> None:
    _, secret, codes = with_factor(site, ALICE)

    async def read() -> str:
        async with site.management.store.unit_of_work(write=False) as uow:
            factor = (await uow.session.scalars(select(SecondFactor))).one()
            hashes = (await uow.session.scalars(select(BackupCode.code_hash))).all()
            return repr(factor.secret_encrypted) + " ".join(hashes)

    stored = site.management.run(read())
    assert secret not in stored
    assert not any(code in stored or code.replace("-", "") in stored for code in codes)


def test_a_login_needs_the_second_step_and_is_nobodys_before(site: Plane, bob: int) -> None:
    _, secret, _ = with_factor(site, bob)
    visitor = site.visitor()
    first = visitor.post("/api/user/login", json=LOGIN)
    assert first.json()["data"] == {"require_2fa": True}
    visitor.headers["new-api-user"] = str(bob)
    assert visitor.get("/api/user/self").status_code == 401
    assert visitor.post("/api/user/login/2fa", json={"code": "123456"}).json() == WRONG
    second = visitor.post("/api/user/login/2fa", json={"code": now_code(site, secret)})
    assert second.json()["data"]["id"] == bob
    assert visitor.get("/api/user/self").json()["data"]["username"] == "bob"
    again = visitor.post("/api/user/login/2fa", json={"code": now_code(site, secret, ahead=1)})
    assert again.json()["success"] is False


def test_a_second_step_without_a_first_or_too_late_is_refused(site: Plane, bob: int) -> None:
    _, secret, _ = with_factor(site, bob)
    over = Refusal("会话已过期，请重新登录")
    visitor = site.visitor()
    assert visitor.post("/api/user/login/2fa", json={"code": now_code(site, secret)}).json() == over
    visitor.post("/api/user/login", json=LOGIN)
    site.management.clock.advance(301)
    assert visitor.post("/api/user/login/2fa", json={"code": now_code(site, secret)}).json() == over


def test_a_one_time_password_works_once(site: Plane, bob: int) -> None:
    _, secret, _ = with_factor(site, bob)
    code = now_code(site, secret)
    for works in (True, False):
        visitor = site.visitor()
        visitor.post("/api/user/login", json=LOGIN)
        answer = visitor.post("/api/user/login/2fa", json={"code": code}).json()
        assert answer["success"] is works


def test_codes_of_neighbouring_steps_count_and_older_ones_do_not(site: Plane) -> None:
    client, secret, _ = with_factor(site, ALICE)
    site.management.clock.advance(300)
    assert call(client, "backup_codes", now_code(site, secret, ahead=-2)) == WRONG
    assert call(client, "backup_codes", now_code(site, secret, ahead=2)) == WRONG
    assert call(client, "backup_codes", now_code(site, secret, ahead=-1))["success"]
    assert call(client, "backup_codes", now_code(site, secret, ahead=1))["success"]
    assert call(client, "backup_codes", now_code(site, secret)) == WRONG


def test_a_backup_code_works_once_however_it_is_typed(site: Plane, bob: int) -> None:
    client, _, codes = with_factor(site, bob)
    typed = f" {codes[0].lower().replace('-', ' ')} "
    for works in (True, False):
        visitor = site.visitor()
        visitor.post("/api/user/login", json=LOGIN)
        answer = visitor.post("/api/user/login/2fa", json={"code": typed}).json()
        assert answer["success"] is works
    assert status(client)["backup_codes_remaining"] == 3


def test_new_backup_codes_replace_the_old(site: Plane) -> None:
    client, secret, codes = with_factor(site, ALICE)
    assert call(client, "backup_codes", codes[0]) == WRONG
    renewed = call(client, "backup_codes", now_code(site, secret))["data"]["backup_codes"]
    assert not set(renewed) & set(codes)
    assert call(client, "disable", codes[1]) == WRONG
    assert call(client, "disable", renewed[0]) == DONE
    assert status(client)["enabled"] is False
    assert call(client, "disable", renewed[1])["message"] == "用户未启用2FA"


def test_five_wrong_codes_lock_for_five_minutes_in_every_session(site: Plane, bob: int) -> None:
    client, secret, codes = with_factor(site, bob)
    visitor = site.visitor()
    visitor.post("/api/user/login", json=LOGIN)
    for _ in range(5):
        assert visitor.post("/api/user/login/2fa", json={"code": "000000"}).json() == WRONG
    assert visitor.post("/api/user/login/2fa", json={"code": codes[0]}).json() == LOCKED
    assert call(client, "disable", now_code(site, secret)) == LOCKED
    assert status(client)["locked"] is True
    site.management.clock.advance(300)
    assert status(client)["locked"] is False
    assert call(client, "disable", now_code(site, secret)) == DONE


def test_a_right_code_forgives_the_wrong_ones(site: Plane) -> None:
    client, secret, _ = with_factor(site, ALICE)
    for _ in range(3):
        for _ in range(4):
            assert call(client, "backup_codes", "000000") == WRONG
        site.management.clock.advance(30)
        assert call(client, "backup_codes", now_code(site, secret))["success"]


def test_setting_up_again_needs_the_old_factor_gone(site: Plane) -> None:
    client, _, _ = with_factor(site, ALICE)
    answer = client.post("/api/user/2fa/setup", json={})
    assert (answer.status_code, answer.json()["code"]) == (403, "VERIFICATION_REQUIRED")
    assert status(client)["enabled"] is True


def test_an_administrator_takes_away_only_from_those_below(site: Plane) -> None:
    eve = site.add_user("eve", role=10)
    for user_id in (ALICE, eve, ROOT, ADAM):
        with_factor(site, user_id)
    adam = site.as_user(ADAM)
    for above in (eve, ROOT, ADAM):
        assert not adam.delete(f"/api/user/{above}/2fa").json()["success"]
    assert adam.delete("/api/user/99/2fa").json()["message"] == "record not found"
    assert adam.delete(f"/api/user/{ALICE}/2fa").json() == DONE
    assert status(site.as_user(ALICE))["enabled"] is False
    assert site.as_user(ROOT).delete(f"/api/user/{ROOT}/2fa").json()["success"] is False
    stats = adam.get("/api/user/2fa/stats").json()["data"]
    assert stats == {"total_users": 4, "enabled_users": 3, "enabled_rate": "75.0%"}


def test_a_banned_user_does_not_come_in_by_the_second_step(site: Plane, bob: int) -> None:
    _, secret, _ = with_factor(site, bob)
    visitor = site.visitor()
    visitor.post("/api/user/login", json=LOGIN)
    site.as_user(ADAM).post("/api/user/manage", json={"id": bob, "action": "disable"})
    answer = visitor.post("/api/user/login/2fa", json={"code": now_code(site, secret)}).json()
    assert answer["message"] == "用户名或密码错误，或用户已被封禁"
