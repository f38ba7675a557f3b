"""Providers that root adds, and bindings that end without the session's cookie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

import orjson
import pytest
from weirgate.oauth.custom import at_path
from weirgate.store.tables import CustomOAuthProvider, OAuthBinding

from tests.api.conftest import ADAM, ALICE, ROOT, Plane
from tests.api.test_oauth import COLUMNS, USERS, WRONG_STATE, begin, finish, options, put
from tests.api.test_trail_and_limits import trail
from tests.support.identity_provider import CLIENT, SECRET, IdentityProvider, identity_provider
from tests.support.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

PATH = "/api/custom-oauth-provider/"
USER: dict[str, Any] = {"data": {"user": [{"uid": 77}]}, "nick": "Ada", "mail": "ada@example.org",
        "email_verified": True}  # fmt: skip


@pytest.fixture
def provider(site: Plane) -> Iterator[IdentityProvider]:
    with identity_provider() as running:
        put(site, **options(running.url))
        yield running


def form(url: str, **changed: Any) -> dict[str, Any]:
    return {
        "name": "House", "slug": "house", "icon": "lock", "enabled": True, "client_id": CLIENT,
        "client_secret": SECRET, "authorization_endpoint": f"{url}/authorize",
        "token_endpoint": f"{url}/token", "user_info_endpoint": f"{url}/user",
        "scopes": "openid", "user_id_field": "data.user.0.uid", "display_name_field": "nick",
        "email_field": "mail", **changed,
    }  # fmt: skip


@pytest.fixture
def added(site: Plane, provider: IdentityProvider) -> IdentityProvider:
    answer = site.as_user(ROOT).post(PATH, json=form(provider.url)).json()
    assert answer["success"], answer
    return provider


def come_in(
    site: Plane, provider: IdentityProvider, slug: str = "house", **user: Any
) -> tuple[httpx.Client, dict[str, Any]]:
    client = site.visitor()
    begun = client.get("/api/oauth/state", params={"provider": slug}).json()
    if not begun["success"]:
        return client, begun
    query = parse_qs(urlsplit(begun["authorize_url"]).query)
    code = provider.give("a-code", query["code_challenge"][0], **USER | user)
    return client, finish(client, slug, code=code, state=begun["data"]).json()


def test_root_adds_changes_and_deletes_providers_and_the_secret_is_never_shown(
    site: Plane, provider: IdentityProvider
) -> None:
    root = site.as_user(ROOT)
    made = root.post(PATH, json=form(provider.url)).json()["data"]
    assert (made["id"], made["slug"], made["client_secret"]) == (1, "house", "")
    changed = root.put(f"{PATH}1", json=form(provider.url, client_secret="", name="Home")).json()
    assert changed["data"]["name"] == "Home"
    assert root.get(PATH).json()["data"] == [root.get(f"{PATH}1").json()["data"]]
    (shown,) = site.visitor().get("/api/status").json()["data"]["custom_oauth_providers"]
    assert set(shown) == {"id", "name", "slug", "icon", "client_id", "authorization_endpoint",
                          "scopes"}  # fmt: skip
    assert come_in(site, provider)[1]["success"]
    assert len(site.rows(OAuthBinding)) == 1
    assert root.delete(f"{PATH}1").json()["success"]
    assert (site.rows(OAuthBinding), site.rows(CustomOAuthProvider)) == ([], [])
    assert "custom_oauth_providers" not in site.visitor().get("/api/status").json()["data"]
    assert root.get(f"{PATH}1").json() == Refusal("record not found")
    acts = [row.content for row in trail(site) if "custom OAuth" in row.content]
    assert acts == [f"custom OAuth provider 1 (house) {what}"
                    for what in ("added", "changed", "deleted")]  # fmt: skip
    assert SECRET not in repr(trail(site)) + repr(shown)


@pytest.mark.parametrize(
    "changed",
    [{"slug": "github"}, {"slug": "State"}, {"slug": ""}, {"slug": "a/b"}, {"client_secret": ""},
     {"client_id": ""}, {"token_endpoint": "javascript:x"}, {"token_endpoint": ""},
     {"user_id_field": ""}, {"auth_style": 3}, {"well_known": "http://[x"}],
)  # fmt: skip
def test_what_cannot_be_a_provider_is_refused(site: Plane, changed: dict[str, Any]) -> None:
    answer = site.as_user(ROOT).post(PATH, json=form("http://127.0.0.1:1", **changed)).json()
    assert answer["success"] is False
    assert site.rows(CustomOAuthProvider) == []


def test_only_root_and_a_free_slug(site: Plane, added: IdentityProvider) -> None:
    taken = site.as_user(ROOT).post(PATH, json=form(added.url)).json()
    assert taken == Refusal("该标识已被使用")
    for user_id in (ALICE, ADAM):
        assert site.as_user(user_id).get(PATH).json()["success"] is False


@pytest.mark.parametrize("auth_style", [0, 1, 2])
def test_a_newcomer_gets_an_account_by_the_fields_that_root_named(
    site: Plane, added: IdentityProvider, auth_style: int
) -> None:
    site.as_user(ROOT).put(f"{PATH}1", json=form(added.url, auth_style=auth_style))
    client, first = come_in(site, added)
    assert (first["data"]["username"], first["data"]["display_name"]) == ("house_4", "Ada")
    client.headers["new-api-user"] = "4"
    assert client.get("/api/user/self").json()["data"]["email"] == "ada@example.org"
    (binding,) = client.get("/api/user/oauth/bindings").json()["data"]
    assert (binding["provider_slug"], binding["provider_user_id"]) == ("house", "77")
    assert come_in(site, added)[1]["data"]["id"] == 4
    assert added.redirects[0].endswith("/oauth/house")
    unproven = come_in(
        site, added, data={"user": [{"uid": 78}]}, email_verified=False, mail="b@c.d"
    )
    assert (
        site.as_user(unproven[1]["data"]["id"]).get("/api/user/self").json()["data"]["email"] == ""
    )
    nobody = come_in(site, added, data={"user": []})[1]
    assert nobody["message"] == "House 未返回有效的用户信息"


def test_binding_and_unbinding_and_one_owner(site: Plane, added: IdentityProvider) -> None:
    for user_id, expected in ((ALICE, True), (ADAM, False)):
        client = site.visitor()
        client.cookies.set("session", site.management.login(user_id)["cookie"][8:])
        code = added.give("a-code", **USER)
        answer = finish(client, "house", code=code, state=begin(client)).json()
        assert answer["success"] is expected
    alice = site.as_user(ALICE)
    assert come_in(site, added)[1]["data"]["username"] == "alice"
    assert site.as_user(ADAM).delete("/api/user/oauth/bindings/1").json()["success"] is False
    assert alice.delete("/api/user/oauth/bindings/1").json()["success"]
    assert alice.get("/api/user/oauth/bindings").json()["data"] == []


def test_a_provider_that_is_off_lets_nobody_in_and_discovery_fills_what_is_empty(
    site: Plane, added: IdentityProvider
) -> None:
    root = site.as_user(ROOT)
    found = f"{added.url}/.well-known/openid-configuration"
    ends = dict.fromkeys(("authorization_endpoint", "token_endpoint", "user_info_endpoint"), "")
    assert root.put(f"{PATH}1", json=form(added.url, well_known=found, **ends)).json()["success"]
    assert come_in(site, added)[1]["success"]
    told = root.post(f"{PATH}discovery", json={"well_known": found}).json()["data"]
    assert told["token_endpoint"] == f"{added.url}/token"
    for wrong in ("", "x", "http://127.0.0.1:1/"):
        assert not root.post(f"{PATH}discovery", json={"well_known": wrong}).json()["success"]
    root.put(f"{PATH}1", json=form(added.url, enabled=False))
    assert come_in(site, added)[1]["message"] == "管理员未开启通过 House 登录以及注册"


@pytest.mark.parametrize("name", [*USERS, "house"])
def test_a_binding_ends_when_the_browser_comes_back_without_the_session(
    site: Plane, added: IdentityProvider, name: str
) -> None:
    """A strict cookie stays at home when another site sends the browser here."""
    client = site.as_user(ALICE)
    begun = begin(client)
    away = site.client(cookie=f"oauth={client.cookies.get('oauth')}")
    code = added.give("a-code", **USERS.get(name, USER))
    path = "/api/oauth/linuxdo" if name == "linuxdo" else f"/oauth/{name}"
    query = {"code": code, "state": begun}
    back = away.get(path, params=query, headers={"sec-fetch-mode": "navigate"})
    assert (back.status_code, back.headers["location"]) == (302, "/console/personal")
    assert away.cookies.get("session") is None
    own = site.as_user(ALICE)
    if name == "house":
        assert own.get("/api/user/oauth/bindings").json()["data"][0]["provider_user_id"] == "77"
    else:
        column, provider_id = COLUMNS[name]
        assert own.get("/api/user/self").json()["data"][column] == provider_id
    again = away.get(path, params={"code": "x", "state": begun})
    assert again.json() == WRONG_STATE


def test_a_pending_binding_ends_with_its_session_and_its_ten_minutes(
    site: Plane, added: IdentityProvider
) -> None:
    for late in (True, False):
        client = site.as_user(ALICE)
        state = begin(client)
        kept = client.cookies.get("oauth")
        if late:
            site.management.clock.advance(601)
        else:
            assert client.get("/api/user/logout").json()["success"]
        code = added.give("a-code", **USERS["github"])
        away = site.client(cookie=f"oauth={kept}")
        assert finish(away, "github", code=code, state=state).json() == WRONG_STATE
    assert site.as_user(ALICE).get("/api/user/self").json()["data"]["github_id"] == ""


def test_a_login_that_lands_on_a_page_goes_on_to_the_console(
    site: Plane, added: IdentityProvider
) -> None:
    client = site.visitor()
    state = begin(client)
    code = added.give("a-code", **USERS["github"])
    landed = finish_page(client, code, state)
    assert (landed.status_code, landed.headers["location"]) == (302, "/console")
    told = [text for text in landed.headers.get_list("set-cookie") if text.startswith("landed=")]
    who = orjson.loads(unquote(told[0].partition(";")[0].removeprefix("landed=")))
    assert (len(told), who) == (1, {"id": 4, "username": "github_4", "role": 1})
    client.headers["new-api-user"] = "4"
    assert client.get("/api/user/self").json()["data"]["username"] == "github_4"


def finish_page(client: httpx.Client, code: str, state: str) -> httpx.Response:
    return client.get("/oauth/github", params={"code": code, "state": state})


def test_paths_into_an_answer_find_what_is_there_and_nothing_else() -> None:
    value = {"a": [{"b": 1}, 2], "c": "x"}
    found = [
        at_path(value, path) for path in ("a.0.b", "a.1", "c", "a.2", "c.0", "", "a.-1", "z.y")
    ]
    assert found == [1, 2, "x", None, None, None, None, None]
    assert at_path({"a": {}}, ".".join("a" * 9)) is None
