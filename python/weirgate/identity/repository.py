"""Every query of sign-in: finding an account by name or email, writing its credentials."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from weirgate.store.tables import LoginFailure, User

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


class LoginFailureRepository:
    """Failed log-ins by name over one session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, name_hash: str) -> LoginFailure | None:
        """Returns what is known of a name."""
        query = select(LoginFailure).where(LoginFailure.name_hash == name_hash)
        return (await self._session.execute(query)).scalar_one_or_none()

    async def count(self, name_hash: str, now_ms: int) -> int:
        """Adds one failure in a single statement and returns how many there are."""
        values = {"name_hash": name_hash, "failures": 1, "last_at_ms": now_ms, "locked_until_ms": 0}
        is_sqlite = self._session.get_bind().dialect.name == "sqlite"
        insert = sqlite.insert(LoginFailure) if is_sqlite else postgresql.insert(LoginFailure)
        counted = (
            insert.values(values)
            .on_conflict_do_update(
                index_elements=[LoginFailure.name_hash],
                set_={"failures": LoginFailure.failures + 1, "last_at_ms": now_ms},
            )
            .returning(LoginFailure.failures)
            .execution_options(synchronize_session=False)
        )
        return int((await self._session.execute(counted)).scalar_one())

    async def lock(self, name_hash: str, until_ms: int) -> None:
        """Locks a name and begins its count anew."""
        await self._session.execute(
            update(LoginFailure)
            .where(LoginFailure.name_hash == name_hash)
            .values(failures=0, locked_until_ms=until_ms)
            .execution_options(synchronize_session=False)
        )

    async def delete(self, name_hash: str) -> None:
        """Forgets a name."""
        await self._session.execute(delete(LoginFailure).where(LoginFailure.name_hash == name_hash))

    async def forget(self, before_ms: int) -> None:
        """Forgets the names that nobody has tried since and that are not locked."""
        await self._session.execute(
            delete(LoginFailure).where(
                LoginFailure.last_at_ms < before_ms, LoginFailure.locked_until_ms < before_ms
            )
        )
