"""Takes usage rows and log entries into the usage store, exactly once.

One dedicated thread owns the writing connection. A batch, its hourly sums, its ids and the moved
cursor are one transaction; a cursor that is not where the caller believes refuses the batch, so a
batch sent twice is written once. Must never read the journal or the ledger itself.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import duckdb
import numpy as np

from weirgate.analytics import columns
from weirgate.analytics.database import Limits, connect, migrate, query

JOURNAL = "journal"
OUTBOX = "outbox"
NODE_BITS = 42
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
        self._add_rollup = query("add_rollup")

    async def open(self, now_ms: int) -> None:
        """Opens and migrates the file; `now_ms` names the month that must exist."""
        await self._run(lambda: self._open(now_ms))

    async def close(self) -> None:
        """Waits for the running batch and closes the file."""
        await self._run(self._close)
        self._thread.shutdown()

    async def position(self, consumer: str) -> str:
        """Returns how far `consumer` (journal, outbox) has been taken in; empty: not begun."""
        return await self._run(lambda: self._position(consumer))

    async def ingest(self, batch: columns.Rows, previous: str) -> int:
        """Adds a batch read from `previous`; returns its rows. Raises CursorMovedError."""
        return await self._run(lambda: self._ingest(batch, previous))

    async def add_logs(self, entries: Sequence[LogEntry], previous: str, position: str) -> int:
        """Adds log entries read from the outbox after `previous`. Raises CursorMovedError."""
        return await self._run(lambda: self._add_logs(entries, previous, position))

    async def set_position(self, previous: str, position: str) -> None:
        """Moves the journal's cursor without rows, when a gap was accepted."""
        await self._run(lambda: self._transaction(lambda: self._move(JOURNAL, previous, position)))

    async def delete_before(self, target_ms: int) -> int:
        """Deletes rows and log entries that ended before; returns how many. Rollups stay."""
        return await self._run(lambda: self._delete_before(target_ms))

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """Returns a new connection for a reading thread; only after open."""
        return self._owned().cursor()

    async def _run(self, call: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._thread, call)

    def _owned(self) -> duckdb.DuckDBPyConnection:
        if self._connection is None:
            message = "usage store is not open"
            raise RuntimeError(message)
        return self._connection

    def _open(self, now_ms: int) -> None:
        connection = connect(self._path, self._limits)
        migrate(connection)
        self._connection = connection
        months = connection.execute("SELECT month FROM months").fetchall()
        self._months = {int(month) for (month,) in months}
        self._transaction(lambda: self._ensure_months(month_of(np.array([now_ms]))))

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

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
        return result

    def _roll_back(self) -> None:
        try:
            self._owned().rollback()
        except duckdb.TransactionException:
            # A commit that failed has ended the transaction already.
            return

    def _ingest(self, batch: columns.Rows, previous: str) -> int:
        view = arrays(batch)
        connection = self._owned()

        def work() -> int:
            self._move(JOURNAL, previous, batch.position)
            if batch.refused:
                connection.executemany(query("insert_refused"), batch.refused)
            if batch.rows == 0:
                return 0
            view["id"] = self._take_ids(batch.rows)
            view["month"] = month_of(view["ended_ms"])
            self._ensure_months(view["month"])
            connection.register("batch", view)
            for month in np.unique(view["month"]):
                self._insert_month(int(month))
            connection.execute(self._add_rollup)
            return batch.rows

        try:
            return self._transaction(work)
        finally:
            connection.unregister("batch")

    def _insert_month(self, month: int) -> None:
        names = ("id", *columns.TEXT, *columns.BOOLEAN, *columns.INTEGER)
        listed = ", ".join(names)
        text = query("insert_month").replace("$table", table_of(month)).replace("$columns", listed)
        self._owned().execute(text, [month])

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

    def _take_ids(self, count: int) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
        connection = self._owned()
        row = connection.execute("SELECT next FROM sequence").fetchone()
        first = int(row[0]) if row else 1
        connection.execute("UPDATE sequence SET next = ?", [first + count])
        return np.arange(first, first + count, dtype="<i8") + self._id_base

    def _ensure_months(self, wanted: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> None:
        missing = {int(month) for month in np.unique(wanted)} - self._months
        if not missing:
            return
        create = query("create_month")
        for month in sorted(missing):
            self._owned().execute(create.replace("$table", table_of(month)))
            self._owned().execute("INSERT INTO months VALUES (?)", [month])
        self._months = self._months | missing
        self._make_view()

    def _make_view(self) -> None:
        parts = [f"FROM {table_of(month)}" for month in sorted(self._months)]
        self._owned().execute(f"CREATE OR REPLACE VIEW usage AS {' UNION ALL '.join(parts)}")

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
            self._make_view()
            text = query("delete_logs")
            return deleted + _count(self._owned().execute(text, [target_ms]))

        return self._transaction(work)

    def _drop_month(self, month: int) -> None:
        if len(self._months) == 1:
            return
        self._months = self._months - {month}
        self._make_view()
        self._owned().execute(f"DROP TABLE {table_of(month)}")
        self._owned().execute("DELETE FROM months WHERE month = ?", [month])


def _count(answer: duckdb.DuckDBPyConnection) -> int:
    row = answer.fetchone()
    return int(row[0]) if row else 0


def table_of(month: int) -> str:
    """Returns the table of a month given as YYYYMM."""
    return f"usage_{month:06d}"


def month_of(
    times_ms: "np.ndarray[tuple[int], np.dtype[np.int64]]",
) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    """Returns the UTC months, as YYYYMM, of times in milliseconds."""
    since_1970 = times_ms.astype("datetime64[ms]").astype("datetime64[M]").astype("<i8")
    months: np.ndarray[tuple[int], np.dtype[np.int64]] = (
        (since_1970 // 12 + 1970) * 100 + since_1970 % 12 + 1
    )
    return months


def arrays(batch: columns.Rows) -> "dict[str, np.ndarray[tuple[int], np.dtype[np.int64]]]":
    """Views the batch's columns as arrays, without copying numbers."""
    given = batch.columns
    view: dict[str, np.ndarray[tuple[int], np.dtype[np.int64]]] = {}
    for names, kind in ((columns.INTEGER, "<i8"), (columns.BOOLEAN, "|b1")):
        for name in names:
            view[name] = np.frombuffer(_bytes(given[name]), dtype=kind)
    for name in columns.TEXT:
        view[name] = np.array(given[name], dtype=object)
    return view


def _bytes(column: bytes | list[str]) -> bytes:
    if isinstance(column, bytes):
        return column
    message = "a column of numbers came as text"
    raise TypeError(message)
