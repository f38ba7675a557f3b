"""HTTP face of prefill groups: /api/prefill_group/ for administrators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from weirgate.prefill import schemas as models
from weirgate.web.answers import Answer, ok
from weirgate.web.router import Context, Permission, Route

if TYPE_CHECKING:
    from weirgate.prefill.service import PrefillService

_TAGS = ("prefill group",)
_ADMIN = Permission.ADMIN


def routes(service: PrefillService) -> list[Route]:
    """Returns all rows of this domain."""

    async def list_groups(context: Context[models.PrefillQuery, None]) -> Answer:
        groups = await service.listed(context.uow, context.query.type)
        return ok([_short(group) for group in groups])

    async def create(context: Context[None, models.PrefillIn]) -> Answer:
        return ok(_short(await service.create(context.uow, context.caller, context.body)))

    async def update(context: Context[None, models.PrefillIn]) -> Answer:
        return ok(_short(await service.update(context.uow, context.caller, context.body)))

    async def delete(context: Context[None, None]) -> Answer:
        await service.delete(context.uow, context.caller, context.id())
        return ok(None)

    return [
        Route(method="GET", path="/api/prefill_group/", permission=_ADMIN, handler=list_groups,
              query=models.PrefillQuery, answer=list[models.PrefillOut], tags=_TAGS,
              summary="List prefill groups"),
        Route(method="POST", path="/api/prefill_group/", permission=_ADMIN, handler=create,
              body=models.PrefillIn, answer=models.PrefillOut, tags=_TAGS,
              summary="Add a prefill group"),
        Route(method="PUT", path="/api/prefill_group/", permission=_ADMIN, handler=update,
              body=models.PrefillIn, answer=models.PrefillOut, tags=_TAGS,
              summary="Change a prefill group"),
        Route(method="DELETE", path="/api/prefill_group/:id", permission=_ADMIN, handler=delete,
              tags=_TAGS, summary="Delete a prefill group"),
    ]  # fmt: skip


def _short(group: models.PrefillOut) -> dict[str, object]:
    """Returns a group without an empty description, as the family leaves it out."""
    return group.model_dump(exclude_none=True)
