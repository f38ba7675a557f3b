"""Every query of the nodes' pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from weirgate.dataplane.node import now_of
from weirgate.store.tables import Lease, Node

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession


class NodeRepository:
    """The nodes over one session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def all(self) -> list[Node]:
        """Returns every node by number."""
        return list(await self._session.scalars(select(Node).order_by(Node.number)))

    async def now_ms(self) -> int:
        """Returns the database's clock."""
        dialect = self._session.get_bind().dialect.name
        return int(await self._session.scalar(select(now_of(dialect))) or 0)

    async def leased(self) -> dict[int, int]:
        """Returns what each node has leased of wallets."""
        sums = select(Lease.node, func.sum(Lease.amount)).where(Lease.scope == "user")
        rows = await self._session.execute(sums.group_by(Lease.node))
        return {node: int(amount) for node, amount in rows}
