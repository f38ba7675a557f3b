"""Every query of analytics that goes to SQL: saved views, and what channels are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select

from weirgate.store.tables import AnalyticsView, Channel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncSession

MOST_VIEWS = 200


class ExploreRepository:
    """One caller's views over one session."""

    def __init__(self, session: AsyncSession, user_id: int) -> None:
        self._session = session
        self._user_id = user_id

    async def views(self, kind: str) -> Sequence[AnalyticsView]:
        """Returns the caller's views and the shared ones, by name."""
        query = (
            select(AnalyticsView)
            .where(or_(AnalyticsView.user_id == self._user_id, AnalyticsView.is_shared.is_(True)))
            .order_by(AnalyticsView.name, AnalyticsView.id)
            .limit(2 * MOST_VIEWS)
        )
        if kind:
            query = query.where(AnalyticsView.kind == kind)
        return (await self._session.scalars(query)).all()

    async def own_count(self) -> int:
        """Returns how many views the caller has."""
        query = select(func.count(AnalyticsView.id)).where(AnalyticsView.user_id == self._user_id)
        return int(await self._session.scalar(query) or 0)

    async def visible(self, view_id: int) -> AnalyticsView | None:
        """Returns a view that the caller owns or that is shared."""
        query = select(AnalyticsView).where(
            AnalyticsView.id == view_id,
            or_(AnalyticsView.user_id == self._user_id, AnalyticsView.is_shared.is_(True)),
        )
        return (await self._session.scalars(query)).first()

    async def own(self, view_id: int) -> AnalyticsView | None:
        """Returns a view of the caller, locked for a change."""
        query = (
            select(AnalyticsView)
            .where(AnalyticsView.id == view_id, AnalyticsView.user_id == self._user_id)
            .with_for_update()
        )
        return (await self._session.scalars(query)).first()

    async def add(self, view: AnalyticsView) -> None:
        """Writes a new view."""
        self._session.add(view)
        await self._session.flush()

    async def remove(self, view: AnalyticsView) -> None:
        """Deletes a view."""
        await self._session.delete(view)
        await self._session.flush()

    async def channels(self) -> dict[int, tuple[str, int]]:
        """Returns name and type of every channel."""
        query = select(Channel.id, Channel.name, Channel.type)
        return {row.id: (row.name, row.type) for row in await self._session.execute(query)}
