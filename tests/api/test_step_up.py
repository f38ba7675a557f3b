"""Step-up over HTTP, by code and by passkey: one act, five minutes, one session."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from tests.api.conftest import ADAM, ALICE, ROOT, Plane
from tests.api.test_second_factor import now_code, with_factor
from tests.api.test_trail_and_limits import trail
from tests.support.authenticator import Authenticator
from tests.support.refusals import Refusal

if TYPE_CHECKING:
    import httpx

KEY = "sk-canary-upstream"
ORIGIN = "https://house.example.org"
CHANNEL = {"type": 1, "name": "c", "key": KEY, "models": "m", "group": "default"}
DONE = {"success": True, "message": ""}


@pytest.fixture
def house(site: Plane) -> Plane:
    """A site with a channel, a public address and passkeys."""
    root = site.as_user(ROOT)
    root.post("/api/channel/", json={"mode": "single", "channel": CHANNEL})
    for key, value in (("ServerAddress", ORIGIN), ("passkey.enabled", "true")):
        assert root.put("/api/option/", json={"key": key, "value": value}).json()["success"]
    return site


def reveal(client: httpx.Client) -> tuple[int, dict[str, Any]]:
    answer = client.post("/api/channel/1/key")
    return answer.status_code, answer.json()


def verify(client: httpx.Client, method: str, code: str = "") -> dict[str, Any]:
    body = {"method": method, "code": code}
    found: dict[str, Any] = client.post("/api/verify", json=body).json()
    return found


def passkey_of(client: httpx.Client) -> Authenticator:
    """Registers a passkey and returns it."""
    made = Authenticator(ORIGIN, "house.example.org")
    begun = client.post("/api/user/passkey/register/begin").json()
    options = begun["data"]["options"]
    answer = client.post("/api/user/passkey/register/finish", json=made.register(options))
    assert answer.json() == DONE, answer.text
    return made


def prove(client: httpx.Client, passkey: Authenticator) -> dict[str, Any]:
    begun = client.post("/api/user/passkey/verify/begin").json()
    signed = passkey.sign(begun["data"]["options"])
    found: dict[str, Any] = client.post("/api/user/passkey/verify/finish", json=signed).json()
    return found


MISSING: tuple[int, object] = (403, Refusal("需要安全验证", code="VERIFICATION_REQUIRED"))


def test_a_channels_key_is_shown_once_after_one_proof(house: Plane) -> None:
    client, secret, _ = with_factor(house, ROOT)
    assert reveal(client) == MISSING
    proof = verify(client, "2fa", now_code(house, secret))
    assert proof["data"]["verified"] is True
    assert proof["data"]["expires_at"] == house.management.clock.now_ms // 1000 + 300
    answer = client.post("/api/channel/1/key")
    assert answer.json() == {"success": True, "message": "获取成功", "data": {"key": KEY}}
    assert "no-store" in answer.headers["cache-control"]
    assert reveal(client) == MISSING
    assert any("key of channel 1 read after step-up by 2fa" in row.content for row in trail(house))
    assert not any(KEY in row.content for row in trail(house))


def test_a_proof_ends_after_five_minutes(house: Plane) -> None:
    client, secret, _ = with_factor(house, ROOT)
    verify(client, "2fa", now_code(house, secret))
    house.management.clock.advance(300)
    status, body = reveal(client)
    assert (status, body["code"]) == (403, "VERIFICATION_EXPIRED")


def test_a_proof_is_of_one_session_and_of_root(house: Plane) -> None:
    client, secret, _ = with_factor(house, ROOT)
    verify(client, "2fa", now_code(house, secret))
    assert reveal(house.as_user(ROOT)) == MISSING
    token = house.as_user(ROOT).get("/api/user/token").json()["data"]
    by_token = house.client(authorization=token, **{"new-api-user": str(ROOT)})
    assert reveal(by_token) == MISSING
    assert verify(by_token, "2fa", "000000")["success"] is False
    assert reveal(house.as_user(ADAM))[1]["message"] == "无权进行此操作，权限不足"
    assert reveal(client)[1]["data"] == {"key": KEY}


def test_one_proof_serves_one_of_many_that_ask_at_once(house: Plane) -> None:
    client, secret, _ = with_factor(house, ROOT)
    verify(client, "2fa", now_code(house, secret))
    with ThreadPoolExecutor(8) as pool:
        statuses = [status for status, _ in pool.map(lambda _: reveal(client), range(8))]
    assert sorted(statuses) == [200] + [403] * 7


def test_without_factor_with_a_wrong_code_or_method_nothing_is_proven(house: Plane) -> None:
    plain = house.as_user(ROOT)
    assert verify(plain, "2fa", "123456")["message"] == "用户未启用2FA或Passkey"
    client, _, _ = with_factor(house, ROOT)
    assert verify(client, "2fa", "000000")["success"] is False
    assert verify(client, "passkey")["message"] == "请先完成 Passkey 验证"
    assert verify(client, "hope")["success"] is False
    assert reveal(client) == MISSING


def test_a_passkey_proves_after_its_ceremony_and_only_then(house: Plane) -> None:
    client = house.as_user(ROOT)
    passkey = passkey_of(client)
    # The bypass of CVE-2026-32879: claiming the passkey method without a ceremony.
    assert verify(client, "passkey")["success"] is False
    assert reveal(client) == MISSING
    assert prove(client, passkey) == DONE
    assert reveal(client) == MISSING
    assert verify(client, "passkey")["data"]["verified"] is True
    assert verify(client, "passkey")["success"] is False
    assert reveal(client)[1]["data"] == {"key": KEY}


def test_a_stolen_session_adds_no_factor_of_its_own(house: Plane) -> None:
    client, secret, _ = with_factor(house, ROOT)
    assert client.post("/api/user/passkey/register/begin").status_code == 403
    verify(client, "2fa", now_code(house, secret))
    passkey_of(client)
    assert client.post("/api/user/passkey/register/begin").status_code == 403


def test_a_login_by_passkey_needs_no_name(house: Plane) -> None:
    passkey = passkey_of(house.as_user(ALICE))
    visitor = house.visitor()
    begun = visitor.post("/api/user/passkey/login/begin")
    assert "SameSite=Strict" in begun.headers["set-cookie"]
    signed = passkey.sign(begun.json()["data"]["options"])
    answer = visitor.post("/api/user/passkey/login/finish", json=signed).json()
    assert answer["data"]["username"] == "alice"
    visitor.headers["new-api-user"] = str(ALICE)
    shown = visitor.get("/api/user/passkey").json()["data"]
    assert shown["enabled"] is True
    assert shown["last_used_at"]
    replay = visitor.post("/api/user/passkey/login/finish", json=signed).json()
    assert replay["success"] is False


def login(house: Plane, passkey: Authenticator) -> bool:
    visitor = house.visitor()
    options = visitor.post("/api/user/passkey/login/begin").json()["data"]["options"]
    signed = passkey.sign(options)
    return bool(visitor.post("/api/user/passkey/login/finish", json=signed).json()["success"])


def test_a_passkey_of_another_place_or_an_older_counter_is_refused(house: Plane) -> None:
    passkey = passkey_of(house.as_user(ALICE))
    assert login(house, passkey)
    passkey.counter -= 1
    assert not login(house, passkey)
    passkey.counter += 1
    passkey.origin = "https://evil.example.org"
    assert not login(house, passkey)
    passkey.origin, passkey.rp_id = ORIGIN, "evil.example.org"
    assert not login(house, passkey)
    passkey.rp_id = "house.example.org"
    assert login(house, passkey)
    assert not login(house, Authenticator(ORIGIN, "house.example.org"))


def test_a_challenge_of_another_ceremony_or_too_old_is_refused(house: Plane) -> None:
    client = house.as_user(ROOT)
    passkey = passkey_of(client)
    visitor = house.visitor()
    foreign = visitor.post("/api/user/passkey/login/begin").json()["data"]["options"]
    client.post("/api/user/passkey/verify/begin")
    signed = passkey.sign(foreign)
    assert client.post("/api/user/passkey/verify/finish", json=signed).json()["success"] is False
    late = client.post("/api/user/passkey/verify/begin").json()["data"]["options"]
    house.management.clock.advance(301)
    signed = passkey.sign(late)
    assert client.post("/api/user/passkey/verify/finish", json=signed).json()["success"] is False


def test_somebody_elses_passkey_proves_nothing(house: Plane) -> None:
    passkey_of(house.as_user(ROOT))
    alices = passkey_of(house.as_user(ALICE))
    assert prove(house.as_user(ROOT), alices)["success"] is False


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"id": "x"},
        {"id": "*", "rawId": "*", "response": {}},
        {"id": "eA", "rawId": "eA", "response": {"clientDataJSON": "e30", "signature": 1}},
        {"id": "eA", "rawId": "eA", "response": {"clientDataJSON": "e30", "attestationObject": ""}},
        {
            "id": "eA",
            "rawId": "eA",
            "type": "public-key",
            "response": {"clientDataJSON": "bnVsbA", "attestationObject": "gA"},
        },
    ],
)
def test_what_no_browser_sends_is_refused_and_breaks_nothing(
    house: Plane, body: dict[str, Any]
) -> None:
    client = house.as_user(ALICE)
    client.post("/api/user/passkey/register/begin")
    answer = client.post("/api/user/passkey/register/finish", json=body)
    assert (answer.status_code, answer.json()["success"]) == (200, False)
    visitor = house.visitor()
    visitor.post("/api/user/passkey/login/begin")
    answer = visitor.post("/api/user/passkey/login/finish", json=body)
    assert (answer.status_code, answer.json()["success"]) == (200, False)


def test_a_passkey_belongs_to_one_account_and_is_taken_away_by_rank(house: Plane) -> None:
    passkey = passkey_of(house.as_user(ALICE))
    other = house.as_user(ADAM)
    options = other.post("/api/user/passkey/register/begin").json()["data"]["options"]
    answer = other.post("/api/user/passkey/register/finish", json=passkey.register(options))
    assert answer.json()["message"] == "该 Passkey 已被其他账户使用"
    eve = house.add_user("eve", role=10)
    passkey_of(house.as_user(eve))
    assert house.as_user(ADAM).delete(f"/api/user/{eve}/reset_passkey").json()["success"] is False
    assert house.as_user(ADAM).delete(f"/api/user/{ALICE}/reset_passkey").json() == DONE
    assert not login(house, passkey)


def test_passkeys_are_off_unless_the_house_wants_them(site: Plane) -> None:
    assert site.visitor().post("/api/user/passkey/login/begin").json()["success"] is False
    answer = site.as_user(ALICE).post("/api/user/passkey/register/begin").json()
    assert answer["message"] == "管理员未启用 Passkey 登录"
