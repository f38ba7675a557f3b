"""Opens the database: SQLite (WAL) or PostgreSQL, from one URL.

SQLite gets two engines over the same file: readers that cannot write (`query_only`), and one
writer whose transactions begin IMMEDIATE, so that writers queue here and never meet SQLITE_BUSY in
the middle of a transaction. PostgreSQL readers are READ ONLY transactions of the same pool.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import event, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

if TYPE_CHECKING:
    from sqlalchemy.engine import URL, Connection
    from sqlalchemy.engine.interfaces import DBAPIConnection

BUSY_TIMEOUT_MS = 10_000
SQLITE_READERS = 4
POSTGRES_POOL = 10
POOL_TIMEOUT_S = 30


class DatabaseUrlError(ValueError):
    """The database URL names something that is not supported; the text has no password in it."""


@dataclass(frozen=True, slots=True)
class Engines:
    """The reading and the writing engine (the same one on PostgreSQL)."""

    reader: AsyncEngine
    writer: AsyncEngine

    async def close(self) -> None:
        """Closes all connections."""
        await self.reader.dispose()
        if self.writer is not self.reader:
            await self.writer.dispose()


def parse(url: str) -> URL:
    """Returns the URL with the driver that we use.

    Accepts `sqlite:///path`, `postgres://…`, `postgresql://…` (with or without our driver's name).

    Raises:
        DatabaseUrlError: any other database, an in-memory SQLite, or text that is no URL.
    """
    try:
        parsed = make_url(url)
    except Exception as error:
        raise DatabaseUrlError("the database URL cannot be read") from error
    family = parsed.drivername.split("+", 1)[0]
    if family in {"postgres", "postgresql"}:
        return parsed.set(drivername="postgresql+psycopg")
    if family == "sqlite":
        if not parsed.database or parsed.database == ":memory:":
            raise DatabaseUrlError("an SQLite URL must name a file: sqlite:///data/weirgate.db")
        return parsed.set(drivername="sqlite+aiosqlite")
    raise DatabaseUrlError(f"database {family!r} is not supported: use sqlite or postgresql")


def open_engines(url: str) -> Engines:
    """Returns the engines; connections are made at first use.

    Raises:
        DatabaseUrlError: the URL is not supported.
    """
    parsed = parse(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite_engines(parsed)
    engine = create_async_engine(
        parsed,
        pool_size=POSTGRES_POOL,
        max_overflow=POSTGRES_POOL,
        pool_timeout=POOL_TIMEOUT_S,
        pool_pre_ping=True,
    )
    # As on SQLite, all statements of a reading unit see one state of the database.
    reader = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return Engines(reader=reader, writer=engine)


def _sqlite_engines(url: URL) -> Engines:
    if url.database is not None:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    writer = create_async_engine(url, pool_size=1, max_overflow=0, pool_timeout=POOL_TIMEOUT_S)
    reader = create_async_engine(
        url, pool_size=SQLITE_READERS, max_overflow=0, pool_timeout=POOL_TIMEOUT_S
    )
    event.listen(writer.sync_engine, "connect", _prepare_writer)
    event.listen(reader.sync_engine, "connect", _prepare_reader)
    event.listen(writer.sync_engine, "begin", _begin_immediate)
    event.listen(reader.sync_engine, "begin", _begin_deferred)
    return Engines(reader=reader, writer=writer)


def _pragmas(connection: DBAPIConnection, *, query_only: bool) -> None:
    # The driver must not begin transactions by itself: `begin` events do.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    if query_only:
        cursor.execute("PRAGMA query_only=ON")
    cursor.close()


def _prepare_writer(connection: DBAPIConnection, _record: Any) -> None:
    _pragmas(connection, query_only=False)


def _prepare_reader(connection: DBAPIConnection, _record: Any) -> None:
    _pragmas(connection, query_only=True)


def _begin_immediate(connection: Connection) -> None:
    _begin(connection, "BEGIN IMMEDIATE")


def _begin_deferred(connection: Connection) -> None:
    _begin(connection, "BEGIN")


def _begin(connection: Connection, statement: str) -> None:
    # Straight to the driver: one hop to its thread, where a SQLAlchemy cursor would take three.
    driver: Any = connection.connection.dbapi_connection
    driver.run_async(lambda raw: raw.execute(statement))
