"""Brings the database's schema up to this version, or says what it would do.

Runs before anything else opens the store, on a connection of its own. Only one process migrates at
a time; a database that is newer than this program is refused, never touched.
"""

from __future__ import annotations

import io
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, event, text
from sqlalchemy.pool import NullPool

from weirgate.store.engine import BUSY_TIMEOUT_MS, parse
from weirgate.store.foreign import refuse_foreign

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

_FOLDER = Path(__file__).parent / "migrations"
# Any fixed number: all nodes of one database take the same lock.
_LOCK = 7_401_938_112


class MigrationError(Exception):
    """The schema cannot be brought to this version."""


@dataclass(frozen=True, slots=True)
class Step:
    """One revision that is not applied yet."""

    revision: str
    title: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What `migrate` would do: its steps in order and the SQL of all of them."""

    current: str | None
    steps: tuple[Step, ...]
    sql: str


def migrate(url: str, to: str = "head") -> tuple[Step, ...]:
    """Applies the missing revisions, all or those up to one, in one transaction and returns them.

    Blocking; call it through a thread from async code.

    Raises:
        MigrationError: the database, or the revision asked for, is newer than this program.
        ForeignDatabaseError: the database is another system's; it was only read.
        DatabaseUrlError: the URL is not supported.
    """
    refuse_foreign(url)
    config = _config()
    with _connection(url) as connection:
        steps = _missing(config, _current(connection), to)
        if steps:
            config.attributes["connection"] = connection
            command.upgrade(config, to)
        return steps


def plan(url: str) -> Plan:
    """Returns what `migrate` would do; changes nothing.

    Raises:
        MigrationError: the database is newer than this program.
        ForeignDatabaseError: the database is another system's; it was only read.
        DatabaseUrlError: the URL is not supported.
    """
    refuse_foreign(url)
    config = _config()
    with _connection(url) as connection:
        current = _current(connection)
        dialect = connection.dialect.name
    steps = _missing(config, current)
    buffer = io.StringIO()
    if steps:
        config.attributes.update(buffer=buffer, dialect=dialect, current=current)
        command.upgrade(config, f"{current or 'base'}:head", sql=True)
    return Plan(current, steps, buffer.getvalue())


def current_revision(url: str) -> str | None:
    """Returns the newest revision that is applied, None for an empty database."""
    with _connection(url) as connection:
        return _current(connection)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    return config


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _missing(config: Config, current: str | None, to: str = "head") -> tuple[Step, ...]:
    scripts = ScriptDirectory.from_config(config)
    newest_first = list(scripts.walk_revisions())
    known = [script.revision for script in newest_first]
    if current is not None and current not in known:
        raise MigrationError(
            f"the database is at revision {current}, which this version does not know: "
            "it was written by a newer one"
        )
    if to not in {"head", *known}:
        raise MigrationError(f"revision {to} is not known to this version: it is a newer one's")
    missing = newest_first if current is None else newest_first[: known.index(current)]
    if to != "head":
        missing = missing[known.index(to) :]
    return tuple(Step(script.revision, script.doc) for script in reversed(missing))


def _engine(url: str) -> Engine:
    parsed = parse(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, poolclass=NullPool)
    if parsed.database is not None:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        parsed.set(drivername="sqlite"),
        poolclass=NullPool,
        connect_args={"timeout": BUSY_TIMEOUT_MS / 1000, "isolation_level": None},
    )
    # The driver would begin (and commit) around single statements; one transaction holds all.
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


@contextmanager
def _connection(url: str) -> Iterator[Connection]:
    """Opens one locked transaction; commits on a clean end."""
    engine = _engine(url)
    try:
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            yield connection
    finally:
        engine.dispose()
