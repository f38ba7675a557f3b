"""The family's management auth, row by row of its contract, over real HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from weirgate.store.tables import Key, Session, User
from weirgate.web.answers import Answer, document, ok
from weirgate.web.auth import access_token_hash
from weirgate.web.limits import FixedLimit, FixedLimits
from weirgate.web.router import Context, Limit, Permission, Route
from weirgate.web.sessions import LIFETIME_S, session_hash

from tests.support.management import Management, running_management
from tests.support.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ALICE, ADMIN, ROOT, BANNED, GONE = 1, 2, 3, 4, 5
TOKENS = {ALICE: "alice/Token+32", ADMIN: "admintoken", BANNED: "bannedtoken", GONE: "gone"}
LIMITS = FixedLimits(
    critical=FixedLimit(enabled=True, count=3, window_s=60),
    search=FixedLimit(enabled=True, count=2, window_s=60),
)


async def whoami(context: Context[None, None]) -> Answer:
    caller = context.maybe_caller
    if caller is None:
        return ok(None)
    return ok([caller.user_id, caller.username, caller.role, caller.via, caller.key_id])


async def billing(context: Context[None, None]) -> Answer:
    return document({"user": context.caller.user_id, "key": context.caller.key_id})


def routes(management: Management) -> list[Route]:
    async def login(context: Context[None, None]) -> Answer:
        cookie = await management.sessions.start(
            context.uow,
            ALICE,
            scheme=context.scheme,
            replaces=context.cookies.get("session", ""),
            content={"step": 1},
        )
        context.set_header("set-cookie", cookie)
        return ok()

    async def logout(context: Context[None, None]) -> Answer:
        await context.uow.begin_write()
        cookie = context.cookies.get("session", "")
        context.set_header(
            "set-cookie",
            await management.sessions.end(context.uow, cookie, scheme=context.scheme),
        )
        return ok()

    def route(path: str, permission: Permission, **more: Any) -> Route:
        values = {"method": "GET", "handler": whoami, "summary": path, **more}
        return Route(path=path, permission=permission, **values)

    return [
        route("/api/public", Permission.PUBLIC),
        route("/api/try", Permission.TRY_USER),
        route("/api/user/self", Permission.USER),
        route("/api/user/search", Permission.USER, limit=Limit.SEARCH),
        route("/api/channel/", Permission.ADMIN),
        route("/api/option/", Permission.ROOT),
        route("/api/usage/token/", Permission.KEY_READ),
        route("/v1/dashboard/billing/usage", Permission.KEY, handler=billing, envelope=False),
        route("/api/user/logout", Permission.PUBLIC, handler=logout),
        route(
            "/api/user/login",
            Permission.PUBLIC,
            method="POST",
            handler=login,
            limit=Limit.CRITICAL,
        ),
    ]


@pytest.fixture(scope="module")
def management(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Management]:
    folder: Path = tmp_path_factory.mktemp("auth")
    with running_management(folder, routes, limits=LIMITS) as running:
        running.add(
            *(
                User(
                    id=number,
                    username=name,
                    role=role,
                    status=2 if number == BANNED else 1,
                    deleted_at=1 if number == GONE else None,
                    setting='{"language":"en"}' if number == ADMIN else "",
                    access_token_hash=access_token_hash(TOKENS.get(number, "root")),
                )
                for number, name, role in (
                    (ALICE, "alice", 1),
                    (ADMIN, "admin", 10),
                    (ROOT, "root", 100),
                    (BANNED, "banned", 1),
                    (GONE, "gone", 1),
                )
            ),
            *(
                Key(id=number, user_id=user, key_hash=f"hash-of-{text}", status=status)
                for number, user, text, status in (
                    (11, ALICE, "alive", 1),
                    (12, ALICE, "disabled", 2),
                    (13, ALICE, "expired", 3),
                    (14, BANNED, "of-banned", 1),
                    (15, ALICE, "portal-key-7", 1),
                )
            ),
        )
        yield running


def ask(
    management: Management, path: str = "/api/user/self", **headers: str
) -> tuple[int, dict[str, Any]]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with management.client(headers=named) as client:
        answer = client.get(path)
    return answer.status_code, answer.json()


def refused(message: str) -> Any:
    return Refusal(message)


def test_nobody_is_told_401_in_the_familys_words(management: Management) -> None:
    assert ask(management) == (401, refused("无权进行此操作，未登录且未提供 access token"))
    assert ask(management, accept_language="en") == (
        401,
        refused("Unauthorized, not logged in and no access token provided"),
    )


def test_an_unknown_access_token_is_answered_with_200(management: Management) -> None:
    for token in ("nope", "Bearer nope", "x" * 5000):
        assert ask(management, authorization=token, new_api_user="1") == (
            200,
            refused("无权进行此操作，access token 无效"),
        )


@pytest.mark.parametrize("form", ["{}", "Bearer {}", "bearer {}"])
def test_an_access_token_works_raw_and_as_bearer(management: Management, form: str) -> None:
    status, body = ask(
        management, authorization=form.format(TOKENS[ALICE]), new_api_user=str(ALICE)
    )
    assert (status, body["data"]) == (200, [ALICE, "alice", 1, "access_token", 0])


@pytest.mark.parametrize("by_session", [True, False])
@pytest.mark.parametrize(
    ("header", "message"),
    [
        (None, "无权进行此操作，未提供 New-Api-User"),
        ("", "无权进行此操作，未提供 New-Api-User"),
        ("abc", "无权进行此操作，New-Api-User 格式错误"),
        ("1.0", "无权进行此操作，New-Api-User 格式错误"),
        ("-1", "无权进行此操作，New-Api-User 与登录用户不匹配"),
        ("2", "无权进行此操作，New-Api-User 与登录用户不匹配"),
    ],
)
def test_the_user_header_is_always_required_and_must_fit(
    management: Management, header: str | None, message: str, by_session: bool
) -> None:
    credential = (
        {"cookie": management.login(ALICE)["cookie"]}
        if by_session
        else {"authorization": TOKENS[ALICE]}
    )
    if header is not None:
        credential["new_api_user"] = header
    assert ask(management, **credential) == (401, refused(message))


def test_a_session_comes_before_an_access_token(management: Management) -> None:
    with management.client(headers=management.login(ALICE)) as client:
        answer = client.get("/api/user/self", headers={"authorization": TOKENS[ADMIN]})
    assert answer.json()["data"] == [ALICE, "alice", 1, "session", 0]
    assert answer.headers["auth-version"] == "864b7076dbcd0a3c01b5520316720ebf"


def test_a_banned_user_is_told_so_with_200(management: Management) -> None:
    data = {"error_type": "user_disabled", "user_id": BANNED, "username": "banned"}
    for credential in (
        {"authorization": TOKENS[BANNED]},
        {"cookie": management.login(BANNED)["cookie"]},
    ):
        status, body = ask(management, new_api_user=str(BANNED), **credential)
        assert status == 200
        assert Refusal("用户已被封禁", data=data) == body


def test_a_deleted_user_is_nobody(management: Management) -> None:
    assert ask(management, authorization=TOKENS[GONE], new_api_user=str(GONE)) == (
        200,
        refused("无权进行此操作，access token 无效"),
    )
    assert ask(management, cookie=management.login(GONE)["cookie"])[0] == 401


@pytest.mark.parametrize(
    ("user", "path", "allowed"),
    [
        (ALICE, "/api/user/self", True),
        (ALICE, "/api/channel/", False),
        (ALICE, "/api/option/", False),
        (ADMIN, "/api/channel/", True),
        (ADMIN, "/api/option/", False),
        (ROOT, "/api/channel/", True),
        (ROOT, "/api/option/", True),
    ],
)
def test_roles_open_what_is_theirs(
    management: Management, user: int, path: str, allowed: bool
) -> None:
    with management.client(headers=management.login(user)) as client:
        answer = client.get(path, headers={"accept-language": "zh"})
    assert answer.status_code == 200
    assert answer.json()["success"] is allowed


def test_a_promoted_user_needs_no_new_login(management: Management) -> None:
    management.add(User(id=50, username="climber", role=1))
    headers = management.login(50)

    async def promote() -> None:
        async with management.store.unit_of_work() as uow:
            row = await uow.session.get(User, 50)
            assert row is not None
            row.role = 10

    with management.client(headers=headers) as client:
        assert client.get("/api/channel/").json()["success"] is False
        management.run(promote())
        assert client.get("/api/channel/").json()["success"] is True


def test_login_sets_a_strict_cookie_and_always_a_new_one(management: Management) -> None:
    with management.client(headers={"x-weirgate-client-ip": "10.1.0.1"}) as client:
        first = client.post("/api/user/login").headers["set-cookie"]
        client.cookies.clear()
        sent = first.split(";", 1)[0]
        second = client.post("/api/user/login", headers={"cookie": sent}).headers["set-cookie"]
        client.cookies.clear()
        stale = client.get("/api/user/self", headers={"cookie": sent, "new-api-user": "1"})
    name, *attributes = first.split("; ")
    assert name.startswith("session=")
    assert attributes == ["Path=/", "Max-Age=2592000", "HttpOnly", "SameSite=Strict"]
    assert first.split(";")[0] != second.split(";")[0]
    assert stale.status_code == 401


def test_under_https_the_cookie_is_secure(management: Management) -> None:
    headers = {"x-weirgate-client-ip": "10.1.0.2", "x-weirgate-scheme": "https"}
    with management.client(headers=headers) as client:
        assert client.post("/api/user/login").headers["set-cookie"].endswith("; Secure")


def test_the_database_holds_no_session_id(management: Management) -> None:
    cookie = management.login(ALICE)["cookie"].removeprefix("session=")

    async def stored() -> tuple[bool, bool]:
        async with management.store.unit_of_work(write=False) as uow:
            plain = await uow.session.get(Session, cookie)
            hashed = await uow.session.get(Session, session_hash(cookie))
            return plain is None, hashed is not None

    assert management.run(stored()) == (True, True)


def test_logout_ends_the_session_and_empties_the_cookie(management: Management) -> None:
    headers = management.login(ALICE)
    with management.client(headers=headers) as client:
        assert client.get("/api/user/self").status_code == 200
        emptied = client.get("/api/user/logout").headers["set-cookie"]
        assert client.get("/api/user/self").status_code == 401
    assert emptied == "session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict"


def test_a_session_is_over_after_thirty_days(management: Management) -> None:
    headers = management.login(ALICE)
    now = management.clock.now_ms
    try:
        with management.client(headers=headers) as client:
            management.clock.advance(LIFETIME_S - 1)
            assert client.get("/api/user/self").status_code == 200
            management.clock.advance(1)
            assert client.get("/api/user/self").status_code == 401
    finally:
        management.clock.now_ms = now


def test_sessions_that_are_over_leave_the_table_with_the_next_login(
    management: Management,
) -> None:
    cookie = management.login(ROOT)["cookie"].removeprefix("session=")
    now = management.clock.now_ms

    async def stored() -> bool:
        async with management.store.unit_of_work(write=False) as uow:
            return await uow.session.get(Session, session_hash(cookie)) is not None

    assert management.run(stored())
    try:
        management.clock.advance(LIFETIME_S)
        management.login(ALICE)
        assert not management.run(stored())
    finally:
        management.clock.now_ms = now


def test_a_session_remembers_and_forgets_what_it_is_told(management: Management) -> None:
    cookie = management.login(ALICE)["cookie"].removeprefix("session=")

    async def work() -> tuple[dict[str, Any], dict[str, Any]]:
        async with management.store.unit_of_work() as uow:
            await management.sessions.remember(uow, cookie, pending=7, other="x")
        async with management.store.unit_of_work() as uow:
            first = await management.sessions.content(uow, cookie)
            await management.sessions.remember(uow, cookie, pending=None)
        async with management.store.unit_of_work(write=False) as uow:
            return first, await management.sessions.content(uow, cookie)

    assert management.run(work()) == ({"pending": 7, "other": "x"}, {"other": "x"})


def test_all_sessions_of_a_user_can_end_but_the_one_that_asks(management: Management) -> None:
    kept, ended = management.login(ADMIN), management.login(ADMIN)

    async def work() -> None:
        cookie = kept["cookie"].removeprefix("session=")
        async with management.store.unit_of_work() as uow:
            await management.sessions.end_all(uow, ADMIN, keep_cookie=cookie)

    management.run(work())
    with management.client() as client:
        assert client.get("/api/user/self", headers=kept).status_code == 200
        assert client.get("/api/user/self", headers=ended).status_code == 401


def test_try_user_routes_know_who_is_logged_in_and_let_everybody_in(
    management: Management,
) -> None:
    assert ask(management, "/api/try")[1]["data"] is None
    with management.client(headers=management.login(ALICE)) as client:
        assert client.get("/api/try").json()["data"][0] == ALICE
    with management.client(headers=management.login(BANNED)) as client:
        assert client.get("/api/try").json()["data"] is None


def test_the_users_language_wins_over_the_browsers(management: Management) -> None:
    with management.client(headers=management.login(ADMIN)) as client:
        answer = client.get("/api/option/", headers={"accept-language": "zh"})
    assert answer.json()["message"].startswith("No permission to perform this operation")


def test_a_key_is_judged_by_the_gateway_and_refused_in_its_words(
    management: Management,
) -> None:
    path = "/v1/dashboard/billing/usage"
    management.keys.verdicts["sk-good"] = {"ok": True, "user_id": ALICE, "key_id": 11}
    management.keys.verdicts["sk-ip"] = {
        "ok": False,
        "status": 403,
        "code": "access_denied",
        "message": "not from here",
    }
    assert ask(management, path, authorization="Bearer sk-good") == (
        200,
        {"user": ALICE, "key": 11},
    )
    status, body = ask(management, path, authorization="sk-ip", x_weirgate_request_id="r1")
    assert (status, body) == (
        403,
        {
            "error": {
                "message": "not from here (request id: r1)",
                "type": "new_api_error",
                "param": "",
                "code": "access_denied",
            }
        },
    )
    assert ask(management, path)[0] == 401


@pytest.mark.parametrize(
    ("authorization", "status", "outcome"),
    [
        (None, 401, "未提供 Authorization 请求头"),
        ("Bearer sk-unknown", 401, "无效的令牌"),
        ("Bearer sk-disabled", 401, "该令牌状态不可用"),
        ("Bearer sk-alive", 200, 11),
        ("sk-alive", 200, 11),
        ("alive", 200, 11),
        ("Bearer sk-alive-42", 200, 11),
        ("Bearer sk-expired", 200, 13),
        ("Bearer sk-portal-key-7", 200, 15),
    ],
)
def test_reading_a_keys_usage_needs_only_a_key_that_exists(
    management: Management, authorization: str | None, status: int, outcome: object
) -> None:
    headers = {} if authorization is None else {"authorization": authorization}
    found, body = ask(management, "/api/usage/token/", **headers)
    assert found == status
    assert outcome == (body["data"][4] if status == 200 else body["message"])


def test_a_banned_users_key_reads_nothing(management: Management) -> None:
    status, body = ask(management, "/api/usage/token", authorization="sk-of-banned")
    assert (status, body["success"]) == (403, False)


def test_the_call_over_a_critical_limit_is_429_without_body_for_that_address(
    management: Management,
) -> None:
    with management.client(headers={"x-weirgate-client-ip": "10.2.0.1"}) as client:
        statuses = [client.post("/api/user/login").status_code for _ in range(3)]
        over = client.post("/api/user/login")
    with management.client(headers={"x-weirgate-client-ip": "10.2.0.2"}) as client:
        other = client.post("/api/user/login")
    assert statuses == [200, 200, 200]
    assert (over.status_code, over.content) == (429, b"")
    assert other.status_code == 200


def test_searches_are_limited_by_user(management: Management) -> None:
    def statuses(user: int) -> list[int]:
        with management.client(headers=management.login(user)) as client:
            return [client.get("/api/user/search").status_code for _ in range(3)]

    assert statuses(ALICE) == [200, 200, 429]
    assert statuses(ROOT) == [200, 200, 429]
