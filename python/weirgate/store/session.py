"""The unit of work: one transaction a request (or a drained batch), and what it changed.

`Store.unit_of_work()` commits on a clean end, rolls back on an error (unless it says that the
failure itself was written down, as counted attempts are), and after a commit hands the
collected `Changes` to `on_commit` (the publisher). Services and repositories use `uow.session`,
note what they changed on `uow.changed`, and never commit. Where several nodes can share the
database (PostgreSQL), the same transaction writes the changes down for the others (`feed`).
"""

from __future__ import annotations

import secrets
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from sqlalchemy.ext.asyncio import AsyncSession

from weirgate.errors import WeirgateError
from weirgate.store import feed
from weirgate.store.engine import Engines, open_engines
from weirgate.store.feed import Changes

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable


class UnitOfWork:
    """One transaction; connections are taken at the first statement."""

    def __init__(self, engines: Engines, *, write: bool, origin: str = "") -> None:
        """Takes the engines; `origin` names this process to other nodes, empty: there are none."""
        self._engines = engines
        self._origin = origin
        self.writes = write
        self.changed = Changes()
        self.client_ip = ""
        """Whose request this is, for the audit log; empty outside of requests."""
        self._session: AsyncSession | None = None

    @property
    def session(self) -> AsyncSession:
        """Returns the session of the transaction, made at the first use."""
        if self._session is None:
            engine = self._engines.writer if self.writes else self._engines.reader
            self._session = AsyncSession(engine, expire_on_commit=False, autoflush=True)
        return self._session

    async def begin_write(self) -> None:
        """Ends the reading transaction and goes on in a writing one (no effect if it writes).

        For work that reads, then thinks long (a password hash), then writes: the writer's lock is
        not held while thinking. Rows read before are detached; read again what must still hold.
        """
        if self.writes:
            return
        await self.close()
        self.writes = True

    async def pause(self) -> None:
        """Gives a reading connection back while something slow is awaited (mail, another server).

        Raises:
            RuntimeError: the unit of work writes; it would hold the writer's lock meanwhile.
        """
        if self.writes:
            raise RuntimeError("a writing unit of work does not wait for others")
        await self.close()

    async def commit(self) -> None:
        """Commits what there is to commit; called by the store only."""
        if self._session is None:
            return
        if self._origin and self.changed:
            await feed.record(self._session, self.changed, self._origin)
        await self._session.commit()

    async def close(self) -> None:
        """Gives the connection back; what is not committed is rolled back."""
        if self._session is not None:
            await self._session.close()
            self._session = None


class Store:
    """The database of this node; `on_commit` is called with the changes after each commit."""

    def __init__(self, url: str) -> None:
        """Takes the URL (see `engine.parse`); nothing is opened yet.

        Raises:
            DatabaseUrlError: the URL is not supported.
        """
        self._engines = open_engines(url)
        self.on_commit: Callable[[Changes], Awaitable[None]] | None = None
        self.origin = secrets.token_hex(8)
        """Tells this process's changes from those of others on the same database."""

    @property
    def dialect(self) -> str:
        """Returns "sqlite" or "postgresql"."""
        return self._engines.writer.dialect.name

    @property
    def can_be_shared(self) -> bool:
        """Says whether other nodes may work on the same database."""
        return self.dialect == "postgresql"

    async def open(self) -> None:
        """Connects once, so that a wrong URL or a missing server shows at start."""
        async with self._engines.writer.connect() as connection:
            await connection.exec_driver_sql("SELECT 1")

    async def close(self) -> None:
        """Closes all connections; running units of work must have ended."""
        await self._engines.close()

    @asynccontextmanager
    async def unit_of_work(self, *, write: bool = True) -> AsyncIterator[UnitOfWork]:
        """Opens a unit of work; `write=False` cannot change anything until `begin_write`."""
        origin = self.origin if self.can_be_shared else ""
        uow = UnitOfWork(self._engines, write=write, origin=origin)
        try:
            yield uow
            await uow.commit()
        except WeirgateError as error:
            if error.keeps_writes:
                await uow.commit()
            raise
        finally:
            await uow.close()
        if uow.changed and self.on_commit is not None:
            await self.on_commit(uow.changed)
