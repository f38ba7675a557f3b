"""The few facts of SQL that log rows are shown with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from weirgate.store.tables import Channel

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.ext.asyncio import AsyncSession


class UsageRepository:
    """Queries over one session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def channel_names(self, ids: Iterable[int]) -> dict[int, str]:
        """Returns the names of channels that still exist; at most one page's worth of ids."""
        wanted = {channel_id for channel_id in ids if channel_id}
        if not wanted:
            return {}
        query = select(Channel.id, Channel.name).where(Channel.id.in_(wanted))
        return {row.id: row.name for row in await self._session.execute(query)}
