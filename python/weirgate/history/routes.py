"""HTTP face of the history: /api/weirgate/history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from weirgate.history import schemas as models
from weirgate.web.answers import Answer, document
from weirgate.web.router import Context, Permission, Route

if TYPE_CHECKING:
    from weirgate.history.service import HistoryService

_TAGS = ("history",)
_PATH = "/api/weirgate/history"


def routes(service: HistoryService) -> list[Route]:
    """Returns all rows of this domain."""

    async def list_edits(context: Context[models.HistoryQuery, None]) -> Answer:
        return document(await service.newest(context.uow, context.caller, context.query))

    async def get_edit(context: Context[None, None]) -> Answer:
        return document(await service.get(context.uow, context.caller, context.id()))

    async def revert(context: Context[models.RevertQuery, None]) -> Answer:
        made = await service.revert(
            context.uow, context.caller, context.id(), force=context.query.force
        )
        return document(made)

    async def preview(context: Context[None, models.PreviewIn]) -> Answer:
        return document(await service.preview(context.uow, context.caller, context.body))

    return [
        Route(method="GET", path=_PATH, permission=Permission.ADMIN, handler=list_edits,
              query=models.HistoryQuery, answer=list[models.EditOut], envelope=False,
              tags=_TAGS, summary="List edits of channels (and, for root, of options)"),
        Route(method="GET", path=f"{_PATH}/:id", permission=Permission.ADMIN, handler=get_edit,
              answer=models.EditDetail, envelope=False, tags=_TAGS,
              summary="Read one edit and what going back would do"),
        Route(method="POST", path=f"{_PATH}/preview", permission=Permission.ADMIN,
              handler=preview, body=models.PreviewIn, answer=models.PreviewOut, envelope=False,
              writes=False, tags=_TAGS,
              summary="What a proposed edit would change, without making it"),
        Route(method="POST", path=f"{_PATH}/:id/revert", permission=Permission.ROOT,
              handler=revert, query=models.RevertQuery, answer=models.EditDetail,
              envelope=False, tags=_TAGS, summary="Bring back what was before an edit"),
    ]  # fmt: skip
