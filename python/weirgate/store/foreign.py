"""Looks whose database it is before anything could write to it, and stops the start if not ours.

Called by `migrate` and by the commands that open the stores at rest. Only reads: an SQLite file is
opened so that no byte of it or beside it changes, PostgreSQL in READ ONLY transactions, and of a
MySQL server only the greeting is taken, before any login. Never shows a password.
"""

from __future__ import annotations

import re
import socket
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import psycopg

from weirgate.store.engine import parse
from weirgate.store.tables import Base, LogOutbox

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.engine import URL

Columns = dict[str, set[str]]
_CONNECT_S = 10
_GREETING_S = 5
_GREETING_BYTES = 512
_MYSQL_PORT = 3306
_MYSQL_URL = re.compile(r"\A(?:mysql|mariadb)(?:\+\w+)?://(?:[^@/]*@)?([^/?#]*)/?([^?#]*)", re.I)
# The form of the family's Go driver: user:password@tcp(host:port)/name?options
_MYSQL_DSN = re.compile(r"\A(?:.*@)?(tcp|unix)\(([^()]*)\)/([^?]*)", re.I)
_MARKS = {"alembic_version", LogOutbox.__tablename__}
_FAMILY = {"users", "tokens", "channels"}
_SET_UP_VERSION = "SELECT version FROM setups ORDER BY id DESC LIMIT 1"
ADVICE = (
    "nothing was written to it; give Weirgate a database of its own (WEIRGATE_DATABASE_URL for "
    "PostgreSQL, or none of it for SQLite in WEIRGATE_DATA), see deploy/docs/environment.md"
)


class ForeignDatabaseError(Exception):
    """The database is another system's; the text says whose, which version, and what to do."""


@dataclass(frozen=True, slots=True)
class _Found:
    """What stands in a database."""

    columns: Columns
    version: str


def refuse_foreign(url: str) -> None:
    """Looks at the database without writing; a missing or empty one is fine, and so is ours.

    Raises:
        ForeignDatabaseError: it is another system's, or of a kind that we do not store in.
        DatabaseUrlError: the URL cannot be read.
    """
    _refuse_mysql(url)
    parsed = parse(url)
    is_sqlite = parsed.get_backend_name() == "sqlite"
    found = _in_sqlite(parsed) if is_sqlite else _in_postgres(parsed)
    if found is None or set(found.columns) >= _MARKS:
        return
    system = _system(found.columns)
    if system:
        kind = "SQLite file" if is_sqlite else "PostgreSQL database"
        version = found.version or "of an unknown version"
        raise ForeignDatabaseError(
            f"the {kind} {_place(parsed)} is that of {system} {version}; {ADVICE}"
        )


def _system(columns: Columns) -> str:
    """Returns whose tables these are; "" when none of them is in the way of ours."""
    if not set(columns) >= _FAMILY:
        ours = set(Base.metadata.tables)
        return "another program" if ours & set(columns) else ""
    if {"user_groups", "prices"} <= set(columns):
        return "done-hub" if "invite_codes" in columns else "one-hub"
    if "last_check_in_time" in columns["users"]:
        return "Veloera"
    is_new_api = (
        "setups" in columns
        or "setting" in columns["channels"]
        or "tag" in columns.get("abilities", set())
    )
    return "new-api" if is_new_api else "one-api"


def _place(url: URL) -> str:
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    return f"{url.database} at {url.host or 'localhost'}"


def _in_sqlite(url: URL) -> _Found | None:
    path = Path(url.database or "")
    if not path.is_file() or path.stat().st_size == 0:
        return None
    # A log beside the file must be read with it; without one, nothing may be made beside it.
    has_log = path.with_name(path.name + "-wal").exists()
    mode = "mode=ro" if has_log else "mode=ro&immutable=1"
    connection = sqlite3.connect(f"file:{quote(str(path))}?{mode}", uri=True)
    try:
        return _read(lambda query: connection.execute(query).fetchall(), _SQLITE_COLUMNS)
    except sqlite3.DatabaseError as error:
        raise ForeignDatabaseError(f"{path} cannot be read as an SQLite file: {error}") from error
    finally:
        connection.close()


def _in_postgres(url: URL) -> _Found | None:
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        with psycopg.connect(plain, connect_timeout=_CONNECT_S) as connection:
            connection.read_only = True
            return _read(
                lambda query: connection.execute(query.encode()).fetchall(), _POSTGRES_COLUMNS
            )
    except psycopg.Error as error:
        line = str(error).strip().splitlines()[0]
        raise ForeignDatabaseError(f"the database cannot be looked at: {line}") from error


_SQLITE_COLUMNS = (
    "SELECT m.name, p.name FROM sqlite_master m JOIN pragma_table_info(m.name) p "
    "WHERE m.type = 'table'"
)
_POSTGRES_COLUMNS = (
    "SELECT table_name::text, column_name::text FROM information_schema.columns "
    "WHERE table_schema = ANY (current_schemas(false))"
)


def _read(ask: Callable[[str], list[tuple[str, ...]]], columns_query: str) -> _Found:
    columns: Columns = {}
    for table, column in ask(columns_query):
        columns.setdefault(table, set()).add(column)
    version = ""
    if "version" in columns.get("setups", set()) and not set(columns) >= _MARKS:
        rows = ask(_SET_UP_VERSION)
        version = str(rows[0][0]) if rows else ""
    return _Found(columns, version[:50])


def _refuse_mysql(url: str) -> None:
    by_url, by_dsn = _MYSQL_URL.match(url), _MYSQL_DSN.match(url)
    if by_url:
        host, name = by_url.groups()
        address = host or "localhost"
    elif by_dsn:
        net, address, name = by_dsn.groups()
        if net.lower() == "unix":
            raise ForeignDatabaseError(f"MySQL at the socket {address} is not supported; {ADVICE}")
    else:
        return
    server = _greeting(address) or "MySQL (it did not answer)"
    raise ForeignDatabaseError(
        f"the database {name} at {address} is in {server}, where Weirgate does not store; {ADVICE}"
    )


def _greeting(address: str) -> str:
    """Returns what a MySQL server says of itself before anybody logs in; "" without an answer.

    Protocol version 10: three bytes of length, one of sequence, 0x0a, then the version up to a
    zero byte (MySQL's protocol documentation, "Protocol::HandshakeV10").
    """
    host, _, port = address.rpartition(":")
    if not port.isdigit():
        host, port = address, str(_MYSQL_PORT)
    try:
        with socket.create_connection((host.strip("[]"), int(port)), _GREETING_S) as held:
            held.settimeout(_GREETING_S)
            said = b""
            while len(said) < _GREETING_BYTES and b"\0" not in said[5:]:
                part = held.recv(_GREETING_BYTES - len(said))
                if not part:
                    break
                said += part
    except (OSError, ValueError):
        return ""
    text = said[5:].split(b"\0", 1)[0].decode("ascii", "replace")
    if said[4:5] != b"\x0a" or not text.isprintable() or not text:
        return ""
    return f"{'MariaDB' if 'mariadb' in text.lower() else 'MySQL'} {text}"
