"""HTTP face of limits: /api/weirgate/limits, and those of one's own keys; no rule lives here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from weirgate.limits.schemas import (
    LimitsBody,
    LimitsOut,
    LimitsPage,
    ListQuery,
    SubjectLimitsBody,
    SubjectQuery,
)
from weirgate.web.answers import Answer, document
from weirgate.web.router import Context, Permission, Route

if TYPE_CHECKING:
    from weirgate.limits.service import LimitService

_TAGS = ("limits",)
_LIMITS = "/api/weirgate/limits"
_OF_KEY = "/api/weirgate/keys/:id/limits"


def routes(service: LimitService) -> list[Route]:
    """Returns all rows of this domain."""

    async def list_limits(context: Context[ListQuery, None]) -> Answer:
        return document(await service.page(context.uow, context.query))

    async def put_limits(context: Context[None, SubjectLimitsBody]) -> Answer:
        body, caller = context.body, context.caller
        return document(await service.put(context.uow, caller, body.scope, body.subject, body))

    async def delete_limits(context: Context[SubjectQuery, None]) -> Answer:
        wanted = context.query
        await service.delete(context.uow, context.caller, wanted.scope, wanted.subject)
        return document({})

    async def get_own(context: Context[None, None]) -> Answer:
        return document(await service.of_key(context.uow, context.caller, context.id()))

    async def put_own(context: Context[None, LimitsBody]) -> Answer:
        made = await service.put_own(context.uow, context.caller, context.id(), context.body)
        return document(made)

    async def delete_own(context: Context[None, None]) -> Answer:
        await service.delete_own(context.uow, context.caller, context.id())
        return document({})

    admin, user = Permission.ADMIN, Permission.USER
    return [
        Route(method="GET", path=_LIMITS, permission=admin, handler=list_limits, query=ListQuery,
              answer=LimitsPage, envelope=False, tags=_TAGS, summary="List limits of a scope"),
        Route(method="PUT", path=_LIMITS, permission=admin, handler=put_limits,
              body=SubjectLimitsBody, answer=LimitsOut, envelope=False, tags=_TAGS,
              summary="Set all limits of a subject"),
        Route(method="DELETE", path=_LIMITS, permission=admin, handler=delete_limits,
              query=SubjectQuery, envelope=False, tags=_TAGS,
              summary="Remove all limits of a subject"),
        Route(method="GET", path=_OF_KEY, permission=user, handler=get_own, answer=LimitsOut,
              envelope=False, tags=_TAGS, summary="Read the limits of a key of one's own"),
        Route(method="PUT", path=_OF_KEY, permission=user, handler=put_own, body=LimitsBody,
              answer=LimitsOut, envelope=False, tags=_TAGS,
              summary="Set all limits of a key of one's own"),
        Route(method="DELETE", path=_OF_KEY, permission=user, handler=delete_own, envelope=False,
              tags=_TAGS, summary="Remove all limits of a key of one's own"),
    ]  # fmt: skip
