"""Every query of usage grants and usage tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select

from weirgate.store.tables import UsageGrant, UsageToken, User

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncSession

_MAX_LISTED = 1000


class UsageGrantRepository:
    """Grants and tokens over one session; those of deleted users are not shown."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def user(self, user_id: int) -> User | None:
        """Returns a living user, locked: grants follow the user's row."""
        query = select(User).where(User.id == user_id, User.deleted_at.is_(None))
        return (await self._session.execute(query.with_for_update())).scalar_one_or_none()

    async def grants(self) -> Sequence[tuple[UsageGrant, str]]:
        """Returns the grants and their users' names, by user."""
        query = (
            select(UsageGrant, User.username)
            .join(User, User.id == UsageGrant.user_id)
            .where(User.deleted_at.is_(None))
            .order_by(UsageGrant.user_id)
            .limit(_MAX_LISTED)
        )
        return [(row[0], row[1]) for row in await self._session.execute(query)]

    async def put_grant(self, grant: UsageGrant) -> None:
        """Writes a user's grant, new or not."""
        await self._session.merge(grant)
        await self._session.flush()

    async def delete_grant(self, user_id: int) -> bool:
        """Takes a user's grant away; False when there was none."""
        query = delete(UsageGrant).where(UsageGrant.user_id == user_id)
        gone = await self._session.execute(query.returning(UsageGrant.user_id))
        return gone.first() is not None

    async def tokens(self, user_id: int) -> Sequence[UsageToken]:
        """Returns the tokens of a user, newest first."""
        query = select(UsageToken).where(UsageToken.user_id == user_id)
        return (await self._session.scalars(query.order_by(UsageToken.id.desc()))).all()

    async def count_tokens(self, user_id: int) -> int:
        """Returns how many tokens a user has."""
        query = select(func.count(UsageToken.id)).where(UsageToken.user_id == user_id)
        return (await self._session.execute(query)).scalar_one()

    async def add_token(self, token: UsageToken) -> None:
        """Writes a new token, which then has its id."""
        self._session.add(token)
        await self._session.flush()

    async def delete_token(self, user_id: int, token_id: int) -> bool:
        """Deletes a user's token; False when it is not there, or not this user's."""
        query = delete(UsageToken).where(UsageToken.id == token_id, UsageToken.user_id == user_id)
        gone = await self._session.execute(query.returning(UsageToken.id))
        return gone.first() is not None
