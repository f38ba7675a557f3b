"""HTTP face of second factors, passkeys and step-up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from weirgate.errors import RefusedError, Text
from weirgate.factors import schemas as models
from weirgate.factors.passkeys import Peer
from weirgate.factors.step_up import PASSKEY_PROOF
from weirgate.identity.schemas import LoginOut
from weirgate.identity.service import Visit
from weirgate.web.answers import Answer, ok
from weirgate.web.router import Context, Limit, Permission, Route

if TYPE_CHECKING:
    from collections.abc import Callable

    from weirgate.factors.passkeys import PasskeyService
    from weirgate.factors.service import SecondFactorService
    from weirgate.factors.step_up import StepUp
    from weirgate.identity.service import IdentityService
    from weirgate.web.sessions import Sessions
    from weirgate.web.short_cookies import ShortCookies

_TAGS = ("user",)
_USER = Permission.USER
_LOGIN_COOKIE = "passkey_login"
_OVER = Text("Passkey 会话已过期，请重试", "the passkey ceremony is over, please start again")


@dataclass(frozen=True, slots=True)
class FactorServices:
    """The services of this domain."""

    factors: SecondFactorService
    passkeys: PasskeyService
    step_up: StepUp
    identity: IdentityService
    sessions: Sessions
    cookies: ShortCookies
    now_ms: Callable[[], int]


def routes(services: FactorServices) -> list[Route]:
    """Returns all rows of this domain."""
    return [
        *_two_factor(services.factors, services.step_up),
        *_two_factor_admin(services.factors),
        *_passkeys(services),
        *_passkey_login(services),
        *_passkey_verification(services),
        _verify(services.step_up),
    ]


def _peer(context: Context[Any, Any]) -> Peer:
    return Peer(context.scheme, context.host, context.cookies.get("session", ""))


def _two_factor(factors: SecondFactorService, step_up: StepUp) -> list[Route]:
    async def status(context: Context[None, None]) -> Answer:
        return ok(await factors.status(context.uow, context.caller))

    async def set_up(context: Context[None, None]) -> Answer:
        await _guard(step_up, context, "second factor set up")
        return ok(await factors.set_up(context.uow, context.caller)).without_store()

    async def enable(context: Context[None, models.CodeIn]) -> Answer:
        await factors.enable(context.uow, context.caller, context.body.code)
        return ok()

    async def disable(context: Context[None, models.CodeIn]) -> Answer:
        await factors.disable(context.uow, context.caller, context.body.code)
        return ok()

    async def backup_codes(context: Context[None, models.CodeIn]) -> Answer:
        code = context.body.code
        codes = await factors.renew_backup_codes(context.uow, context.caller, code)
        return ok(codes).without_store()

    return [
        Route(method="GET", path="/api/user/2fa/status", permission=_USER, handler=status,
              answer=models.FactorStatus, tags=_TAGS, summary="State of the second factor"),
        Route(method="POST", path="/api/user/2fa/setup", permission=_USER, handler=set_up,
              answer=models.FactorSetup, tags=_TAGS, summary="Set a second factor up"),
        Route(method="POST", path="/api/user/2fa/enable", permission=_USER, handler=enable,
              body=models.CodeIn, tags=_TAGS, summary="Enable the second factor"),
        Route(method="POST", path="/api/user/2fa/disable", permission=_USER, handler=disable,
              body=models.CodeIn, tags=_TAGS, summary="Disable the second factor"),
        Route(method="POST", path="/api/user/2fa/backup_codes", permission=_USER,
              handler=backup_codes, body=models.CodeIn, answer=models.BackupCodesOut,
              tags=_TAGS, summary="Make new backup codes"),
    ]  # fmt: skip


def _two_factor_admin(factors: SecondFactorService) -> list[Route]:
    async def stats(context: Context[None, None]) -> Answer:
        return ok(await factors.stats(context.uow))

    async def take_away(context: Context[None, None]) -> Answer:
        await factors.take_away(context.uow, context.caller, context.id())
        return ok()

    return [
        Route(method="GET", path="/api/user/2fa/stats", permission=Permission.ADMIN,
              handler=stats, answer=models.FactorStats, tags=_TAGS,
              summary="How many have a second factor"),
        Route(method="DELETE", path="/api/user/:id/2fa", permission=Permission.ADMIN,
              handler=take_away, tags=_TAGS, summary="Take a user's second factor away"),
    ]  # fmt: skip


def _passkeys(services: FactorServices) -> list[Route]:
    passkeys = services.passkeys

    async def status(context: Context[None, None]) -> Answer:
        return ok(await passkeys.status(context.uow, context.caller))

    async def begin(context: Context[None, None]) -> Answer:
        await _guard(services.step_up, context, "passkey registration begun")
        options = await passkeys.begin_registration(context.uow, context.caller, _peer(context))
        return ok(models.PasskeyOptions(options=options))

    async def finish(context: Context[None, models.CredentialIn]) -> Answer:
        await passkeys.finish_registration(
            context.uow, context.caller, _peer(context), context.body
        )
        return ok()

    async def remove(context: Context[None, None]) -> Answer:
        await passkeys.remove(context.uow, context.caller)
        return ok()

    async def take_away(context: Context[None, None]) -> Answer:
        await passkeys.take_away(context.uow, context.caller, context.id())
        return ok()

    return [
        Route(method="GET", path="/api/user/passkey", permission=_USER, handler=status,
              answer=models.PasskeyStatus, tags=_TAGS, summary="State of the passkey"),
        Route(method="POST", path="/api/user/passkey/register/begin", permission=_USER,
              handler=begin, answer=models.PasskeyOptions, tags=_TAGS,
              summary="Begin to register a passkey"),
        Route(method="POST", path="/api/user/passkey/register/finish", permission=_USER,
              handler=finish, body=models.CredentialIn, tags=_TAGS,
              summary="Register a passkey"),
        Route(method="DELETE", path="/api/user/passkey", permission=_USER, handler=remove,
              tags=_TAGS, summary="Remove the own passkey"),
        Route(method="DELETE", path="/api/user/:id/reset_passkey", permission=Permission.ADMIN,
              handler=take_away, tags=_TAGS, summary="Remove a user's passkey"),
    ]  # fmt: skip


def _passkey_login(services: FactorServices) -> list[Route]:
    passkeys, cookies = services.passkeys, services.cookies

    async def begin(context: Context[None, None]) -> Answer:
        options, challenge = await passkeys.begin_login(context.uow, _peer(context))
        content = {"challenge": challenge.hex()}
        kept = cookies.make(_LOGIN_COOKIE, content, scheme=context.scheme, same_site="Strict")
        context.set_header("set-cookie", kept)
        return ok(models.PasskeyOptions(options=options))

    async def finish(context: Context[None, models.CredentialIn]) -> Answer:
        kept = cookies.read(_LOGIN_COOKIE, context.cookies)
        if not kept:
            raise RefusedError(_OVER)
        challenge = bytes.fromhex(kept["challenge"])
        peer = _peer(context)
        user_id = await passkeys.finish_login(context.uow, peer, context.body, challenge)
        visit = Visit(context.client_ip, context.scheme, peer.cookie)
        user, cookie = await services.identity.admit(context.uow, user_id, visit, "passkey")
        context.set_header("set-cookie", cookie)
        return ok(user)

    return [
        Route(method="POST", path="/api/user/passkey/login/begin", permission=Permission.PUBLIC,
              handler=begin, answer=models.PasskeyOptions, limit=Limit.CRITICAL, writes=False,
              tags=_TAGS, summary="Begin to log in with a passkey"),
        Route(method="POST", path="/api/user/passkey/login/finish", permission=Permission.PUBLIC,
              handler=finish, body=models.CredentialIn, answer=LoginOut, limit=Limit.CRITICAL,
              tags=_TAGS, summary="Log in with a passkey"),
    ]  # fmt: skip


def _passkey_verification(services: FactorServices) -> list[Route]:
    passkeys = services.passkeys

    async def begin(context: Context[None, None]) -> Answer:
        options = await passkeys.begin_verification(context.uow, context.caller, _peer(context))
        return ok(models.PasskeyOptions(options=options))

    async def finish(context: Context[None, models.CredentialIn]) -> Answer:
        peer = _peer(context)
        await passkeys.finish_verification(context.uow, context.caller, peer, context.body)
        proof = {PASSKEY_PROOF: services.now_ms()}
        await services.sessions.remember(context.uow, peer.cookie, **proof)
        return ok()

    return [
        Route(method="POST", path="/api/user/passkey/verify/begin", permission=_USER,
              handler=begin, answer=models.PasskeyOptions, limit=Limit.CRITICAL, tags=_TAGS,
              summary="Begin to prove oneself with the passkey"),
        Route(method="POST", path="/api/user/passkey/verify/finish", permission=_USER,
              handler=finish, body=models.CredentialIn, limit=Limit.CRITICAL, tags=_TAGS,
              summary="Prove oneself with the passkey"),
    ]  # fmt: skip


def _verify(step_up: StepUp) -> Route:
    async def verify(context: Context[None, models.VerifyIn]) -> Answer:
        cookie = context.cookies.get("session", "")
        return ok(await step_up.prove(context.uow, context.caller, cookie, context.body))

    return Route(
        method="POST",
        path="/api/verify",
        permission=_USER,
        handler=verify,
        body=models.VerifyIn,
        answer=models.VerifyOut,
        limit=Limit.CRITICAL,
        tags=_TAGS,
        summary="Prove oneself anew (step-up)",
    )


async def _guard(step_up: StepUp, context: Context[Any, Any], act: str) -> None:
    """Wants a step-up where the account can do one: a stolen session must not add a factor."""
    if await step_up.can_prove(context.uow, context.caller):
        cookie = context.cookies.get("session", "")
        await step_up.require(context.uow, context.caller, cookie, act)
