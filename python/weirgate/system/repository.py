"""Every query of the system domain: options, the setup mark, and whether a root user exists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select, text

from weirgate.store.tables import Edit, Option, Setup, User

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.ext.asyncio import AsyncSession

_ROLE_ROOT = 100


class SystemRepository:
    """The system's queries over one session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def options(self) -> dict[str, str]:
        """Returns every stored option."""
        rows = await self._session.execute(select(Option.key, Option.value))
        return {key: value for key, value in rows}  # noqa: C416 (rows are not tuples to dict())

    async def lock_options(self) -> None:
        """Lets nobody else write options until this transaction ends; reading goes on.

        SQLite has one writer anyway.
        """
        if self._session.get_bind().dialect.name == "postgresql":
            await self._session.execute(text("LOCK TABLE options IN SHARE ROW EXCLUSIVE MODE"))

    async def option(self, key: str) -> str:
        """Returns the stored text of one option, "" for its default."""
        query = select(Option.value).where(Option.key == key)
        return (await self._session.execute(query)).scalar_one_or_none() or ""

    async def forget_edits(self, before_ms: int) -> None:
        """Deletes the history's edits that are older."""
        await self._session.execute(delete(Edit).where(Edit.at_ms < before_ms))

    async def put_options(self, values: Mapping[str, str]) -> None:
        """Writes options, new or not."""
        for key, value in values.items():
            await self._session.merge(Option(key=key, value=value))
        await self._session.flush()

    async def delete_option(self, key: str) -> None:
        """Forgets a stored option, so that its default holds again."""
        await self._session.execute(delete(Option).where(Option.key == key))

    async def is_set_up(self) -> bool:
        """Tells whether the setup was finished."""
        return bool((await self._session.execute(select(func.count(Setup.id)))).scalar_one())

    async def root_exists(self) -> bool:
        """Tells whether a root user exists."""
        query = select(User.id).where(User.role == _ROLE_ROOT, User.deleted_at.is_(None)).limit(1)
        return (await self._session.execute(query)).scalar_one_or_none() is not None

    async def add_user(self, user: User) -> User:
        """Writes a user and returns it with its id."""
        self._session.add(user)
        await self._session.flush()
        return user

    async def add_setup(self, setup: Setup) -> None:
        """Marks the setup as finished."""
        self._session.add(setup)
        await self._session.flush()
