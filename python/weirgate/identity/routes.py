"""HTTP face of sign-in: login, logout, access token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from weirgate.identity.schemas import LoginIn, LoginOut, LoginQuery, SecondStepIn, SecondStepOut
from weirgate.identity.service import SECOND_STEP, Visit
from weirgate.identity.turnstile import Visitor
from weirgate.web.answers import Answer, document, ok
from weirgate.web.router import Context, Limit, Permission, Route

if TYPE_CHECKING:
    from weirgate.identity.service import IdentityService
    from weirgate.identity.turnstile import Turnstile

_TAGS = ("user",)


def routes(service: IdentityService, turnstile: Turnstile) -> list[Route]:
    """Returns all rows of this domain."""

    async def login(context: Context[LoginQuery, LoginIn]) -> Answer:
        visitor = Visitor.of(context, context.query.turnstile)
        passed = await turnstile.check(context.uow, visitor)
        if passed:
            context.set_header("set-cookie", passed)
        user, cookie = await service.login(context.uow, context.body, _visit(context))
        context.set_header("set-cookie", cookie)
        return ok(user, message=SECOND_STEP if isinstance(user, SecondStepOut) else "")

    async def second_step(context: Context[None, SecondStepIn]) -> Answer:
        code = context.body.code
        user, cookie = await service.second_step(context.uow, code, _visit(context))
        context.set_header("set-cookie", cookie)
        return ok(user)

    async def logout(context: Context[None, None]) -> Answer:
        context.set_header("set-cookie", await service.logout(context.uow, _visit(context)))
        return ok()

    async def new_access_token(context: Context[None, None]) -> Answer:
        token = await service.new_access_token(context.uow, context.caller)
        return ok(token).without_store()

    async def session(context: Context[None, None]) -> Answer:
        return document({"user_id": context.caller.user_id})

    return [
        Route(method="GET", path="/internal/session", permission=Permission.USER, handler=session,
              envelope=False, tags=_TAGS, summary="Tell the relay whose session this is"),
        Route(method="POST", path="/api/user/login", permission=Permission.PUBLIC,
              handler=login, query=LoginQuery, body=LoginIn, answer=LoginOut | SecondStepOut,
              limit=Limit.CRITICAL, writes=False, tags=_TAGS, summary="Log in"),
        Route(method="POST", path="/api/user/login/2fa", permission=Permission.PUBLIC,
              handler=second_step, body=SecondStepIn, answer=LoginOut, limit=Limit.CRITICAL,
              tags=_TAGS, summary="Second step of a login"),
        Route(method="GET", path="/api/user/logout", permission=Permission.PUBLIC,
              handler=logout, writes=True, tags=_TAGS, summary="Log out"),
        Route(method="GET", path="/api/user/token", permission=Permission.USER,
              handler=new_access_token, answer=str, writes=True, tags=_TAGS,
              summary="Make a new access token"),
    ]  # fmt: skip


def _visit(context: Context[Any, Any]) -> Visit:
    return Visit(
        client_ip=context.client_ip,
        scheme=context.scheme,
        cookie=context.cookies.get("session", ""),
    )
