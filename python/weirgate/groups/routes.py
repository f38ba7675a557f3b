"""HTTP face of groups: /api/group/, /api/user/groups, /api/user/self/groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from weirgate.groups.schemas import GroupOut
from weirgate.web.answers import Answer, ok
from weirgate.web.router import Context, Permission, Route

if TYPE_CHECKING:
    from weirgate.groups.service import GroupService

_TAGS = ("group",)


def routes(service: GroupService) -> list[Route]:
    """Returns all rows of this domain."""

    async def list_groups(context: Context[None, None]) -> Answer:
        return ok(await service.names(context.uow))

    async def public_groups(context: Context[None, None]) -> Answer:
        caller = context.maybe_caller
        return ok(await service.described(context.uow, caller.group if caller else ""))

    async def own_groups(context: Context[None, None]) -> Answer:
        return ok(await service.described(context.uow, context.caller.group))

    return [
        Route(method="GET", path="/api/group/", permission=Permission.ADMIN,
              handler=list_groups, answer=list[str], tags=_TAGS, summary="List group names"),
        Route(method="GET", path="/api/user/groups", permission=Permission.TRY_USER,
              handler=public_groups, answer=dict[str, GroupOut], tags=_TAGS,
              summary="Groups that anybody may use"),
        Route(method="GET", path="/api/user/self/groups", permission=Permission.USER,
              handler=own_groups, answer=dict[str, GroupOut], tags=_TAGS,
              summary="Groups that the caller may use"),
    ]  # fmt: skip
