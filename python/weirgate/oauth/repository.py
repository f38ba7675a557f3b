"""Every query of sign-in through others: accounts by a provider's id, and binding it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from weirgate.store.tables import User

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession


class OAuthRepository:
    """Accounts by provider over one session; `column` is one of `users.PROVIDER_IDS`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def by_provider_id(self, column: str, provider_id: str) -> User | None:
        """Returns the account with this id, a deleted one too."""
        query = select(User).where(getattr(User, column) == provider_id)
        return (await self._session.execute(query)).scalar_one_or_none()

    async def set_provider_id(self, user_id: int, column: str, provider_id: str) -> bool:
        """Writes the id; False when another account has it."""
        statement = update(User).where(User.id == user_id).values({column: provider_id})
        try:
            await self._session.execute(statement.execution_options(synchronize_session=False))
        except IntegrityError:
            return False
        return True

    async def next_number(self) -> int:
        """Returns one more than the largest account id, deleted ones included."""
        return ((await self._session.execute(select(func.max(User.id)))).scalar_one() or 0) + 1

    async def name_taken(self, username: str) -> bool:
        """Tells whether an account has the name, deleted ones included."""
        query = select(User.id).where(User.username == username)
        return (await self._session.execute(query)).first() is not None

    async def address_taken(self, address: str) -> bool:
        """Tells whether an account has the e-mail address, deleted ones included."""
        query = select(User.id).where(User.email == address)
        return (await self._session.execute(query.limit(1))).first() is not None
