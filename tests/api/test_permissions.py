"""Every route of the domains by every kind of caller, and both slash forms of the collections."""

import httpx
import pytest
from weirgate.web.problem import VOAPI_LOG_IN
from weirgate.web.router import Permission, Route

from tests.api.conftest import ADAM, ALICE, ROOT, Plane, domain_routes, host_of
from tests.support.refusals import Refusal

TOO_LOW = "无权进行此操作，权限不足"
NEEDED_ROLE = {
    Permission.USER: 1,
    Permission.ANY_USAGE: 1,
    Permission.USAGE: 10,
    Permission.ADMIN: 10,
    Permission.ROOT: 100,
}
ROLES = {1: ALICE, 10: ADAM, 100: ROOT}
# A navigation of the browser: nothing but the session cookie can name the user.
BY_COOKIE = {("GET", "/api/oauth/telegram/bind")}
# Calls that end what the test stands on; their permission is tested apart.
ENDING = {("DELETE", "/api/user/self"), ("GET", "/api/user/logout")}


def call(client: httpx.Client, route: Route) -> httpx.Response:
    path = route.path.replace(":id", "999999")
    body: dict[str, object] | None = None if route.method == "GET" else {}
    return client.request(route.method, path, json=body, headers=host_of(route))


def is_refused(answer: httpx.Response) -> bool:
    """Says whether the caller was refused for who it is."""
    if answer.status_code == 401:
        return True
    is_json = answer.headers.get("content-type", "").split(";")[0].endswith("json")
    body = answer.json() if answer.content and is_json else {}
    message = body.get("message", "") if isinstance(body, dict) else ""
    is_own_refusal = isinstance(body, dict) and body.get("code") in {"role_too_low", VOAPI_LOG_IN}
    return is_own_refusal or (answer.status_code == 200 and message == TOO_LOW)


def test_every_route_lets_in_exactly_the_roles_of_the_contract(site: Plane) -> None:
    nobody = site.visitor()
    clients = {role: site.as_user(user_id) for role, user_id in ROLES.items()}
    wrong = []
    for route in domain_routes(site):
        if (route.method, route.path) in ENDING | BY_COOKIE:
            continue
        needed = NEEDED_ROLE.get(route.permission)
        is_key = route.permission in {Permission.KEY, Permission.KEY_READ}
        expected = needed is not None or is_key
        if is_refused(call(nobody, route)) is not expected:
            wrong.append((route.method, route.path, "nobody"))
        for role, client in clients.items():
            expected = is_key or (needed is not None and role < needed)
            if is_refused(call(client, route)) is not expected:
                wrong.append((route.method, route.path, str(role)))
    assert not wrong


BANNED = "用户已被封禁"
# Acts on the caller's own things; the id of somebody else's is as good as none.
OWNED = [
    ("GET", "/api/token/{key}", None),
    ("DELETE", "/api/token/{key}", None),
    ("POST", "/api/token/{key}/key", {}),
    ("PUT", "/api/token/", {"id": 1, "name": "stolen"}),
]


def test_a_banned_user_gets_nothing_that_needs_a_login(site: Plane) -> None:
    token = site.as_user(ADAM).get("/api/user/token").json()["data"]
    by_cookie = site.as_user(ADAM)
    by_token = site.client(authorization=token, **{"new-api-user": str(ADAM)})
    ban = {"id": ADAM, "action": "disable"}
    assert site.as_user(ROOT).post("/api/user/manage", json=ban).json()["success"]
    let_in = []
    for route in domain_routes(site):
        if route.permission not in NEEDED_ROLE:
            continue
        for client in (by_cookie, by_token):
            answer = call(client, route)
            body = answer.json() if answer.content else {}
            if answer.status_code not in {200, 403} or BANNED not in str(body):
                let_in.append((route.method, route.path, answer.status_code))
    assert let_in == []


