"""Coming in over HTTP: switches, mailed codes, invitations, first keys, forgotten passwords."""

from __future__ import annotations

import re
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.api.conftest import ADAM, ALICE, ROOT, Plane, running_plane, set_up
from tests.support.mail_server import MailServer, mail_server
from tests.support.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TAKEN = Refusal("用户名已存在，或已注销")
WRONG_CODE = Refusal("验证码错误或已过期")
FORM = {"username": "bob", "password": "bobs horse"}
DONE = {"success": True, "message": ""}


def put(site: Plane, **options: object) -> None:
    client = site.as_user(ROOT)
    for key, value in options.items():
        answer = client.put("/api/option/", json={"key": key, "value": value}).json()
        assert answer["success"], answer


def register(site: Plane, **fields: object) -> dict[str, Any]:
    answer: dict[str, Any] = site.visitor().post("/api/user/register", json=FORM | fields).json()
    return answer


def own(site: Plane, user_id: int) -> dict[str, Any]:
    found: dict[str, Any] = site.as_user(user_id).get("/api/user/self").json()["data"]
    return found


@pytest.fixture
def mails(site: Plane) -> Iterator[MailServer]:
    """A mail server that the site uses."""
    with mail_server() as server:
        put(site, SMTPServer="127.0.0.1", SMTPPort=server.port, SMTPFrom="post@example.org")
        yield server


def mailed(mails: MailServer, count: int) -> str:
    """Waits for a letter that is sent behind the answer, and returns its text."""
    for _ in range(500):
        if len(mails.letters) >= count:
            return mails.last_text()
        time.sleep(0.01)
    raise AssertionError("no letter came")


def code_for(site: Plane, mails: MailServer, address: str, **query: str) -> str:
    answer = site.visitor().get("/api/verification", params={"email": address, **query}).json()
    assert answer == DONE
    found = re.search(r"[：:] ?([2-9A-Z]{6})\s", mails.last_text())
    assert found is not None
    return found[1]


def test_registering_makes_an_account_and_logs_nobody_in(site: Plane) -> None:
    answer = site.visitor().post("/api/user/register", json=FORM)
    assert answer.json() == DONE
    assert "set-cookie" not in answer.headers
    bob = own(site, 4)
    assert (bob["username"], bob["role"], bob["quota"], bob["group"]) == ("bob", 1, 0, "default")
    assert '"console"' in bob["sidebar_modules"]
    assert len(bob["aff_code"]) == 4
    assert site.visitor().post("/api/user/login", json=FORM).json()["data"]["id"] == 4
    assert register(site) == TAKEN


@pytest.mark.parametrize("switch", ["RegisterEnabled", "PasswordRegisterEnabled"])
def test_a_closed_house_registers_nobody(site: Plane, switch: str) -> None:
    put(site, **{switch: False})
    assert not register(site)["success"]
    assert site.as_user(ADAM).get("/api/user/").json()["data"]["total"] == 3


@pytest.mark.parametrize(
    "wrong",
    [{"username": ""}, {"username": "b" * 21}, {"username": " bob"}, {"password": "short"},
     {"password": "x" * 21}, {"username": "b\nb"}],
)  # fmt: skip
def test_a_form_that_does_not_fit_registers_nobody(site: Plane, wrong: dict[str, str]) -> None:
    assert not register(site, **wrong)["success"]


def test_an_unproven_address_is_not_kept(site: Plane) -> None:
    assert register(site, email="root@example.org") == DONE
    assert own(site, 4)["email"] == ""


def test_fields_that_are_nobodys_to_choose_are_ignored(site: Plane) -> None:
    assert register(site, role=100, quota=5_000_000, group="vip", status=1, inviter_id=1) == DONE
    bob = own(site, 4)
    assert (bob["role"], bob["quota"], bob["group"], bob["inviter_id"]) == (1, 0, "default", 0)


