"""Copies of the whole SQL store: one state of it into files, and back.

SQLite goes through its online backup, so that writers go on meanwhile. PostgreSQL is read in one
REPEATABLE READ transaction, a file a table in the text form of COPY, and needs no program of the
server's version. Blocking: to be called through a thread. Must never change what it copies.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import orjson
import psycopg
from psycopg import sql

from weirgate.store.engine import parse
from weirgate.store.migrate import MigrationError, current_revision, migrate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from psycopg import Connection

CATALOGUE = "tables.json"
"""Beside the tables' files: their columns, and how far each sequence has counted."""

_TABLES = (
    "SELECT table_name FROM information_schema.tables"
    " WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY table_name"
)
_COLUMNS = (
    "SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema()"
    " AND table_name = %s AND is_generated = 'NEVER' ORDER BY ordinal_position"
)
_SEQUENCES = (
    "SELECT sequencename, last_value FROM pg_sequences"
    " WHERE schemaname = current_schema() AND last_value IS NOT NULL"
)
_PIECE = 1 << 18


def dialect(url: str) -> str:
    """Returns "sqlite" or "postgresql"."""
    return parse(url).get_backend_name()


def copy_sqlite(url: str, target: Path) -> None:
    """Copies the database as it stands at this moment into a new file."""
    source = f"file:{parse(url).database}?mode=ro"
    with (
        closing(sqlite3.connect(source, uri=True)) as live,
        closing(sqlite3.connect(target)) as copy,
    ):
        live.backup(copy)
        # One file, whatever the source's mode was.
        copy.execute("PRAGMA journal_mode=DELETE")


def copy_postgresql(url: str, folder: Path) -> None:
    """Copies every table as it stands at this moment into a file of its own."""
    folder.mkdir(mode=0o700)
    with _connection(url) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        tables = {name: _columns(connection, name) for name in _tables(connection)}
        for name, columns in tables.items():
            statement = _copy(name, columns, "TO STDOUT")
            with (
                (folder / f"{name}.copy").open("wb") as file,
                connection.cursor().copy(statement) as rows,
            ):
                for piece in rows:
                    file.write(piece)
        # Read last: a sequence stands outside transactions and only ever runs ahead of the rows.
        counted = connection.execute(_SEQUENCES).fetchall()
    catalogue = {"tables": tables, "sequences": {str(name): last for name, last in counted}}
    (folder / CATALOGUE).write_bytes(orjson.dumps(catalogue, option=orjson.OPT_INDENT_2))


def revision(url: str) -> str:
    """Returns the shape of the tables; empty: there are none."""
    return current_revision(url) or ""


def is_empty(url: str) -> bool:
    """Says whether a PostgreSQL database has no tables."""
    with _connection(url) as connection:
        return not _tables(connection)


def restore_postgresql(url: str, folder: Path, *, shape: str, replace: bool) -> None:
    """Fills a database that has no tables; `replace` drops those it has.

    Raises:
        MigrationError: it has tables and may not lose them, or the copy's shape is not known here.
    """
    with _connection(url) as connection:
        names = _tables(connection)
        if names and not replace:
            raise MigrationError("the database is not empty")
        for name in names:
            connection.execute(sql.SQL("DROP TABLE {} CASCADE").format(sql.Identifier(name)))
    migrate(url, to=shape)
    catalogue = orjson.loads((folder / CATALOGUE).read_bytes())
    with _connection(url) as connection:
        for name, columns in catalogue["tables"].items():
            # Migrations give some tables their first rows.
            connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))
            with connection.cursor().copy(_copy(name, columns, "FROM STDIN")) as rows:
                for piece in _pieces(folder / f"{name}.copy"):
                    rows.write(piece)
        if "nodes" in catalogue["tables"]:
            # A copy's nodes do not run, however young their heartbeats were.
            connection.execute("UPDATE nodes SET heartbeat_ms = 0")
        for name, last in catalogue["sequences"].items():
            statement = sql.SQL("SELECT setval({}, %s)").format(sql.Literal(f'"{name}"'))
            connection.execute(statement, [last])


def _connection(url: str) -> Connection[tuple[object, ...]]:
    """Opens one transaction; it commits on a clean end."""
    plain = parse(url).set(drivername="postgresql")
    return psycopg.connect(plain.render_as_string(hide_password=False))


def _tables(connection: Connection[tuple[object, ...]]) -> list[str]:
    return [str(name) for (name,) in connection.execute(_TABLES)]


def _columns(connection: Connection[tuple[object, ...]], table: str) -> list[str]:
    return [str(name) for (name,) in connection.execute(_COLUMNS, [table])]


def _copy(table: str, columns: list[str], way: str) -> sql.Composed:
    names = sql.SQL(", ").join(sql.Identifier(name) for name in columns)
    statement = sql.SQL(
        "COPY {} ({}) TO STDOUT" if way == "TO STDOUT" else "COPY {} ({}) FROM STDIN"
    )
    return statement.format(sql.Identifier(table), names)


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece
