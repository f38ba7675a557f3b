"""Opens the DuckDB file and brings it to the newest shape.

Called once at start, and by `weirgate migrate`. The file has no write-ahead log of its own: the
journal and the outbox are that, and what is newer than the last checkpoint is read from them again.
Numbered files in migrations/ are applied in order, each in one transaction with its number, and
with it <number>_month.sql for each month of calls; a file from a newer version is refused.
"""

import functools
import re
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import duckdb

from weirgate.settings import StartError

_PACKAGE = files("weirgate.analytics")
NAME = "usage"
"""What the file is called inside DuckDB."""


ROW_GROUP = 16_384
"""Rows that DuckDB keeps together. A batch of at least so many goes into the file as it is, one
with fewer is written a second time with the next (measured: 0.94 µs a row against 1.28 of 122,880,
DuckDB's own; a page of logs 2.5 ms against 7.9, a sum over all rows a tenth slower)."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What the usage store may take of the machine."""

    memory: str = "1GiB"
    threads: int = 1


@functools.cache
def query(name: str) -> str:
    """Returns the text of queries/<name>.sql."""
    return _PACKAGE.joinpath("queries", f"{name}.sql").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Migration:
    """One step: SQL that is applied once, and SQL for each month's table."""

    number: int
    text: str
    month_text: str


def migrations() -> list[Migration]:
    """Returns every migration, in order."""
    folder = _PACKAGE.joinpath("migrations")
    names = {item.name: item for item in folder.iterdir()}
    found = []
    for name in sorted(names):
        if match := re.fullmatch(r"(\d{4})\.sql", name):
            text = names[name].read_text(encoding="utf-8")
            month = names.get(f"{match[1]}_month.sql")
            month_text = month.read_text(encoding="utf-8") if month else ""
            found.append(Migration(int(match[1]), text, month_text))
    return found


def connect(path: Path, limits: Limits) -> duckdb.DuckDBPyConnection:
    """Opens the file for reading and writing; another process that has it open is a StartError."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "threads": limits.threads,
        "memory_limit": limits.memory,
        "temp_directory": str(path.parent / "tmp"),
        "autoinstall_known_extensions": False,
        # 0: columns of Python text are text. With a sample DuckDB looks for pandas at every value
        # (measured on 5,000 rows: 6 ms against 4 s).
        "pandas_analyze_sample": 0,
        # The writer says when: DuckDB's own checkpoints would follow its estimate of a log's size.
        "checkpoint_threshold": "1TiB",
    }
    try:
        _take_in_log(path, config)
        connection = duckdb.connect(":memory:", config=config)
        quoted = str(path).replace("'", "''")
        connection.execute(
            f"ATTACH '{quoted}' AS {NAME} (RECOVERY_MODE NO_WAL_WRITES, ROW_GROUP_SIZE {ROW_GROUP})"
        )
        connection.execute(f"USE {NAME}")
    except duckdb.Error as error:
        message = f"usage store {path}: {str(error).splitlines()[0]}"
        raise StartError(message) from error
    return connection


def cursor(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """Returns another connection to the same file."""
    made = connection.cursor()
    made.execute(f"USE {NAME}")
    return made


def _take_in_log(path: Path, config: dict[str, str | bool | int | float | list[str]]) -> None:
    """Takes in the log that a version left which wrote one."""
    if path.with_name(path.name + ".wal").exists():
        connection = duckdb.connect(str(path), config=config)
        connection.execute("CHECKPOINT")
        connection.close()


def pending(connection: duckdb.DuckDBPyConnection) -> list[int]:
    """Returns the numbers of migrations that are not applied yet."""
    applied = _applied(connection)
    return [step.number for step in migrations() if step.number > applied]


def migrate(connection: duckdb.DuckDBPyConnection) -> None:
    """Applies what is pending, each file in one transaction."""
    applied = _applied(connection)
    connection.execute("CREATE TABLE IF NOT EXISTS schema_version (number INTEGER NOT NULL)")
    known = migrations()
    newest = known[-1].number
    if applied > newest:
        message = f"usage store has shape {applied}, this version knows {newest}: upgrade"
        raise StartError(message)
    for step in known:
        if step.number > applied:
            _apply(connection, step)


def _apply(connection: duckdb.DuckDBPyConnection, step: Migration) -> None:
    connection.begin()
    try:
        connection.execute(step.text)
        if step.month_text:
            for (month,) in connection.execute("SELECT month FROM months").fetchall():
                connection.execute(step.month_text.replace("$table", table_of(month)))
        connection.execute("INSERT INTO schema_version VALUES (?)", [step.number])
    except duckdb.Error:
        connection.rollback()
        raise
    connection.commit()


def table_of(month: int) -> str:
    """Returns the table of a month given as YYYYMM."""
    return f"usage_{month:06d}"


def _applied(connection: duckdb.DuckDBPyConnection) -> int:
    exists = "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'schema_version'"
    if connection.execute(exists).fetchone() == (0,):
        return 0
    row = connection.execute("SELECT coalesce(max(number), 0) FROM schema_version").fetchone()
    return int(row[0]) if row else 0
