"""Another system's database: recognised, named, and left exactly as it was."""

from __future__ import annotations

import hashlib
import socket
import sqlite3
import threading
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from typer.testing import CliRunner
from weirgate.cli import app
from weirgate.store.foreign import ForeignDatabaseError, refuse_foreign
from weirgate.store.migrate import migrate

if TYPE_CHECKING:
    from collections.abc import Iterator

_NEW_API = (
    "CREATE TABLE users (id integer PRIMARY KEY, username text, password text, quota integer)",
    "CREATE TABLE tokens (id integer PRIMARY KEY, user_id integer, key text)",
    "CREATE TABLE channels (id integer PRIMARY KEY, type integer, key text, setting text)",
    "CREATE TABLE abilities (model text, channel_id integer, tag text)",
    "CREATE TABLE setups (id integer PRIMARY KEY, version text, initialized_at integer)",
    "INSERT INTO setups VALUES (1, 'v0.8.2', 1)",
    "INSERT INTO users VALUES (1, 'root', 'hash', 5)",
)
_OLDER = _NEW_API[:2]
SYSTEMS = {
    "new-api v0.8.2": _NEW_API,
    "one-api of an unknown version": (
        *_OLDER,
        "CREATE TABLE channels (id integer PRIMARY KEY, config text)",
        "CREATE TABLE abilities (model text)",
    ),
    "Veloera of an unknown version": (
        "CREATE TABLE users (id integer PRIMARY KEY, last_check_in_time integer)",
        *_NEW_API[1:4],
    ),
    "one-hub of an unknown version": (
        *_NEW_API[:4],
        "CREATE TABLE user_groups (id integer)",
        "CREATE TABLE prices (model text)",
    ),
    "done-hub of an unknown version": (
        *_NEW_API[:4],
        "CREATE TABLE user_groups (id integer)",
        "CREATE TABLE prices (model text)",
        "CREATE TABLE invite_codes (id integer)",
    ),
    "another program of an unknown version": ("CREATE TABLE sessions (id integer PRIMARY KEY)",),
}
# What reaches a server and could change something, wherever it stands in a line of its log.
_WRITING = ("insert", "update", "delete", "create", "alter", "drop", "truncate", "lock", "grant",
            "copy", "vacuum", "set session", "nextval")  # fmt: skip


def fill_sqlite(path: Path, statements: tuple[str, ...], *, journal: str = "delete") -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA journal_mode={journal}")
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def fill_postgres(url: str, statements: tuple[str, ...]) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


@pytest.mark.parametrize("system", list(SYSTEMS))
def test_every_system_is_named_on_both_databases(url: str, system: str) -> None:
    if url.startswith("sqlite"):
        fill_sqlite(Path(url.removeprefix("sqlite:///")), SYSTEMS[system])
    else:
        fill_postgres(url, SYSTEMS[system])
    with pytest.raises(ForeignDatabaseError) as refused:
        migrate(url)
    assert system in str(refused.value)
    assert "nothing was written" in str(refused.value)


@pytest.mark.parametrize("journal", ["delete", "wal"])
def test_a_start_on_their_sqlite_file_stops_and_changes_no_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, journal: str
) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    path = theirs / "one-api.db"
    fill_sqlite(path, _NEW_API, journal=journal)
    before = hashlib.sha256(path.read_bytes()).hexdigest(), sorted(theirs.iterdir())
    # As new-api's own container names it, with the driver's options behind the path.
    monkeypatch.setenv("SQLITE_PATH", f"{path}?_busy_timeout=5000")
    for command in (["serve", "--port", "0"], ["migrate"], ["migrate", "--plan"],
                    ["ledger", "verify"], ["ledger", "recover"]):  # fmt: skip
        done = CliRunner().invoke(app, [*command, "--data", str(tmp_path / "data")])
        assert done.exit_code != 0, command
        assert "new-api v0.8.2" in done.output, command
        assert str(path) in done.output
    assert (hashlib.sha256(path.read_bytes()).hexdigest(), sorted(theirs.iterdir())) == before


def test_no_writing_statement_reaches_their_postgres(postgres_url: str, tmp_path: Path) -> None:
    fill_postgres(postgres_url, _NEW_API)
    name = postgres_url.rpartition("/")[2]
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        row = connection.execute("SHOW data_directory").fetchone()
        assert row is not None
        log = Path(row[0]).parent / "log"
        logging = f"ALTER DATABASE \"{name}\" SET log_statement = 'all'"
        connection.execute(logging.encode())
    begin = log.stat().st_size
    options = ["--data", str(tmp_path / "data"), "--database-url", postgres_url]
    for command in (["serve", "--port", "0"], ["migrate"], ["migrate", "--plan"],
                    ["ledger", "verify"], ["ledger", "recover"]):  # fmt: skip
        done = CliRunner().invoke(app, [*command, *options])
        assert done.exit_code != 0, command
        assert "new-api v0.8.2" in done.output, command
    with log.open("rb") as lines:
        lines.seek(begin)
        text = [line.decode().lower() for line in lines]
    said = [line for line in text if "statement: " in line or "execute " in line]
    assert any("information_schema.columns" in line for line in said)
    # The server is this test run's alone, but other tests' databases log nothing by default.
    assert [line for line in said if any(word in line for word in _WRITING)] == []
    assert all("read only" in line for line in said if "begin" in line)


@contextmanager
def mysql_greeting(version: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """Serves the first packet of a MySQL server, and keeps what it is sent."""
    received: list[bytes] = []
    packet = b"\x0a" + version + b"\0" + bytes(40)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            held, _ = server.accept()
            with held:
                held.settimeout(30)
                held.sendall(len(packet).to_bytes(3, "little") + b"\0" + packet)
                while part := held.recv(1024):
                    received.append(part)

        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1], received
        thread.join(30)


@pytest.mark.parametrize(
    ("version", "named"),
    [(b"8.0.36", "MySQL 8.0.36"), (b"5.5.5-10.11.6-MariaDB", "MariaDB 5.5.5-10.11.6-MariaDB")],
)
@pytest.mark.parametrize(
    "form",
    [
        "root:canary-pw@tcp(127.0.0.1:{port})/new-api?parseTime=true",
        "mysql://root:canary-pw@127.0.0.1:{port}/new-api",
    ],
)
def test_mysql_is_named_by_its_greeting_and_sent_nothing(
    form: str, version: bytes, named: str
) -> None:
    with (
        mysql_greeting(version) as (port, received),
        pytest.raises(ForeignDatabaseError) as refused,
    ):
        refuse_foreign(form.format(port=port))
    text = str(refused.value)
    assert named in text
    assert "new-api" in text
    assert "canary-pw" not in text
    assert received == []


def test_a_mysql_that_is_away_stops_the_start_all_the_same() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(ForeignDatabaseError, match="did not answer"):
        refuse_foreign(f"root:pw@tcp(127.0.0.1:{port})/oneapi")
    with pytest.raises(ForeignDatabaseError, match="socket"):
        refuse_foreign("root:pw@unix(/run/mysqld.sock)/oneapi")


def test_our_own_an_empty_and_an_unrelated_database_are_let_through(url: str) -> None:
    if url.startswith("sqlite"):
        refuse_foreign(url)
        fill_sqlite(Path(url.removeprefix("sqlite:///")), ("CREATE TABLE recipes (id integer)",))
    else:
        fill_postgres(url, ("CREATE TABLE recipes (id integer)",))
    assert migrate(url)
    assert migrate(url) == ()
