"""Takes usage rows and log entries into the usage store, exactly once.

One dedicated thread owns the writing connection. A batch, its hourly sums, its ids and the moved
cursor are one transaction; a cursor that is not where the caller believes refuses the batch, so a
batch sent twice is written once. A commit is seen at once but is in the file only after the next
checkpoint: until then its source must keep what it was made of (`kept`). Must never read the
journal or the ledger itself.
"""

import asyncio
import subprocess
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import duckdb
import numpy as np

from weirgate.analytics import columns
from weirgate.analytics.arrays import Array, Arrays, arrays, hours, month_of, registered
from weirgate.analytics.database import Limits, connect, cursor, migrate, query, table_of
from weirgate.analytics.shared import SharedValues

JOURNAL = "journal"
OUTBOX = "outbox"
NODE_BITS = 42
CHECKPOINT_ROWS = 256_000
"""Rows taken in after which a checkpoint is due: about a second's work to read again."""

CHECKPOINT_S = 60.0
"""Age of the oldest change that is not in the file at which a checkpoint is due."""

OVERDUE = 4
"""How many times that much may wait before a checkpoint waits for the questions that are asked."""

LOG_COLUMNS = (
    "created_ms",
    "type",
    "user_id",
    "username",
    "content",
    "quota",
    "key_id",
    "key_name",
    "model",
    "channel_id",
    "group_name",
    "ip",
    "request_id",
    "other",
)

Result = TypeVar("Result")


class CursorMovedError(Exception):
    """The cursor is not where the caller believed: read it again and go on from there."""


@dataclass(frozen=True, slots=True)
class LogEntry:
    """A log row that is not a call: top-up, manage, system, error, refund, login."""

    created_ms: int
    type: int
    user_id: int
    username: str = ""
    content: str = ""
    quota: int = 0
    key_id: int = 0
    key_name: str = ""
    model: str = ""
    channel_id: int = 0
    group_name: str = ""
    ip: str = ""
    request_id: str = ""
    other: str = ""


