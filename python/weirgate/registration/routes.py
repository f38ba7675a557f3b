"""HTTP face of registration: codes by mail, registering, resetting, binding an address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from weirgate.identity.turnstile import Visitor
from weirgate.registration import schemas as models
from weirgate.web.answers import Answer, ok
from weirgate.web.router import Context, Limit, Permission, Route

if TYPE_CHECKING:
    from weirgate.identity.turnstile import Turnstile
    from weirgate.registration.service import PasswordResetService, RegistrationService

_TAGS = ("user",)


@dataclass(frozen=True, slots=True)
class RegistrationServices:
    """The services of this domain."""

    registration: RegistrationService
    resets: PasswordResetService
    turnstile: Turnstile


def routes(services: RegistrationServices) -> list[Route]:
    """Returns all rows of this domain."""
    return [*_registering(services), *_resetting(services), *_binding(services.registration)]


async def _check_human(turnstile: Turnstile, context: Context[Any, Any]) -> None:
    cookie = await turnstile.check(context.uow, Visitor.of(context, context.query.turnstile))
    if cookie:
        context.set_header("set-cookie", cookie)


def _registering(services: RegistrationServices) -> list[Route]:
    registration, turnstile = services.registration, services.turnstile

    async def register(context: Context[models.TurnstileQuery, models.RegisterIn]) -> Answer:
        await _check_human(turnstile, context)
        await registration.register(context.uow, context.body, context.client_ip)
        return ok()

    async def verification(context: Context[models.VerificationQuery, None]) -> Answer:
        await _check_human(turnstile, context)
        query = context.query
        await registration.send_code(context.uow, query.email, query.purpose, context.language)
        return ok()

    return [
        Route(method="POST", path="/api/user/register", permission=Permission.PUBLIC,
              handler=register, query=models.TurnstileQuery, body=models.RegisterIn,
              limit=Limit.CRITICAL, writes=False, tags=_TAGS, summary="Register"),
        Route(method="GET", path="/api/verification", permission=Permission.PUBLIC,
              handler=verification, query=models.VerificationQuery, limit=Limit.EMAIL,
              tags=_TAGS, summary="Mail a verification code"),
    ]  # fmt: skip


def _resetting(services: RegistrationServices) -> list[Route]:
    resets, turnstile = services.resets, services.turnstile

    async def ask(context: Context[models.ResetQuery, None]) -> Answer:
        await _check_human(turnstile, context)
        await resets.ask(context.uow, context.query.email, context.language)
        return ok()

    async def reset(context: Context[None, models.ResetIn]) -> Answer:
        body = context.body
        password = await resets.reset(context.uow, body.email, body.token, context.client_ip)
        return ok(password).without_store()

    return [
        Route(method="GET", path="/api/reset_password", permission=Permission.PUBLIC,
              handler=ask, query=models.ResetQuery, limit=Limit.EMAIL, tags=_TAGS,
              summary="Mail a password reset link"),
        Route(method="POST", path="/api/user/reset", permission=Permission.PUBLIC,
              handler=reset, body=models.ResetIn, answer=str, limit=Limit.CRITICAL, writes=False,
              tags=_TAGS, summary="Get a new password by a reset link"),
    ]  # fmt: skip


def _binding(registration: RegistrationService) -> list[Route]:
    async def bind_email(context: Context[None, models.EmailBind]) -> Answer:
        body = context.body
        await registration.bind(context.uow, context.caller, body.email, body.code)
        return ok()

    async def bind_email_by_query(context: Context[models.EmailBindQuery, None]) -> Answer:
        query = context.query
        await registration.bind(context.uow, context.caller, query.email, query.code)
        return ok()

    return [
        Route(method="POST", path="/api/oauth/email/bind", permission=Permission.USER,
              handler=bind_email, body=models.EmailBind, limit=Limit.CRITICAL, writes=False,
              tags=_TAGS, summary="Bind an e-mail address"),
        Route(method="GET", path="/api/oauth/email/bind", permission=Permission.USER,
              handler=bind_email_by_query, query=models.EmailBindQuery, limit=Limit.CRITICAL,
              writes=True, tags=_TAGS, summary="Bind an e-mail address (older form)"),
    ]  # fmt: skip
