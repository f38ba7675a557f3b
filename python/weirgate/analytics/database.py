"""Opens the DuckDB file and brings it to the newest shape.

Called once at start, and by `weirgate migrate`. Numbered files in migrations/ are applied in order,
each in one transaction with its number; a file from a newer version is refused.
"""

import re
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import duckdb

from weirgate.settings import StartError

_PACKAGE = files("weirgate.analytics")


@dataclass(frozen=True, slots=True)
class Limits:
    """What the usage store may take of the machine."""

    memory: str = "1GiB"
    threads: int = 1


def query(name: str) -> str:
    """Returns the text of queries/<name>.sql."""
    return _PACKAGE.joinpath("queries", f"{name}.sql").read_text(encoding="utf-8")


def migrations() -> list[tuple[int, str]]:
    """Returns (number, SQL) of every migration, in order."""
    folder = _PACKAGE.joinpath("migrations")
    named = [(re.fullmatch(r"(\d{4})\.sql", item.name), item) for item in folder.iterdir()]
    found = [(int(match[1]), item.read_text(encoding="utf-8")) for match, item in named if match]
    return sorted(found)


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
        # A checkpoint writes the unfinished row group anew. At the default 16 MB one came every 3 s
        # of 8,000 rows/s and cost two thirds of the writer's time (19 against 6 µs a row).
        "checkpoint_threshold": "128MiB",
    }
    try:
        return duckdb.connect(str(path), config=config)
    except duckdb.Error as error:
        message = f"usage store {path}: {str(error).splitlines()[0]}"
        raise StartError(message) from error


def pending(connection: duckdb.DuckDBPyConnection) -> list[int]:
    """Returns the numbers of migrations that are not applied yet."""
    applied = _applied(connection)
    return [number for number, _ in migrations() if number > applied]


def migrate(connection: duckdb.DuckDBPyConnection) -> None:
    """Applies what is pending, each file in one transaction."""
    applied = _applied(connection)
    connection.execute("CREATE TABLE IF NOT EXISTS schema_version (number INTEGER NOT NULL)")
    known = migrations()
    if applied > known[-1][0]:
        message = f"usage store has shape {applied}, this version knows {known[-1][0]}: upgrade"
        raise StartError(message)
    for number, text in known:
        if number <= applied:
            continue
        connection.begin()
        try:
            connection.execute(text)
            connection.execute("INSERT INTO schema_version VALUES (?)", [number])
        except duckdb.Error:
            connection.rollback()
            raise
        connection.commit()


def _applied(connection: duckdb.DuckDBPyConnection) -> int:
    exists = "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'schema_version'"
    if connection.execute(exists).fetchone() == (0,):
        return 0
    row = connection.execute("SELECT coalesce(max(number), 0) FROM schema_version").fetchone()
    return int(row[0]) if row else 0
