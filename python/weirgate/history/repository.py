"""Every query of the history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from weirgate.store.tables import Ability, Edit

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy.ext.asyncio import AsyncSession

    from weirgate.history.schemas import HistoryQuery


class HistoryRepository:
    """Edits over one session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def newest(self, wanted: HistoryQuery) -> Sequence[Edit]:
        """Returns edits, newest first."""
        query = select(Edit).order_by(Edit.id.desc()).limit(wanted.limit)
        if wanted.kind:
            query = query.where(Edit.kind == wanted.kind)
        if wanted.target:
            query = query.where(Edit.target == wanted.target)
        if wanted.before_id:
            query = query.where(Edit.id < wanted.before_id)
        return (await self._session.scalars(query)).all()

    async def get(self, edit_id: int) -> Edit | None:
        """Returns one edit."""
        return (
            await self._session.execute(select(Edit).where(Edit.id == edit_id))
        ).scalar_one_or_none()

    async def served_without(self, channel_id: int, models: Collection[str]) -> Sequence[str]:
        """Returns those of the models that other enabled channels serve."""
        query = (
            select(Ability.model)
            .where(
                Ability.model.in_(models),
                Ability.enabled.is_(True),
                Ability.channel_id != channel_id,
            )
            .distinct()
        )
        return (await self._session.scalars(query)).all()

    async def models_of_groups(self, groups: Collection[str], limit: int) -> Sequence[str]:
        """Returns the models that channels serve to these groups."""
        query = (
            select(Ability.model)
            .where(Ability.group.in_(groups))
            .distinct()
            .order_by(Ability.model)
            .limit(limit)
        )
        return (await self._session.scalars(query)).all()
