"""HTTP face of sign-in through others: /api/oauth/*."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import orjson

from weirgate.errors import UnauthorizedError
from weirgate.identity.schemas import LoginOut
from weirgate.identity.service import Visit
from weirgate.oauth import custom_routes
from weirgate.oauth import schemas as models
from weirgate.oauth.rules import COOKIE
from weirgate.oauth.service import BOUND, Origin
from weirgate.web import origin
from weirgate.web.answers import Answer, ok
from weirgate.web.router import Context, Limit, Permission, Route

if TYPE_CHECKING:
    from collections.abc import Callable

    from weirgate.oauth.arrivals import Outcome
    from weirgate.oauth.custom import CustomProviders
    from weirgate.oauth.service import OAuthService, OtherSignIn
    from weirgate.web.short_cookies import ShortCookies

_TAGS = ("oauth",)
_PERSONAL_PAGE = "/console/personal"
_FIRST_PAGE = "/console"
_LANDED = "landed"
_PROVIDERS = ("github", "oidc", "linuxdo", "discord", "lark")


@dataclass(frozen=True, slots=True)
class OAuthServices:
    """The services of this domain."""

    oauth: OAuthService
    others: OtherSignIn
    custom: CustomProviders
    cookies: ShortCookies
    now_ms: Callable[[], int]


def routes(services: OAuthServices) -> list[Route]:
    """Returns all rows of this domain."""
    return [
        *_oauth(services),
        *_wechat(services.others),
        *_telegram(services),
        *custom_routes.routes(services.custom),
    ]


def _visit(context: Context[Any, Any]) -> Visit:
    return Visit(context.client_ip, context.scheme, context.cookies.get("session", ""))


def _answer(context: Context[Any, Any], outcome: Outcome) -> Answer:
    if outcome.user is None:
        return ok(None, message=BOUND)
    context.set_header("set-cookie", outcome.cookie)
    return ok(outcome.user)


def _landed(outcome: Outcome) -> Answer:
    user = outcome.user
    if user is None:
        return Answer(status=302).with_header("location", _PERSONAL_PAGE)
    # The console must know whom it shows, and no script reads the session's own cookie. It opens
    # nothing: each call is judged by the session.
    who = orjson.dumps({"id": user.id, "username": user.username, "role": user.role})
    told = f"{_LANDED}={quote(who)}; Path={_FIRST_PAGE}; Max-Age=60; SameSite=Lax"
    return Answer(status=302).with_header("location", _FIRST_PAGE).with_header("set-cookie", told)


def _oauth(services: OAuthServices) -> list[Route]:
    oauth, cookies = services.oauth, services.cookies

    async def state(context: Context[models.StateQuery, None]) -> Answer:
        base_url = f"{context.scheme}://{context.host}"
        query = context.query
        begun = await oauth.begin(
            context.uow, query.provider, query.aff, context.cookies.get("session", ""), base_url
        )
        kept = cookies.make(COOKIE, begun.kept, scheme=context.scheme, same_site="Lax")
        context.set_header("set-cookie", kept)
        extra = {"authorize_url": begun.authorize_url} if begun.authorize_url else {}
        return ok(begun.state, extra=extra)

    async def callback(name: str, context: Context[models.CallbackQuery, None]) -> Answer:
        came = Origin(
            _visit(context),
            f"{context.scheme}://{context.host}",
            cookies.read(COOKIE, context.cookies),
        )
        caller = context.maybe_caller
        outcome = await oauth.finish(context.uow, name, context.query, came, caller)
        gone = cookies.clear(COOKIE, scheme=context.scheme, same_site="Lax")
        context.set_header("set-cookie", gone)
        answer = _answer(context, outcome)
        # Some providers send the browser here itself, to a page rather than to a call.
        is_page = context.headers.get("sec-fetch-mode") == "navigate"
        return _landed(outcome) if is_page else answer

    async def unknown(context: Context[models.CallbackQuery, None]) -> Answer:
        return await callback(context.path["provider"], context)

    async def landing(context: Context[models.CallbackQuery, None]) -> Answer:
        context.headers["sec-fetch-mode"] = "navigate"
        return await unknown(context)

    handlers = {name: partial(callback, name) for name in _PROVIDERS} | {":provider": unknown}
    finishing = [
        Route(method="GET", path=f"/api/oauth/{name}", permission=Permission.TRY_USER,
              handler=handler, query=models.CallbackQuery, answer=LoginOut | None,
              limit=Limit.CRITICAL, tags=_TAGS, summary="Finish a sign-in, or a binding")
        for name, handler in handlers.items()
    ]  # fmt: skip
    return [
        Route(method="GET", path="/api/oauth/state", permission=Permission.PUBLIC, handler=state,
              query=models.StateQuery, answer=str, limit=Limit.CRITICAL, tags=_TAGS,
              summary="Begin a sign-in through a provider"),
        *finishing,
        Route(method="GET", path="/oauth/:provider", permission=Permission.TRY_USER,
              handler=landing, query=models.CallbackQuery, limit=Limit.CRITICAL, tags=_TAGS,
              summary="Where providers send the browser: finish, then go to the console"),
    ]  # fmt: skip


def _wechat(others: OtherSignIn) -> list[Route]:
    async def login(context: Context[models.CodeQuery, None]) -> Answer:
        origin.refuse_foreign(context.headers, context.host)
        code = context.query.code
        return _answer(context, await others.wechat(context.uow, code, None, _visit(context)))

    async def bind(context: Context[Any, Any]) -> Answer:
        origin.refuse_foreign(context.headers, context.host)
        code = (context.body or context.query).code
        caller = context.caller
        return _answer(context, await others.wechat(context.uow, code, caller, _visit(context)))

    return [
        Route(method="GET", path="/api/oauth/wechat", permission=Permission.PUBLIC, handler=login,
              query=models.CodeQuery, answer=LoginOut, limit=Limit.CRITICAL, tags=_TAGS,
              summary="Log in by a code of the WeChat account"),
        Route(method="GET", path="/api/oauth/wechat/bind", permission=Permission.USER,
              handler=bind, query=models.CodeQuery, limit=Limit.CRITICAL, tags=_TAGS,
              summary="Bind a WeChat account (older form)"),
        Route(method="POST", path="/api/oauth/wechat/bind", permission=Permission.USER,
              handler=bind, body=models.CodeBody, limit=Limit.CRITICAL, writes=False,
              tags=_TAGS, summary="Bind a WeChat account"),
    ]  # fmt: skip


def _telegram(services: OAuthServices) -> list[Route]:
    others = services.others

    async def login(context: Context[Any, None]) -> Answer:
        origin.refuse_foreign(context.headers, context.host)
        now_s = services.now_ms() // 1000
        fields = context.query_fields
        outcome = await others.telegram(context.uow, fields, None, _visit(context), now_s)
        return _answer(context, outcome)

    async def bind(context: Context[Any, None]) -> Answer:
        origin.refuse_foreign(context.headers, context.host)
        # A page's navigation, so without New-Api-User; the strict cookie is what names the user.
        if context.maybe_caller is None:
            raise UnauthorizedError
        now_s = services.now_ms() // 1000
        fields = context.query_fields
        await others.telegram(context.uow, fields, context.caller, _visit(context), now_s)
        return Answer(status=302).with_header("location", _PERSONAL_PAGE)

    return [
        Route(method="GET", path="/api/oauth/telegram/login", permission=Permission.PUBLIC,
              handler=login, answer=LoginOut, limit=Limit.CRITICAL, tags=_TAGS,
              summary="Log in by Telegram's signed fields"),
        Route(method="GET", path="/api/oauth/telegram/bind", permission=Permission.TRY_USER,
              handler=bind, limit=Limit.CRITICAL, tags=_TAGS, summary="Bind a Telegram account"),
    ]  # fmt: skip
