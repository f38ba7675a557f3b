"""Every query of sign-in: finding an account by name or email, writing its credentials."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select, update

from weirgate.store.tables import User

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession


class IdentityRepository:
    """Sign-in's queries over one session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def by_login(self, name: str) -> User | None:
        """Returns the account with this name, else the one with this email address."""
        # Addresses are kept in small letters, so that their index finds them.
        is_named = or_(User.username == name, User.email == name.lower())
        query = select(User).where(is_named, User.deleted_at.is_(None)).order_by(User.id).limit(10)
        found = (await self._session.execute(query)).scalars().all()
        named = [user for user in found if user.username == name]
        return next(iter([*named, *found]), None)

    async def by_id(self, user_id: int) -> User | None:
        """Returns an account that is not deleted."""
        query = select(User).where(User.id == user_id, User.deleted_at.is_(None))
        return (await self._session.execute(query)).scalar_one_or_none()

    async def write(self, user_id: int, values: dict[str, Any]) -> None:
        """Writes columns of one account; the balance is not among them."""
        await self._session.execute(
            update(User)
            .where(User.id == user_id)
            .values(values)
            .execution_options(synchronize_session="fetch")
        )
