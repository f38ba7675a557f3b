"""Every query of prefill groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from weirgate.errors import ConflictError
from weirgate.store.tables import PrefillGroup

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncSession


class PrefillRepository:
    """Groups over one session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def of_type(self, kind: str) -> Sequence[PrefillGroup]:
        """Returns the groups of a type, of all when it is empty; the last changed first."""
        query = select(PrefillGroup).order_by(
            PrefillGroup.updated_time.desc(), PrefillGroup.id.desc()
        )
        if kind:
            query = query.where(PrefillGroup.type == kind)
        return (await self._session.scalars(query)).all()

    async def get(self, group_id: int) -> PrefillGroup | None:
        """Returns one group, locked."""
        return await self._session.get(PrefillGroup, group_id, with_for_update=True)

    async def named(self, name: str) -> PrefillGroup | None:
        """Returns the group with this name."""
        query = select(PrefillGroup).where(PrefillGroup.name == name)
        return (await self._session.execute(query)).scalar_one_or_none()

    async def save(self, row: PrefillGroup) -> None:
        """Writes a new or changed group.

        Raises:
            ConflictError: another wrote the same name meanwhile.
        """
        self._session.add(row)
        try:
            await self._session.flush()
        except IntegrityError as error:
            raise ConflictError from error

    async def delete(self, group_id: int) -> None:
        """Deletes a group."""
        await self._session.execute(delete(PrefillGroup).where(PrefillGroup.id == group_id))
