"""HTTP face of check-ins: /api/user/checkin (new-api), /api/user/check_in (Veloera)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from weirgate.checkins import rules
from weirgate.checkins import schemas as models
from weirgate.identity.turnstile import Visitor
from weirgate.web.answers import Answer, ok
from weirgate.web.router import Context, Permission, Route

if TYPE_CHECKING:
    from weirgate.checkins.service import CheckInService
    from weirgate.identity.turnstile import Turnstile

_TAGS = ("checkin",)
_USER = Permission.USER


def routes(service: CheckInService, turnstile: Turnstile) -> list[Route]:
    """Returns all rows of this domain."""
    return [*_newapi(service, turnstile), *_veloera(service, turnstile)]


async def _check_human(turnstile: Turnstile, context: Context[Any, Any]) -> None:
    cookie = await turnstile.check(context.uow, Visitor.of(context, context.query.turnstile))
    if cookie:
        context.set_header("set-cookie", cookie)


def _newapi(service: CheckInService, turnstile: Turnstile) -> list[Route]:
    async def state(context: Context[models.MonthQuery, None]) -> Answer:
        return ok(await service.state(context.uow, context.caller, context.query.month))

    async def check_in(context: Context[models.CheckInQuery, None]) -> Answer:
        await _check_human(turnstile, context)
        record = await service.check_in(context.uow, context.caller)
        return ok(record, message=rules.DONE)

    return [
        Route(method="GET", path="/api/user/checkin", permission=_USER, handler=state,
              query=models.MonthQuery, answer=models.CheckInState, tags=_TAGS,
              summary="Check-ins of a month"),
        Route(method="POST", path="/api/user/checkin", permission=_USER, handler=check_in,
              query=models.CheckInQuery, answer=models.CheckInRecord, writes=False, tags=_TAGS,
              summary="Check in"),
    ]  # fmt: skip


def _veloera(service: CheckInService, turnstile: Turnstile) -> list[Route]:
    async def status(context: Context[None, None]) -> Answer:
        possible = await service.can_check_in(context.uow, context.caller)
        return ok(models.CheckInPossible(can_check_in=possible))

    async def check_in(context: Context[models.CheckInQuery, None]) -> Answer:
        await _check_human(turnstile, context)
        record = await service.check_in(context.uow, context.caller)
        return ok(models.CheckInReward(quota=record.quota_awarded), message=rules.DONE)

    return [
        Route(method="GET", path="/api/user/check_in_status", permission=_USER, handler=status,
              answer=models.CheckInPossible, tags=_TAGS, summary="Whether one can check in"),
        Route(method="POST", path="/api/user/check_in", permission=_USER, handler=check_in,
              query=models.CheckInQuery, answer=models.CheckInReward, writes=False, tags=_TAGS,
              summary="Check in, answered in Veloera's words"),
    ]  # fmt: skip
