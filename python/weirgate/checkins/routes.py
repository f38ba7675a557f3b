"""HTTP face of check-ins: /api/user/checkin (new-api), /api/user/check_in (Veloera)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from weirgate.checkins import rules
from weirgate.checkins import schemas as models
from weirgate.web.answers import Answer, ok
from weirgate.web.router import Context, Permission, Route

if TYPE_CHECKING:
    from weirgate.checkins.service import CheckInService

_TAGS = ("checkin",)
_USER = Permission.USER


def routes(service: CheckInService) -> list[Route]:
    """Returns all rows of this domain."""
    return [*_newapi(service), *_veloera(service)]


def _newapi(service: CheckInService) -> list[Route]:
    async def state(context: Context[models.MonthQuery, None]) -> Answer:
        return ok(await service.state(context.uow, context.caller, context.query.month))

    async def check_in(context: Context[None, None]) -> Answer:
        record = await service.check_in(context.uow, context.caller)
        return ok(record, message=rules.DONE)

    return [
        Route(method="GET", path="/api/user/checkin", permission=_USER, handler=state,
              query=models.MonthQuery, answer=models.CheckInState, tags=_TAGS,
              summary="Check-ins of a month"),
        Route(method="POST", path="/api/user/checkin", permission=_USER, handler=check_in,
              answer=models.CheckInRecord, writes=False, tags=_TAGS, summary="Check in"),
    ]  # fmt: skip


def _veloera(service: CheckInService) -> list[Route]:
    async def status(context: Context[None, None]) -> Answer:
        possible = await service.can_check_in(context.uow, context.caller)
        return ok(models.CheckInPossible(can_check_in=possible))

    async def check_in(context: Context[None, None]) -> Answer:
        record = await service.check_in(context.uow, context.caller)
        return ok(models.CheckInReward(quota=record.quota_awarded), message=rules.DONE)

    return [
        Route(method="GET", path="/api/user/check_in_status", permission=_USER, handler=status,
              answer=models.CheckInPossible, tags=_TAGS, summary="Whether one can check in"),
        Route(method="POST", path="/api/user/check_in", permission=_USER, handler=check_in,
              answer=models.CheckInReward, writes=False, tags=_TAGS,
              summary="Check in, answered in Veloera's words"),
    ]  # fmt: skip
