"""Sign-in through others, against a local identity provider: in, bound, and everything refused."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.api.conftest import ADAM, ALICE, ROOT, Plane
from tests.api.test_trail_and_limits import trail
from tests.support.identity_provider import (
    CLIENT,
    SECRET,
    WECHAT_TOKEN,
    IdentityProvider,
    identity_provider,
)
from tests.support.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

SITE = "https://house.example.org"
BOT = "canary-bot:token"
WRONG_STATE = Refusal("state 参数为空或不匹配")
BOUND = {"success": True, "message": "绑定成功", "data": None}
USERS: dict[str, dict[str, Any]] = {
    "github": {"id": 583231, "login": "octo", "name": "Octo Cat", "email": "Octo@example.org"},
    "oidc": {"sub": "s-1", "name": "Oda", "email": "oda@example.org", "email_verified": True},
    "linuxdo": {"id": 7, "username": "lin", "name": "Lin", "trust_level": 2},
    "discord": {"id": "8080", "username": "dis", "global_name": "Dis"},
    "lark": {"open_id": "ou_1", "name": "La Rk"},
}
COLUMNS = {
    "github": ("github_id", "583231"),
    "oidc": ("oidc_id", "s-1"),
    "linuxdo": ("linux_do_id", "7"),
    "discord": ("discord_id", "8080"),
    "lark": ("lark_id", "ou_1"),
}


def options(url: str) -> dict[str, str]:
    found = {
        "ServerAddress": SITE,
        "oidc.client_id": CLIENT,
        "oidc.client_secret": SECRET,
        "oidc.authorization_endpoint": f"{url}/authorize",
        "oidc.token_endpoint": f"{url}/token",
        "oidc.user_info_endpoint": f"{url}/user",
        "WeChatServerAddress": url,
        "WeChatServerToken": WECHAT_TOKEN,
        "TelegramBotToken": BOT,
    }
    for name, prefix in (("github", "GitHub"), ("linuxdo", "LinuxDO"), ("lark", "Lark")):
        found |= {f"{prefix}ClientId": CLIENT, f"{prefix}ClientSecret": SECRET}
        found |= {f"weirgate.{name}_{which}_url": f"{url}/{which}" for which in ("token", "user")}
        found[f"weirgate.{name}_authorize_url"] = f"{url}/authorize"
    found |= {"discord.client_id": CLIENT, "discord.client_secret": SECRET}
    found |= {f"weirgate.discord_{which}_url": f"{url}/{which}" for which in ("token", "user")}
    switches = ("GitHubOAuthEnabled", "LinuxDOOAuthEnabled", "WeChatAuthEnabled",
                "TelegramOAuthEnabled", "oidc.enabled", "discord.enabled")  # fmt: skip
    return found | dict.fromkeys(switches, "true")


def put(site: Plane, **values: object) -> None:
    root = site.as_user(ROOT)
    for key, value in values.items():
        answer = root.put("/api/option/", json={"key": key, "value": value}).json()
        assert answer["success"], (key, answer)


@pytest.fixture
def provider(site: Plane) -> Iterator[IdentityProvider]:
    """A provider whose addresses the site knows."""
    with identity_provider() as running:
        put(site, **options(running.url))
        yield running


def begin(client: httpx.Client, **query: str) -> str:
    answer = client.get("/api/oauth/state", params=query)
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("oauth=")
    for part in ("HttpOnly", "SameSite=Lax", "Max-Age=600"):
        assert part in cookie
    return str(answer.json()["data"])


def finish(client: httpx.Client, name: str, **query: str) -> httpx.Response:
    return client.get(f"/api/oauth/{name}", params=query)


def come_in(
    site: Plane, provider: IdentityProvider, name: str, **changed: Any
) -> tuple[httpx.Client, dict[str, Any]]:
    client = site.visitor()
    code = provider.give("a-code", **USERS[name] | changed)
    answer = finish(client, name, code=code, state=begin(client))
    return client, answer.json()


@pytest.mark.parametrize("name", list(USERS))
def test_a_newcomer_gets_an_account_and_the_same_one_ever_after(
    site: Plane, provider: IdentityProvider, name: str
) -> None:
    client, first = come_in(site, provider, name)
    user = first["data"]
    assert (user["id"], user["username"], user["role"]) == (4, f"{name}_4", 1)
    client.headers["new-api-user"] = "4"
    own = client.get("/api/user/self").json()["data"]
    column, provider_id = COLUMNS[name]
    assert own[column] == provider_id
    assert own["email"] == USERS[name].get("email", "").lower()
    assert own["has_password"] is False
    assert provider.redirects[0].startswith(SITE)
    _, second = come_in(site, provider, name)
    assert second["data"]["id"] == 4
    assert site.verify().is_sound


@pytest.mark.parametrize("name", list(USERS))
def test_who_is_logged_in_binds_and_an_id_is_bound_once(
    site: Plane, provider: IdentityProvider, name: str
) -> None:
    for user_id, expected in ((ALICE, True), (ADAM, False)):
        client = site.visitor()
        client.cookies.set("session", site.management.login(user_id)["cookie"][8:])
        code = provider.give("a-code", **USERS[name])
        answer = finish(client, name, code=code, state=begin(client)).json()
        assert answer["success"] is expected
    own = site.as_user(ALICE).get("/api/user/self").json()["data"]
    assert own[COLUMNS[name][0]] == COLUMNS[name][1]
    _, found = come_in(site, provider, name)
    assert found["data"]["username"] == "alice"


def test_a_missing_foreign_or_used_state_is_refused(
    site: Plane, provider: IdentityProvider
) -> None:
    client, other = site.visitor(), site.visitor()
    state = begin(client)
    user = USERS["github"]
    for asked, sent in ((client, ""), (client, "guess"), (other, state)):
        provider.give("a-code", **user)
        answer = finish(asked, "github", code="a-code", state=sent)
        assert (answer.status_code, answer.json()) == (403, WRONG_STATE)
    kept = client.cookies.get("oauth")
    assert finish(client, "github", code="a-code", state=state).json()["success"]
    # The cookie was taken away; a thief who kept it gains nothing.
    assert client.cookies.get("oauth") is None
    provider.give("a-code", **user)
    thief = site.client(cookie=f"oauth={kept}")
    answer = finish(thief, "github", code="a-code", state=state)
    assert (answer.status_code, answer.json()) == (403, WRONG_STATE)
    assert "a-code" in provider.users


def test_a_state_belongs_to_its_session_and_lives_ten_minutes(
    site: Plane, provider: IdentityProvider
) -> None:
    code = provider.give("a-code", **USERS["github"])
    attacker = site.visitor()
    state = begin(attacker)
    stolen = attacker.cookies.get("oauth")
    # A forged binding: the attacker's state and code in the victim's browser.
    headers = site.management.login(ALICE)
    victim = site.client(cookie=f"{headers['cookie']}; oauth={stolen}")
    assert finish(victim, "github", code=code, state=state).json() == WRONG_STATE
    site.management.clock.advance(601)
    assert finish(attacker, "github", code=code, state=state).json() == WRONG_STATE
    assert code in provider.users


def test_a_changed_cookie_is_worth_nothing(site: Plane, provider: IdentityProvider) -> None:
    client = site.visitor()
    state = begin(client)
    kept = str(client.cookies.get("oauth"))
    changed = kept[:-3] + ("AAA" if kept[-3:] != "AAA" else "BBB")
    for cookie in (changed, "x", "*" * 80, kept[:40], "A" * 4000):
        visitor = site.client(cookie=f"oauth={cookie}")
        code = provider.give("a-code", **USERS["github"])
        assert finish(visitor, "github", code=code, state=state).json() == WRONG_STATE


@pytest.mark.parametrize("name", ["github", "oidc", "linuxdo"])
def test_a_sign_in_begun_for_a_provider_uses_pkce(
    site: Plane, provider: IdentityProvider, name: str
) -> None:
    client = site.visitor()
    begun = client.get("/api/oauth/state", params={"provider": name}).json()
    url = urlsplit(begun["authorize_url"])
    query = {key: found[0] for key, found in parse_qs(url.query).items()}
    assert f"{url.scheme}://{url.netloc}{url.path}" == f"{provider.url}/authorize"
    assert (query["state"], query["client_id"]) == (begun["data"], CLIENT)
    assert query["code_challenge_method"] == "S256"
    assert query["redirect_uri"].startswith(SITE)
    code = provider.give("a-code", query["code_challenge"], **USERS[name])
    other = "oidc" if name == "github" else "github"
    assert finish(client, other, code=code, state=begun["data"]).json() == WRONG_STATE
    assert finish(client, name, code=code, state=begun["data"]).json()["success"]
    assert provider.redirects == [query["redirect_uri"]]
    # Without the verifier of the browser that began, a stolen code is worth nothing.
    thief = site.visitor()
    code = provider.give("a-code", query["code_challenge"], **USERS[name])
    assert finish(thief, name, code=code, state=begin(thief)).json()["success"] is False


def test_oidc_addresses_are_discovered(site: Plane, provider: IdentityProvider) -> None:
    for key in ("authorization", "token", "user_info"):
        put(site, **{f"oidc.{key}_endpoint": ""})
    assert come_in(site, provider, "oidc")[1]["success"] is False
    put(site, **{"oidc.well_known": f"{provider.url}/.well-known/openid-configuration"})
    assert come_in(site, provider, "oidc")[1]["success"] is True


def test_invitations_and_credits_come_with_it(site: Plane, provider: IdentityProvider) -> None:
    put(site, QuotaForNewUser=1000, QuotaForInviter=300, QuotaForInvitee=200)
    aff = site.as_user(ALICE).get("/api/user/aff").json()["data"]
    client = site.visitor()
    code = provider.give("a-code", **USERS["github"])
    assert finish(client, "github", code=code, state=begin(client, aff=aff)).json()["success"]
    own = site.as_user(4).get("/api/user/self").json()["data"]
    assert (own["quota"], own["inviter_id"], own["display_name"]) == (1200, ALICE, "Octo Cat")
    assert site.verify().is_sound


def test_an_unproven_or_taken_address_is_not_kept(site: Plane, provider: IdentityProvider) -> None:
    site.add_user("octo", email="octo@example.org")
    come_in(site, provider, "github")
    come_in(site, provider, "oidc", email_verified=False)
    for user_id in (5, 6):
        assert site.as_user(user_id).get("/api/user/self").json()["data"]["email"] == ""
    assert come_in(site, provider, "oidc", sub="s-2", email="")[1]["success"] is False


def test_an_old_github_name_is_replaced_by_the_id_but_never_by_digits(
    site: Plane, provider: IdentityProvider
) -> None:
    old = site.add_user("old", github_id="octo")
    victim = site.add_user("victim", github_id="99")
    assert come_in(site, provider, "github")[1]["data"]["id"] == old
    assert site.as_user(old).get("/api/user/self").json()["data"]["github_id"] == "583231"
    _, attacker = come_in(site, provider, "github", id=123, login="99", email="")
    assert attacker["data"]["id"] not in {victim, old}


def test_a_closed_door_stays_closed(site: Plane, provider: IdentityProvider) -> None:
    put(site, RegisterEnabled=False)
    assert come_in(site, provider, "github")[1]["message"] == "管理员关闭了新用户注册"
    put(site, LinuxDOMinimumTrustLevel=3, RegisterEnabled=True)
    assert come_in(site, provider, "linuxdo")[1]["success"] is False
    put(site, GitHubOAuthEnabled=False)
    off = come_in(site, provider, "github")[1]
    assert off["message"] == "管理员未开启通过 GitHub 登录以及注册"
    put(site, **{"oidc.client_secret": ""})
    assert come_in(site, provider, "oidc")[1]["success"] is False


def test_the_banned_and_the_deleted_do_not_come_in(site: Plane, provider: IdentityProvider) -> None:
    site.add_user("banned", status=2, github_id="583231")
    site.add_user("gone", deleted_at=5, discord_id="8080")
    for name, message in (("github", "用户已被封禁"), ("discord", "用户已注销")):
        client, answer = come_in(site, provider, name)
        assert (answer["success"], answer["message"]) == (False, message)
        assert client.cookies.get("session") is None


def test_what_goes_wrong_at_the_provider_tells_no_secret(
    site: Plane, provider: IdentityProvider
) -> None:
    client = site.visitor()
    refused = finish(client, "github", state=begin(client), error="access_denied",
                     error_description="the user said no").json()  # fmt: skip
    assert refused == Refusal("the user said no")
    provider.fails = True
    failed = come_in(site, provider, "github")[1]
    assert failed["message"] == "GitHub 未返回有效的用户信息"
    provider.fails = False
    for user in ({"id": None}, {"id": True}, {"id": ["x"]}, {"id": "a" * 300}, {"id": "a\nb"}):
        assert come_in(site, provider, "github", **user)[1]["success"] is False
    put(site, **{"weirgate.github_token_url": "http://127.0.0.1:1/token"})
    gone = come_in(site, provider, "github")[1]
    assert gone["message"] == "无法连接至 GitHub 服务器，请稍后重试！"
    words = repr((failed, gone)) + " ".join(row.content for row in trail(site))
    assert SECRET not in words


def test_an_unknown_provider_is_said_to_be_unknown(site: Plane) -> None:
    answer = site.visitor().get("/api/oauth/nowhere?code=x&state=y")
    assert answer.status_code == 400
    assert answer.json() == Refusal("未知的 OAuth 提供商")


def test_wechat_logs_in_registers_and_binds_by_a_code(
    site: Plane, provider: IdentityProvider
) -> None:
    visitor = site.visitor()
    provider.give("123456", id="wx-1")
    first = visitor.get("/api/oauth/wechat?code=123456").json()
    assert first["data"]["username"] == "wechat_4"
    assert visitor.get("/api/oauth/wechat?code=123456").json()["success"] is False
    alice = site.as_user(ALICE)
    provider.give("1", id="wx-2")
    assert alice.get("/api/oauth/wechat/bind?code=1").json() == BOUND
    provider.give("2", id="wx-1")
    taken = alice.post("/api/oauth/wechat/bind", json={"code": "2"}).json()
    assert taken["message"] == "该 微信 账户已被绑定"
    assert site.visitor().get("/api/oauth/wechat/bind?code=3").status_code == 401
    foreign = site.client(origin="https://evil.example.org")
    assert foreign.get("/api/oauth/wechat?code=4").status_code == 403
    put(site, WeChatAuthEnabled=False)
    off = visitor.get("/api/oauth/wechat?code=123456").json()
    assert off["message"] == "管理员未开启通过微信登录以及注册"


def signed(site: Plane, bot: str = BOT, age_s: int = 0, **changed: str) -> dict[str, str]:
    date = site.management.clock.now_ms // 1000 - age_s
    fields = {"id": "42", "first_name": "Té", "auth_date": str(date)}
    lines = "\n".join(f"{name}={fields[name]}" for name in sorted(fields))
    key = hashlib.sha256(bot.encode()).digest()
    fields["hash"] = hmac.new(key, lines.encode(), hashlib.sha256).hexdigest()
    return fields | changed


@pytest.mark.usefixtures("provider")
def test_telegram_binds_then_logs_in_and_registers_nobody(site: Plane) -> None:
    visitor = site.visitor()
    unbound = visitor.get("/api/oauth/telegram/login", params=signed(site)).json()
    assert unbound == Refusal("该 Telegram 账户未绑定")
    assert visitor.get("/api/oauth/telegram/bind", params=signed(site)).status_code == 401
    cookie = site.management.login(ALICE)["cookie"]
    bound = site.client(cookie=cookie).get("/api/oauth/telegram/bind", params=signed(site))
    assert (bound.status_code, bound.headers["location"]) == (302, "/console/personal")
    site.management.clock.advance(1)
    fields = signed(site)
    entered = visitor.get("/api/oauth/telegram/login", params=fields).json()
    assert entered["data"]["username"] == "alice"
    replay = visitor.get("/api/oauth/telegram/login", params=fields).json()
    assert replay == Refusal("该登录信息已被使用")


@pytest.mark.usefixtures("provider")
def test_what_telegram_did_not_sign_lately_is_refused(site: Plane) -> None:
    site.add_user("tel", telegram_id="42")
    forged = [
        signed(site, bot="other"),
        signed(site, bot=""),
        signed(site, id="1"),
        signed(site, extra="field"),
        signed(site, age_s=601),
        signed(site, age_s=-61),
        signed(site, hash=""),
        {"id": "42"},
        {},
    ]
    for fields in forged:
        answer = site.visitor().get("/api/oauth/telegram/login", params=fields).json()
        assert answer == Refusal("无效的请求")
    put(site, TelegramBotToken="")
    answer = site.visitor().get("/api/oauth/telegram/login", params=signed(site, bot="")).json()
    assert answer["success"] is False
