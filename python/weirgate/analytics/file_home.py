"""The usage store as one DuckDB file of this process.

The file has no write-ahead log of its own: the journal and the outbox are that, and what is newer
than the last checkpoint is read from them again. Cursors move by compare-and-set, sums are added
up in place.
"""

import subprocess
from pathlib import Path

import duckdb

from weirgate.analytics.database import Limits, config, migrate, query
from weirgate.analytics.home import FOR_EVER_MS, NAME, NODE_BITS, CursorMovedError
from weirgate.settings import StartError

ROW_GROUP = 16_384
"""Rows that DuckDB keeps together. A batch of at least so many goes into the file as it is, one
with fewer is written a second time with the next (measured: 0.94 µs a row against 1.28 of 122,880,
DuckDB's own; a page of logs 2.5 ms against 7.9, a sum over all rows a tenth slower)."""


class FileHome:
    """One file, which nobody else writes."""

    is_shared: bool = False
    number_type: str = "INTEGER"
    first: int = 0

    def __init__(self, path: Path, *, node: int, limits: Limits) -> None:
        self._path = path
        self._limits = limits
        self._id_base = node << NODE_BITS
        self._next_id = 1
        self.whole_ms = 0
        self.others_whole_ms = FOR_EVER_MS

    def open(self) -> duckdb.DuckDBPyConnection:
        """Opens the file; another process that has it open is a StartError."""
        connection = connect(self._path, self._limits)
        migrate(connection)
        return connection

    def opened(self) -> None:
        """Nobody waits for it."""

    def cursor(self, connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
        """Returns another connection to the same file."""
        made = connection.cursor()
        made.execute(f"USE {NAME}")
        return made

    def load(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Reads the next row id anew."""
        row = connection.execute("SELECT next FROM sequence").fetchone()
        self._next_id = int(row[0]) if row else 1

    def position(self, connection: duckdb.DuckDBPyConnection, consumer: str) -> str:
        """Returns how far a consumer has been taken in; empty: not begun."""
        text = "SELECT position FROM cursors WHERE consumer = ?"
        row = connection.execute(text, [consumer]).fetchone()
        return str(row[0]) if row else ""

    def move(
        self,
        connection: duckdb.DuckDBPyConnection,
        consumer: str,
        places: tuple[str, str],
        ids: int,
    ) -> int:
        """Moves a cursor if it is where the caller believes; returns the first of the row ids."""
        previous, position = places
        moved = connection.execute(
            "UPDATE cursors SET position = ?, moved_ms = epoch_ms(get_current_timestamp())"
            " WHERE consumer = ? AND position = ?",
            [position, consumer, previous],
        ).fetchone()
        if moved != (1,):
            raise CursorMovedError(consumer, previous)
        first = self._next_id
        if ids:
            connection.execute("UPDATE sequence SET next = ?", [first + ids])
            self._next_id = first + ids
        return self._id_base + first

    def is_look_due(self) -> bool:
        """Never: there are no others."""
        return False

    def look(self, connection: duckdb.DuckDBPyConnection) -> None:
        """There are no others."""

    def leave(self, connection: duckdb.DuckDBPyConnection) -> None:
        """There are no others."""

    def add_hours(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Adds the sums to those that are there."""
        connection.execute(query("add_rollup"))

    def before_commit(self) -> None:
        """Nothing: the checkpoint does it."""

    def checkpoint(self, connection: duckdb.DuckDBPyConnection, *, waits: bool) -> None:
        """Brings all that was committed into the file."""
        connection.execute("FORCE CHECKPOINT" if waits else "CHECKPOINT")

    def copy(self, target: Path) -> None:
        """Copies the file as it is after a checkpoint."""
        # Not read by this process: closing a handle would drop DuckDB's own lock on the file.
        command = ["cp", "--", str(self._path), str(target)]
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL)  # noqa: S603


def connect(path: Path, limits: Limits) -> duckdb.DuckDBPyConnection:
    """Opens the file for reading and writing; another process that has it open is a StartError."""
    settings = config(limits, path.parent)
    # The writer says when: DuckDB's own checkpoints would follow its estimate of a log's size.
    settings["checkpoint_threshold"] = "1TiB"
    try:
        _take_in_log(path, settings)
        connection = duckdb.connect(":memory:", config=settings)
        quoted = str(path).replace("'", "''")
        connection.execute(
            f"ATTACH '{quoted}' AS {NAME} (RECOVERY_MODE NO_WAL_WRITES, ROW_GROUP_SIZE {ROW_GROUP})"
        )
        connection.execute(f"USE {NAME}")
    except duckdb.Error as error:
        message = f"usage store {path}: {str(error).splitlines()[0]}"
        raise StartError(message) from error
    return connection


def _take_in_log(path: Path, settings: dict[str, str | bool | int | float | list[str]]) -> None:
    """Takes in the log that a version left which wrote one."""
    if path.with_name(path.name + ".wal").exists():
        connection = duckdb.connect(str(path), config=settings)
        connection.execute("CHECKPOINT")
        connection.close()
