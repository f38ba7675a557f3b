"""Every query of the model lists: what enabled abilities say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from weirgate.store.tables import Ability, Channel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncSession


@dataclass(frozen=True, slots=True)
class Binding:
    """One model that one channel serves to one group."""

    model: str
    group: str
    channel_name: str
    channel_type: int


class CatalogRepository:
    """Model names over one session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def enabled_models(self, groups: Sequence[str] | None = None) -> Sequence[str]:
        """Returns the models that enabled channels serve, in name order."""
        query = select(Ability.model).where(Ability.enabled.is_(True)).distinct()
        if groups is not None:
            query = query.where(Ability.group.in_(groups))
        return (await self._session.execute(query.order_by(Ability.model))).scalars().all()

    async def groups_by_model(self) -> dict[str, list[str]]:
        """Returns model → groups that enabled channels serve it to."""
        query = (
            select(Ability.model, Ability.group)
            .where(Ability.enabled.is_(True))
            .distinct()
            .order_by(Ability.model, Ability.group)
        )
        found: dict[str, list[str]] = {}
        for model, group in await self._session.execute(query):
            found.setdefault(model, []).append(group)
        return found

    async def types_by_model(self) -> dict[str, int]:
        """Returns model → type of one enabled channel that serves it."""
        query = (
            select(Ability.model, Channel.type)
            .join(Channel, Channel.id == Ability.channel_id)
            .where(Ability.enabled.is_(True))
            .order_by(Ability.model, Channel.id.desc())
        )
        return {row[0]: row[1] for row in await self._session.execute(query)}

    async def bindings(self, models: Sequence[str]) -> list[Binding]:
        """Returns which enabled channels serve these models to which groups."""
        query = (
            select(Ability.model, Ability.group, Channel.name, Channel.type)
            .join(Channel, Channel.id == Ability.channel_id)
            .where(Ability.enabled.is_(True), Ability.model.in_(models))
            .order_by(Ability.model, Channel.id, Ability.group)
        )
        return [Binding(*row) for row in await self._session.execute(query)]
