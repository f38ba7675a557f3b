"""The shape of the usage store and its fixed SQL, the same in a file and in a lake.

Numbered files in migrations/ are applied in order, each in one transaction with its number; with it
<number>_month.sql for each month of calls and, in a lake, <number>_lake.sql. A lake knows no keys:
such clauses are left out there. A store from a newer version is refused.
"""

import functools
import re
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import duckdb

from weirgate.settings import StartError

_PACKAGE = files("weirgate.analytics")
_KEYS = re.compile(r",\s*PRIMARY KEY \([^)]*\)")


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


def migrations(*, is_lake: bool = False) -> list[Migration]:
    """Returns every migration of a file or of a lake, in order."""
    folder = _PACKAGE.joinpath("migrations")
    names = {item.name: item for item in folder.iterdir()}
    found = []
    for name in sorted(names):
        if match := re.fullmatch(r"(\d{4})\.sql", name):
            text = names[name].read_text(encoding="utf-8")
            month = names.get(f"{match[1]}_month.sql")
            month_text = month.read_text(encoding="utf-8") if month else ""
            more = names.get(f"{match[1]}_lake.sql")
            if is_lake:
                text = _KEYS.sub("", text) + (more.read_text(encoding="utf-8") if more else "")
            found.append(Migration(int(match[1]), text, month_text))
    return found


def config(limits: Limits, folder: Path) -> dict[str, str | bool | int | float | list[str]]:
    """Returns what DuckDB is started with; `folder` takes what does not fit into memory."""
    return {
        "threads": limits.threads,
        "memory_limit": limits.memory,
        "temp_directory": str(folder / "tmp"),
        "autoinstall_known_extensions": False,
        # 0: columns of Python text are text. With a sample DuckDB looks for pandas at every value
        # (measured on 5,000 rows: 6 ms against 4 s).
        "pandas_analyze_sample": 0,
    }


def pending(connection: duckdb.DuckDBPyConnection) -> list[int]:
    """Returns the numbers of migrations that are not applied yet."""
    applied = _applied(connection)
    return [step.number for step in migrations() if step.number > applied]


def migrate(connection: duckdb.DuckDBPyConnection, *, is_lake: bool = False) -> None:
    """Applies what is pending, each file in one transaction."""
    applied = _applied(connection)
    connection.execute("CREATE TABLE IF NOT EXISTS schema_version (number INTEGER NOT NULL)")
    known = migrations(is_lake=is_lake)
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
