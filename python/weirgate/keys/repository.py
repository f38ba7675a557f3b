"""Every query of API keys; each one is scoped to the owner by `_own`.

Nothing here sees the keys of another user, so an id that is not the owner's is simply not found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from weirgate.store.tables import Key, User

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import AsyncSession


class KeyRepository:
    """One owner's keys over one session."""

    def __init__(self, session: AsyncSession, user_id: int) -> None:
        self._session = session
        self._user_id = user_id

    def _own(self) -> tuple[ColumnElement[bool], ...]:
        return (Key.user_id == self._user_id, Key.deleted_at.is_(None))

    async def lock_owner(self) -> None:
        """Makes the owner's other writers wait until this transaction ends."""
        query = select(User.id).where(User.id == self._user_id).with_for_update()
        await self._session.execute(query)

    async def count(self, name_like: str | None = None) -> int:
        """Counts the owner's keys, all or those with a name like the pattern."""
        query = select(func.count(Key.id)).where(*self._own())
        if name_like is not None:
            query = query.where(Key.name.like(name_like, escape="\\"))
        return (await self._session.execute(query)).scalar_one()

    async def page(
        self,
        offset: int,
        limit: int,
        name_like: str | None = None,
        order: Sequence[tuple[str, bool]] = (),
    ) -> Sequence[Key]:
        """Returns one page by the columns of `order` (name, largest first), then newest first."""
        columns = [(getattr(Key, name), largest) for name, largest in order]
        ordered = [column.desc() if largest else column.asc() for column, largest in columns]
        query = select(Key).where(*self._own()).order_by(*ordered, Key.id.desc())
        query = query.offset(offset).limit(limit)
        if name_like is not None:
            query = query.where(Key.name.like(name_like, escape="\\"))
        return (await self._session.execute(query)).scalars().all()

    async def get(self, key_id: int, *, lock: bool = False) -> Key | None:
        """Returns one key of the owner."""
        query = select(Key).where(Key.id == key_id, *self._own())
        if lock:
            query = query.with_for_update()
        return (await self._session.execute(query)).scalar_one_or_none()

    async def get_many(self, key_ids: list[int]) -> Sequence[Key]:
        """Returns those of the ids that are the owner's."""
        query = select(Key).where(Key.id.in_(key_ids), *self._own())
        return (await self._session.execute(query)).scalars().all()

    async def find_by_hash(self, key_hash: str) -> Key | None:
        """Returns the owner's key with this hash."""
        query = select(Key).where(Key.key_hash == key_hash, *self._own())
        return (await self._session.execute(query)).scalar_one_or_none()

    async def add(self, key: Key) -> Key:
        """Writes a new key and returns it with its id."""
        self._session.add(key)
        await self._session.flush()
        return key

    async def write(self, key_id: int, values: dict[str, Any]) -> None:
        """Writes columns of one key; balances are not among them."""
        await self._session.execute(
            update(Key)
            .where(Key.id == key_id, *self._own())
            .values(values)
            .execution_options(synchronize_session="fetch")
        )

    async def soft_delete(self, key_ids: list[int], deleted_at: int) -> list[int]:
        """Deletes those of the ids that are the owner's and returns them."""
        deleted = await self._session.execute(
            update(Key)
            .where(Key.id.in_(key_ids), *self._own())
            .values(deleted_at=deleted_at)
            .returning(Key.id)
            .execution_options(synchronize_session=False)
        )
        return sorted(deleted.scalars().all())

    async def refresh(self, key: Key) -> Key:
        """Reads a row again after it was changed by statement."""
        await self._session.refresh(key)
        return key

    async def owner_balance(self) -> tuple[int, int]:
        """Returns the owner's balance and what was used, in quota units."""
        query = select(User.quota, User.used_quota).where(User.id == self._user_id)
        row = (await self._session.execute(query)).one()
        return row.quota, row.used_quota