def test_an_invitation_pays_both_sides_as_the_contract_says(site: Plane) -> None:
    put(site, QuotaForNewUser=1000, QuotaForInviter=300, QuotaForInvitee=200)
    code = site.as_user(ALICE).get("/api/user/aff").json()["data"]
    assert site.as_user(ALICE).get("/api/user/aff").json()["data"] == code
    assert register(site, aff_code=code) == DONE
    assert register(site, username="carol", aff_code="nobody's") == DONE
    bob, carol, alice = own(site, 4), own(site, 5), own(site, ALICE)
    assert (bob["quota"], bob["inviter_id"]) == (1200, ALICE)
    assert (carol["quota"], carol["inviter_id"]) == (1000, 0)
    numbers = [alice[name] for name in ("aff_quota", "aff_history_quota", "aff_count", "quota")]
    assert numbers == [300, 300, 1, 1_000_000]
    assert site.verify().is_sound


def test_the_reward_of_invitations_is_moved_once_and_only_as_far_as_it_goes(site: Plane) -> None:
    put(site, QuotaForInviter=700_000)
    code = site.as_user(ALICE).get("/api/user/aff").json()["data"]
    register(site, aff_code=code)
    client = site.as_user(ALICE)

    def transfer(quota: int) -> dict[str, Any]:
        found: dict[str, Any] = client.post("/api/user/aff_transfer", json={"quota": quota}).json()
        return found

    assert transfer(499_999)["message"] == "转移额度最小为 500000"
    assert transfer(-500_000)["success"] is False
    assert transfer(700_001) == Refusal("邀请额度不足！")
    assert transfer(600_000) == {"success": True, "message": "划转成功"}
    assert transfer(600_000)["success"] is False
    alice = own(site, ALICE)
    assert (alice["aff_quota"], alice["quota"], alice["aff_history_quota"]) == (
        100_000,
        1_600_000,
        700_000,
    )
    assert site.verify().is_sound


def test_a_first_key_is_given_where_the_house_wants_it(tmp_path: Path) -> None:
    with running_plane(tmp_path, with_first_key=True) as plane:
        site = set_up(plane)
        assert register(site, username="名" * 20) == DONE
        (key,) = site.as_user(4).get("/api/token/").json()["data"]["items"]
    assert key["name"].endswith("的初始令牌")
    assert (key["unlimited_quota"], key["expired_time"], key["remain_quota"]) == (True, -1, 500_000)


def test_a_code_proves_the_address_once(site: Plane, mails: MailServer) -> None:
    put(site, EmailVerificationEnabled=True)
    assert register(site)["message"] == "管理员开启了邮箱验证，请输入邮箱地址和验证码"
    code = code_for(site, mails, "Bob@Example.org")
    assert mails.recipients == [["bob@example.org"]]
    proof = {"email": "bob@example.org", "verification_code": code.lower()}
    assert register(site, **proof | {"email": "eve@example.org"}) == WRONG_CODE
    assert register(site, **proof) == DONE
    assert own(site, 4)["email"] == "bob@example.org"
    assert register(site, username="bobby", **proof) == WRONG_CODE
    again = site.visitor().get("/api/verification?email=BOB@example.org").json()
    assert again == Refusal("邮箱地址已被占用")


def test_a_code_dies_of_age_and_of_guesses(site: Plane, mails: MailServer) -> None:
    put(site, EmailVerificationEnabled=True)
    proof = {"email": "bob@example.org", "verification_code": ""}
    proof["verification_code"] = code_for(site, mails, "bob@example.org")
    site.management.clock.advance(601)
    assert register(site, **proof) == WRONG_CODE
    proof["verification_code"] = code_for(site, mails, "bob@example.org")
    for _ in range(5):
        assert register(site, **proof | {"verification_code": "222222"}) == WRONG_CODE
    assert register(site, **proof) == WRONG_CODE


def test_a_failed_registration_does_not_use_the_code_up(site: Plane, mails: MailServer) -> None:
    put(site, EmailVerificationEnabled=True)
    proof = {"email": "bob@example.org"}
    proof["verification_code"] = code_for(site, mails, "bob@example.org")
    assert register(site, username="alice", **proof) == TAKEN
    assert register(site, **proof) == DONE


@pytest.mark.parametrize(
    ("options", "address", "allowed"),
    [
        ({}, "no address", False),
        ({}, "bob@example.org", True),
        ({"EmailDomainRestrictionEnabled": True}, "bob@example.org", False),
        ({"EmailDomainRestrictionEnabled": True}, "bob@GMAIL.com", True),
        ({"EmailDomainRestrictionEnabled": True}, "bob@evil.gmail.com", False),
        ({"EmailAliasRestrictionEnabled": True}, "b.ob@example.org", False),
        ({"EmailAliasRestrictionEnabled": True}, "bob+1@example.org", False),
        ({"EmailAliasRestrictionEnabled": True}, "bob@sub.example.org", True),
    ],
)
def test_addresses_obey_the_houses_rules(
    site: Plane, mails: MailServer, options: dict[str, object], address: str, *, allowed: bool
) -> None:
    put(site, **options)
    answer = site.visitor().get("/api/verification", params={"email": address}).json()
    assert answer["success"] is allowed
    assert bool(mails.letters) is allowed