@pytest.mark.parametrize(("method", "path", "body"), OWNED)
def test_what_is_somebody_elses_is_as_good_as_not_there(
    site: Plane, method: str, path: str, body: dict[str, object] | None
) -> None:
    site.as_user(ALICE).post("/api/token/", json={"name": "hers"})
    other = site.as_user(site.add_user("eve"))
    for client in (other, site.as_user(ADAM)):
        answer = client.request(method, path.format(key=1), json=body).json()
        assert answer == Refusal("record not found")
    (key,) = site.as_user(ALICE).get("/api/token/").json()["data"]["items"]
    assert key["name"] == "hers"


USER_HEADERS = ["New-Api-User", "Veloera-User", "User-id", "voapi-user", "X-ModelFlare-User",
                "X-Api-User", "Rix-Api-User", "neo-api-user"]  # fmt: skip


@pytest.mark.parametrize("header", USER_HEADERS)
def test_every_name_of_the_user_header_is_understood_and_checked(site: Plane, header: str) -> None:
    cookie = site.management.login(ALICE)["cookie"]
    for user_id, status in ((ALICE, 200), (ROOT, 401), ("x", 401)):
        answer = site.client(cookie=cookie, **{header: str(user_id)}).get("/api/user/self")
        assert answer.status_code == status
    both = {"New-Api-User": str(ROOT), header: str(ALICE)} if header != "New-Api-User" else {}
    assert site.client(cookie=cookie, **both).get("/api/user/self").status_code == 401


def test_no_permission_means_401_without_login_and_200_below_the_role(site: Plane) -> None:
    for path in ("/api/user/", "/api/channel/", "/api/option/"):
        assert site.visitor().get(path).status_code == 401
        answer = site.as_user(ALICE).get(path)
        assert (answer.status_code, answer.json()["message"]) == (200, TOO_LOW)
    assert site.as_user(ADAM).get("/api/option/").json()["message"] == TOO_LOW


def test_the_contracts_permissions_are_the_route_tables(site: Plane) -> None:
    table = {f"{route.method} {route.path}": route.permission for route in domain_routes(site)}
    expected = {
        Permission.ROOT: [("GET", "/api/option/"), ("PUT", "/api/option/")],
        Permission.ADMIN: [
            ("GET", "/api/channel/"),
            ("POST", "/api/channel/"),
            ("GET", "/api/channel/test/:id"),
            ("GET", "/api/user/"),
            ("POST", "/api/user/manage"),
            ("GET", "/api/group/"),
            ("GET", "/api/models/"),
        ],
        Permission.USER: [
            ("GET", "/api/token/"),
            ("GET", "/api/user/self"),
            ("GET", "/api/user/token"),
            ("GET", "/api/models"),
        ],
        Permission.PUBLIC: [("GET", "/api/setup"), ("GET", "/api/status")],
    }
    for permission, routes in expected.items():
        assert {table[f"{method} {path}"] for method, path in routes} == {permission}


COLLECTIONS = [
    "/api/token",
    "/api/channel",
    "/api/option",
    "/api/user",
    "/api/group",
    "/api/setup",
    "/api/status",
    "/api/user/self",
    "/api/usage/token",
    "/api/user/groups",
]


@pytest.mark.parametrize("path", COLLECTIONS)
def test_both_slash_forms_of_a_path_answer_alike(site: Plane, path: str) -> None:
    client = site.as_user(ROOT)
    plain, slashed = client.get(path), client.get(f"{path}/")
    assert plain.status_code == slashed.status_code
    assert plain.content == slashed.content


@pytest.mark.parametrize("path", ["/api/token", "/api/token/"])
def test_a_posted_body_survives_both_slash_forms(site: Plane, path: str) -> None:
    client = site.as_user(ALICE)
    assert client.post(path, json={"name": "kept"}).json()["success"]
    assert client.get(path).json()["data"]["items"][0]["name"] == "kept"
    body = {"id": 1, "name": "changed"}
    assert client.put(path, json=body).json()["data"]["name"] == "changed"
