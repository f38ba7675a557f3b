"""Shows the nodes and how they are; changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from weirgate.dataplane.node import DEAD_MS, TTL_MS
from weirgate.nodes.repository import NodeRepository
from weirgate.nodes.schemas import NodeOut

if TYPE_CHECKING:
    from weirgate.settings import Settings
    from weirgate.store import UnitOfWork
    from weirgate.store.tables import Node

LATE_MS = TTL_MS // 2


class NodeService:
    """The nodes as one of them sees them."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def listed(self, uow: UnitOfWork) -> list[NodeOut]:
        """Returns every node that there ever was."""
        repository = NodeRepository(uow.session)
        rows, now_ms = await repository.all(), await repository.now_ms()
        leased, this = await repository.leased(), self._settings.node
        return [
            NodeOut(
                number=row.number,
                name=row.name,
                state=_state(row, now_ms),
                is_this=row.number == this,
                is_shared=row.is_shared,
                address=row.address,
                version=row.version,
                started_ms=row.started_ms,
                heartbeat_ms=row.heartbeat_ms,
                stopped_ms=row.stopped_ms,
                leased=leased.get(row.number, 0),
            )
            for row in rows
        ]


def _state(row: Node, now_ms: int) -> Literal["running", "silent", "lost", "stopped"]:
    if row.stopped_ms:
        return "stopped"
    age_ms = now_ms - row.heartbeat_ms
    if age_ms >= DEAD_MS:
        return "lost"
    return "silent" if age_ms >= LATE_MS else "running"
