"""HTTP face of one-hub's user groups: /api/user_group/ for administrators, the map for all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from weirgate.groups.schemas import UserGroupIn, UserGroupOut, UserGroupQuery
from weirgate.web.answers import Answer, Paged, ok, paged
from weirgate.web.router import Context, Permission, Route

if TYPE_CHECKING:
    from weirgate.groups.user_groups import UserGroupService

_TAGS = ("group",)
_ADMIN = Permission.ADMIN
_FLAGS = {"true": True, "1": True, "false": False, "0": False}


def routes(service: UserGroupService) -> list[Route]:
    """Returns all rows of user groups."""
    return [*_reads(service), *_writes(service)]


def _reads(service: UserGroupService) -> list[Route]:
    async def list_groups(context: Context[UserGroupQuery, None]) -> Answer:
        query, page = context.query, context.query.page()
        groups = await service.listed(context.uow, query.name, enable=_FLAGS.get(query.enable))
        return paged(page, len(groups), groups[page.offset : page.offset + page.limit])

    async def get_group(context: Context[None, None]) -> Answer:
        return ok(await service.get(context.uow, context.id()))

    async def group_map(context: Context[None, None]) -> Answer:
        caller = context.maybe_caller
        return ok(await service.visible(context.uow, caller.group if caller else ""))

    return [
        Route(method="GET", path="/api/user_group/", permission=_ADMIN, handler=list_groups,
              query=UserGroupQuery, answer=Paged[UserGroupOut], rows="user_group", tags=_TAGS,
              summary="List user groups"),
        Route(method="GET", path="/api/user_group/:id", permission=_ADMIN, handler=get_group,
              answer=UserGroupOut, tags=_TAGS, summary="Read one user group"),
        Route(method="GET", path="/api/user_group_map", permission=Permission.TRY_USER,
              handler=group_map, answer=dict[str, UserGroupOut], tags=_TAGS,
              summary="User groups by symbol"),
    ]  # fmt: skip


def _writes(service: UserGroupService) -> list[Route]:
    async def create(context: Context[None, UserGroupIn]) -> Answer:
        return ok(await service.create(context.uow, context.caller, context.body))

    async def update(context: Context[None, UserGroupIn]) -> Answer:
        return ok(await service.update(context.uow, context.caller, context.body))

    async def toggle(context: Context[None, None]) -> Answer:
        await service.toggle(context.uow, context.caller, context.id())
        return ok()

    async def delete(context: Context[None, None]) -> Answer:
        await service.delete(context.uow, context.caller, context.id())
        return ok()

    return [
        Route(method="POST", path="/api/user_group/", permission=_ADMIN, handler=create,
              body=UserGroupIn, answer=UserGroupOut, tags=_TAGS, summary="Add a user group"),
        Route(method="PUT", path="/api/user_group/", permission=_ADMIN, handler=update,
              body=UserGroupIn, answer=UserGroupOut, tags=_TAGS, summary="Change a user group"),
        Route(method="PUT", path="/api/user_group/enable/:id", permission=_ADMIN, handler=toggle,
              tags=_TAGS, summary="Switch a user group on or off"),
        Route(method="DELETE", path="/api/user_group/:id", permission=_ADMIN, handler=delete,
              tags=_TAGS, summary="Delete a user group"),
    ]  # fmt: skip