class UsageWriter:
    """The one writer of the usage store."""

    def __init__(self, path: Path, *, node: int = 0, limits: Limits | None = None) -> None:
        self._path = path
        self._limits = limits or Limits()
        self._id_base = node << NODE_BITS
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="usage-writer")
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._months: set[int] = set()
        self._kinds = SharedValues("kinds", columns.KIND)
        self._payers = SharedValues("payers", columns.PAYER)
        self._next_id = 1
        self._kept: dict[str, str] = {}
        self._rows_since = 0
        self._changed_at: float | None = None
        self._add_rollup = query("add_rollup")
        self.whole_until_ms = 0
        """Calls that ended before are all here, as the drain has found; 0: it has not begun."""

    async def open(self, now_ms: int) -> None:
        """Opens and migrates the file; `now_ms` names the month that must exist."""
        await self._run(lambda: self._open(now_ms))

    async def close(self) -> None:
        """Waits for the running batch, brings everything into the file and closes it."""
        try:
            await self._run(self._close)
        finally:
            self._thread.shutdown()

    async def position(self, consumer: str) -> str:
        """Returns how far `consumer` (journal, outbox) has been taken in; empty: not begun."""
        return await self._run(lambda: self._position(consumer))

    def kept(self, consumer: str) -> str:
        """Returns up to where `consumer` is in the file; what is behind goes with the process."""
        return self._kept.get(consumer, "")

    @property
    def is_checkpoint_due(self) -> bool:
        """Whether enough changes wait for the file, or wait long enough."""
        return self._is_waiting(1)

    async def checkpoint(self) -> None:
        """Brings all that was committed into the file; after the questions that are being asked."""
        await self._run(self._checkpoint)

    async def try_checkpoint(self) -> None:
        """Does the same, but leaves it for later while a question needs what was changed since."""
        await self._run(self._try_checkpoint)

    async def ingest(self, batch: columns.Rows, previous: str) -> int:
        """Adds a batch read from `previous`; returns its rows. Raises CursorMovedError."""
        return await self._run(lambda: self._ingest(batch, previous))

    async def add_logs(self, entries: Sequence[LogEntry], previous: str, position: str) -> int:
        """Adds log entries read from the outbox after `previous`. Raises CursorMovedError."""
        return await self._run(lambda: self._add_logs(entries, previous, position))

    async def set_position(self, previous: str, position: str) -> None:
        """Moves the journal's cursor without rows, when a gap was accepted."""

        def work() -> None:
            self._transaction(lambda: self._move(JOURNAL, previous, position))
            self._checkpoint()

        await self._run(work)

    async def delete_before(self, target_ms: int) -> int:
        """Deletes rows and log entries that ended before; returns how many. Rollups stay."""

        def work() -> int:
            deleted = self._delete_before(target_ms)
            # No source would delete them again.
            self._checkpoint()
            return deleted

        return await self._run(work)

    async def copy(self, target: Path, meanwhile: Callable[[], None]) -> None:
        """Copies the file as it is now, then calls `meanwhile`; takes nothing in until it returns.

        What that copies therefore stands where this copy does.
        """

        def work() -> None:
            self._checkpoint()
            # Not read by this process: closing a handle would drop DuckDB's own lock on the file.
            command = ["cp", "--", str(self._path), str(target)]
            subprocess.run(command, check=True, stdin=subprocess.DEVNULL)  # noqa: S603
            meanwhile()

        await self._run(work)

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """Returns a new connection for a reading thread; only after open."""
        return cursor(self._owned())

    async def _run(self, call: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._thread, call)

    def _owned(self) -> duckdb.DuckDBPyConnection:
        if self._connection is None:
            message = "usage store is not open"
            raise RuntimeError(message)
        return self._connection

    def _open(self, now_ms: int) -> None:
        connection = connect(self._path, self._limits)
        self._connection = connection
        migrate(connection)
        months = connection.execute("SELECT month FROM months").fetchall()
        self._months = {int(month) for (month,) in months}
        self._transaction(lambda: self._prepare(now_ms))
        self._load()
        # Whatever was migrated is in the file before anything is built on it.
        self._checkpoint()

    def _prepare(self, now_ms: int) -> None:
        self._ensure_months(month_of(np.array([now_ms])))
        self._make_views()

    def _load(self) -> None:
        """Reads what is remembered of the tables; after the opening, and after a rollback."""
        connection = self._owned()
        self._kinds.load(connection)
        self._payers.load(connection)
        row = connection.execute("SELECT next FROM sequence").fetchone()
        self._next_id = int(row[0]) if row else 1

    def _close(self) -> None:
        if self._connection is None:
            return
        connection, self._connection = self._connection, None
        try:
            if self._changed_at is not None:
                connection.execute("FORCE CHECKPOINT")
        finally:
            connection.close()

    def _is_waiting(self, times: int) -> bool:
        changed_at = self._changed_at
        if changed_at is None:
            return False
        waited = time.monotonic() - changed_at
        return self._rows_since >= times * CHECKPOINT_ROWS or waited >= times * CHECKPOINT_S

    def _try_checkpoint(self) -> None:
        statement = "FORCE CHECKPOINT" if self._is_waiting(OVERDUE) else "CHECKPOINT"
        # Refused while a question sees what a row was before it was changed: it stays due.
        with suppress(duckdb.TransactionException):
            self._checkpoint(statement)

    def _checkpoint(self, statement: str = "FORCE CHECKPOINT") -> None:
        kept = {consumer: self._position(consumer) for consumer in (JOURNAL, OUTBOX)}
        self._owned().execute(statement)
        self._kept = kept
        self._rows_since = 0
        self._changed_at = None

    def _position(self, consumer: str) -> str:
        row = (
            self._owned()
            .execute("SELECT position FROM cursors WHERE consumer = ?", [consumer])
            .fetchone()
        )
        return str(row[0]) if row else ""

    def _transaction(self, work: Callable[[], Result]) -> Result:
        connection = self._owned()
        months = set(self._months)
        connection.begin()
        try:
            result = work()
            connection.commit()
        except BaseException:
            self._months = months
            self._roll_back()
            raise
        if self._changed_at is None:
            self._changed_at = time.monotonic()
        return result

    def _roll_back(self) -> None:
        # A commit that failed has ended the transaction already.
        with suppress(duckdb.TransactionException):
            self._owned().rollback()
        self._load()

    def _ingest(self, batch: columns.Rows, previous: str) -> int:
        view = arrays(batch)
        connection = self._owned()

        def work() -> int:
            self._move(JOURNAL, previous, batch.position)
            if batch.refused:
                connection.executemany(query("insert_refused"), batch.refused)
            if batch.rows:
                self._insert(batch, view)
            return batch.rows

        rows = self._transaction(work)
        self._rows_since += rows
        return rows

    def _insert(self, batch: columns.Rows, view: Arrays) -> None:
        connection = self._owned()
        view["id"] = self._take_ids(batch.rows)
        view["kind"] = self._kinds.numbers(connection, batch.kinds)[view["kind"]]
        view["payer"] = self._payers.numbers(connection, batch.payers)[view["payer"]]
        for month, part in self._by_month(view):
            with registered(connection, "batch", part):
                self._insert_month(month, list(part))
        with registered(connection, "hours", hours(batch)):
            connection.execute(self._add_rollup)

    def _by_month(self, view: Arrays) -> list[tuple[int, Arrays]]:
        """Returns the rows of each month; nearly always there is only one."""
        ended = view["ended_ms"]
        first, last = month_of(np.array([ended.min(), ended.max()]))
        if first == last:
            self._ensure_months(np.array([first]))
            return [(int(first), view)]
        months = month_of(ended)
        self._ensure_months(months)
        return [
            (int(month), {name: column[months == month] for name, column in view.items()})
            for month in np.unique(months)
        ]

    def _insert_month(self, month: int, names: Sequence[str]) -> None:
        text = query("insert_month").replace("$table", table_of(month))
        self._owned().execute(text.replace("$columns", ", ".join(names)))

    def _add_logs(self, entries: Sequence[LogEntry], previous: str, position: str) -> int:
        def work() -> int:
            self._move(OUTBOX, previous, position)
            if not entries:
                return 0
            first = int(self._take_ids(len(entries))[0])
            rows = [
                [first + place, *(getattr(entry, name) for name in LOG_COLUMNS)]
                for place, entry in enumerate(entries)
            ]
            self._owned().executemany(query("insert_log"), rows)
            return len(entries)

        return self._transaction(work)

    def _move(self, consumer: str, previous: str, position: str) -> None:
        moved = (
            self._owned()
            .execute(
                "UPDATE cursors SET position = ?, moved_ms = epoch_ms(get_current_timestamp())"
                " WHERE consumer = ? AND position = ?",
                [position, consumer, previous],
            )
            .fetchone()
        )
        if moved != (1,):
            message = f"the {consumer} cursor is not at {previous or 'the begin'}"
            raise CursorMovedError(message)

    def _take_ids(self, count: int) -> Array:
        first = self._next_id
        self._owned().execute("UPDATE sequence SET next = ?", [first + count])
        self._next_id = first + count
        return np.arange(first, first + count, dtype="<i8") + self._id_base

    def _ensure_months(self, wanted: Array) -> None:
        missing = {int(month) for month in np.unique(wanted)} - self._months
        if not missing:
            return
        create = query("create_month")
        for month in sorted(missing):
            self._owned().execute(create.replace("$table", table_of(month)))
            self._owned().execute("INSERT INTO months VALUES (?)", [month])
        self._months = self._months | missing
        self._make_views()

    def _make_views(self) -> None:
        parts = [f"FROM {table_of(month)}" for month in sorted(self._months)]
        self._owned().execute(f"CREATE OR REPLACE VIEW calls AS {' UNION ALL '.join(parts)}")
        self._owned().execute(query("view"))

    def _delete_before(self, target_ms: int) -> int:
        this_month = int(month_of(np.array([target_ms]))[0])

        def work() -> int:
            deleted = 0
            for month in sorted(self._months):
                if month <= this_month:
                    text = query("delete_rows").replace("$table", table_of(month))
                    deleted += _count(self._owned().execute(text, [target_ms]))
            for month in [month for month in self._months if month < this_month]:
                self._drop_month(month)
            self._make_views()
            for table, column in (("kinds", "kind"), ("payers", "payer")):
                text = query("delete_unused").replace("$table", table).replace("$column", column)
                self._owned().execute(text)
            text = query("delete_logs")
            return deleted + _count(self._owned().execute(text, [target_ms]))

        deleted = self._transaction(work)
        self._load()
        return deleted

    def _drop_month(self, month: int) -> None:
        if len(self._months) == 1:
            return
        self._months = self._months - {month}
        self._make_views()
        self._owned().execute(f"DROP TABLE {table_of(month)}")
        self._owned().execute("DELETE FROM months WHERE month = ?", [month])


def _count(answer: duckdb.DuckDBPyConnection) -> int:
    row = answer.fetchone()
    return int(row[0]) if row else 0
