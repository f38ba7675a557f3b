"""HTTP face of the nodes: /api/weirgate/nodes; no rule lives here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from weirgate.nodes.schemas import NodeOut
from weirgate.web.answers import Answer, document
from weirgate.web.router import Context, Permission, Route

if TYPE_CHECKING:
    from weirgate.nodes.service import NodeService


def routes(service: NodeService) -> list[Route]:
    """Returns all rows of this domain."""

    async def list_nodes(context: Context[None, None]) -> Answer:
        return document(await service.listed(context.uow))

    return [
        Route(method="GET", path="/api/weirgate/nodes", permission=Permission.ADMIN,
              handler=list_nodes, answer=list[NodeOut], envelope=False, tags=("nodes",),
              summary="List the nodes"),
    ]  # fmt: skip
