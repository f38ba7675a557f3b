"""Every query of limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from weirgate.store.tables import Channel, Key, LimitRow, User

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncSession


class LimitRepository:
    """The limits over one session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def page(self, scope: str, after: str, limit: int) -> Sequence[LimitRow]:
        """Returns subjects of a scope behind one, in order."""
        query = select(LimitRow).where(LimitRow.scope == scope, LimitRow.subject > after)
        return (await self._session.scalars(query.order_by(LimitRow.subject).limit(limit))).all()

    async def get(self, scope: str, subject: str) -> LimitRow | None:
        """Returns the limits of one subject."""
        query = select(LimitRow).where(LimitRow.scope == scope, LimitRow.subject == subject)
        return (await self._session.execute(query)).scalar_one_or_none()

    async def put(self, scope: str, subject: str, values: dict[str, Any]) -> None:
        """Writes all limits of one subject."""
        is_postgres = self._session.get_bind().dialect.name == "postgresql"
        insert = postgresql.insert if is_postgres else sqlite.insert
        row = {"scope": scope, "subject": subject, **values}
        statement = insert(LimitRow).values(row)
        statement = statement.on_conflict_do_update(
            index_elements=[LimitRow.scope, LimitRow.subject], set_=values
        )
        await self._session.execute(statement)

    async def delete(self, scope: str, subject: str) -> bool:
        """Removes the limits of one subject; False when it has none."""
        gone = await self._session.execute(
            delete(LimitRow)
            .where(LimitRow.scope == scope, LimitRow.subject == subject)
            .returning(LimitRow.subject)
        )
        return gone.scalar_one_or_none() is not None

    async def exists(self, scope: str, number: int) -> bool:
        """Says whether there is such a user, key or channel."""
        if scope in {"channel", "channel_key"}:
            query = select(Channel.id).where(Channel.id == number)
        elif scope == "key":
            query = select(Key.id).where(Key.id == number, Key.deleted_at.is_(None))
        else:
            query = select(User.id).where(User.id == number, User.deleted_at.is_(None))
        return (await self._session.execute(query)).scalar_one_or_none() is not None

    async def owns(self, user_id: int, key_id: int) -> bool:
        """Says whether the key is the user's."""
        query = select(Key.id).where(Key.id == key_id, Key.user_id == user_id)
        found = await self._session.execute(query.where(Key.deleted_at.is_(None)))
        return found.scalar_one_or_none() is not None