def test_without_a_mail_server_the_familys_words_are_said(site: Plane) -> None:
    for path in ("/api/verification", "/api/reset_password"):
        answer = site.visitor().get(f"{path}?email=bob@example.org").json()
        assert answer == Refusal("invalid SMTP account")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_address_is_bound_to_the_own_account_by_its_code(
    site: Plane, mails: MailServer, method: str
) -> None:
    code = code_for(site, mails, "alice@example.org", purpose="bind")
    client = site.as_user(ALICE)
    values = {"email": "alice@example.org", "code": code}
    sent: Any = {"params": values} if method == "GET" else {"json": values}
    assert site.visitor().request(method, "/api/oauth/email/bind", **sent).status_code == 401
    assert client.request(method, "/api/oauth/email/bind", **sent).json() == DONE
    assert own(site, ALICE)["email"] == "alice@example.org"
    assert client.request(method, "/api/oauth/email/bind", **sent).json() == WRONG_CODE


def test_a_code_to_register_does_not_bind(site: Plane, mails: MailServer) -> None:
    code = code_for(site, mails, "alice@example.org", purpose="register")
    values = {"email": "alice@example.org", "code": code}
    assert site.as_user(ALICE).post("/api/oauth/email/bind", json=values).json() == WRONG_CODE


def test_a_forgotten_password_is_replaced_once_by_the_mailed_link(
    site: Plane, mails: MailServer
) -> None:
    put(site, ServerAddress="https://house.example.org/")
    bob = site.add_user("bob", email="bob@example.org")
    session = site.as_user(bob)
    token = session.get("/api/user/token").json()["data"]
    visitor = site.client(host="evil.example.com")
    assert visitor.get("/api/reset_password?email=Bob@example.org").json() == DONE
    link = re.search(r"https://\S+", mailed(mails, 1))
    assert link is not None
    parts = urlsplit(link[0])
    assert (parts.netloc, parts.path) == ("house.example.org", "/user/reset")
    body = {name: values[0] for name, values in parse_qs(parts.query).items()}
    wrong = visitor.post("/api/user/reset", json=body | {"token": "guess"}).json()
    assert wrong == Refusal("重置链接非法或已过期")
    answer = visitor.post("/api/user/reset", json=body)
    password = answer.json()["data"]
    assert re.fullmatch(r"[A-Za-z0-9]{12}", password)
    assert "no-store" in answer.headers["cache-control"]
    assert visitor.post("/api/user/reset", json=body).json() == wrong
    assert session.get("/api/user/self").status_code == 401
    by_token = site.client(authorization=token, **{"new-api-user": str(bob)})
    assert not by_token.get("/api/user/self").json()["success"]
    login = {"username": "bob", "password": password}
    assert site.visitor().post("/api/user/login", json=login).json()["data"]["id"] == bob


def test_asking_for_a_reset_does_not_tell_whether_there_is_an_account(
    site: Plane, mails: MailServer
) -> None:
    site.add_user("gone", email="gone@example.org", deleted_at=5)
    for address in ("nobody@example.org", "gone@example.org"):
        answer = site.visitor().get(f"/api/reset_password?email={address}").json()
        assert answer == DONE
    time.sleep(0.05)
    assert mails.letters == []


def test_letters_speak_the_readers_language(site: Plane, mails: MailServer) -> None:
    for language, word in (("en", "code"), ("zh-TW", "驗證碼"), ("zh-CN", "验证码")):
        visitor = site.client(**{"accept-language": language})
        answer = visitor.get(f"/api/verification?email={language}@example.org").json()
        assert answer == DONE
        assert word in mails.last_text()


def test_taken_names_are_refused_however_many_ask_at_once(site: Plane) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: register(site)["success"], range(8)))
    assert answers.count(True) == 1
    assert site.verify().is_sound
