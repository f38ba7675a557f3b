"""Takes usage rows and log entries into the usage store, exactly once.

One dedicated thread owns the writing connection. A batch, its hourly sums, its ids and the moved
cursor are one transaction; a cursor that is not where the caller believes refuses the batch, so a
batch sent twice is written once. In a file a commit is seen at once but is safe only after the next
checkpoint: until then its source must keep what it was made of (`kept`); in a lake it is safe at
once. After any failure all that is remembered is read anew. Must never read the journal or the
ledger itself.
"""

import asyncio
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
from weirgate.analytics.arrays import Array, Arrays, arrays, given, hours, month_of, registered
from weirgate.analytics.database import Limits, query, table_of
from weirgate.analytics.file_home import FileHome
from weirgate.analytics.home import JOURNAL, NODE_BITS, OUTBOX, CursorMovedError, Home
from weirgate.analytics.shared import SharedValues

__all__ = ["JOURNAL", "OUTBOX", "CursorMovedError", "LogEntry", "UsageWriter"]

CHECKPOINT_ROWS = 256_000
"""Rows taken in after which a checkpoint is due: about a second's work to read again."""

CHECKPOINT_S = 60.0
"""Age of the oldest change that is not in the file at which a checkpoint is due."""

OVERDUE = 4
"""How many times that much may wait before a checkpoint waits for the questions that are asked."""

TRIES = 8
"""How often a deletion gives way to other nodes' batches."""

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

REFUSED_COLUMNS = ("minute_s", "reason", "key_id", "count")

Result = TypeVar("Result")


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
    """The one writer of this node's part of the usage store."""

    def __init__(self, home: Home | Path, *, node: int = 0, limits: Limits | None = None) -> None:
        """Takes where the store lives; a path is that of a file."""
        self._home: Home = (
            FileHome(home, node=node, limits=limits or Limits()) if isinstance(home, Path) else home
        )
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="usage-writer")
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._months: set[int] = set()
        self._kinds = SharedValues("kinds", columns.KIND, self._home.first)
        self._payers = SharedValues("payers", columns.PAYER, self._home.first)
        self._is_loaded = False
        self._kept: dict[str, str] = {}
        self._rows_since = 0
        self._changed_at: float | None = None
        self.whole_until_ms = 0
        """This node's calls that ended before are all here, as the drain found; 0: not begun."""

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

    @property
    def is_shared(self) -> bool:
        """Whether other nodes write the same store."""
        return self._home.is_shared

    @property
    def complete_until_ms(self) -> int:
        """Calls of all nodes that ended before are here; 0: not known yet."""
        return min(self.whole_until_ms, self._home.others_whole_ms)

    async def ingest(self, batch: columns.Rows, previous: str, whole_ms: int = 0) -> int:
        """Adds a batch read from `previous`; returns its rows. Raises CursorMovedError.

        `whole_ms` says that with it all calls are here that ended before; 0: it does not.
        """

        def work() -> int:
            self._home.whole_ms = max(self._home.whole_ms, whole_ms)
            rows = self._ingest(batch, previous)
            self._look()
            return rows

        return await self._run(work)

    async def found_whole(self, now_ms: int) -> None:
        """Hears that nothing new was found; tells and asks other nodes when it is time to."""
        self.whole_until_ms = now_ms
        if self._home.is_look_due():
            self._home.whole_ms = now_ms
            await self._run(self._look)

    async def leave(self) -> None:
        """Says that nothing of this node is left anywhere else."""
        if self.is_shared:
            await self._run(lambda: self._transaction(lambda: self._home.leave(self._owned())))

    async def add_logs(self, entries: Sequence[LogEntry], previous: str, position: str) -> int:
        """Adds log entries read from the outbox after `previous`. Raises CursorMovedError."""
        return await self._run(lambda: self._add_logs(entries, previous, position))

    async def set_position(self, previous: str, position: str) -> None:
        """Moves the journal's cursor without rows, when a gap was accepted."""

        def work() -> None:
            places = (previous, position)
            self._transaction(lambda: self._home.move(self._owned(), JOURNAL, places, 0))
            self._checkpoint()

        await self._run(work)

    async def delete_before(self, target_ms: int) -> int:
        """Deletes rows and log entries that ended before; returns how many. Rollups stay."""

        def work() -> int:
            deleted = self._given_way(lambda: self._delete_before(target_ms))
            # No source would delete them again.
            self._checkpoint()
            return deleted

        return await self._run(work)

    async def copy(self, target: Path, meanwhile: Callable[[], None]) -> None:
        """Copies a file as it is now, then calls `meanwhile`; takes nothing in until it returns.

        What that copies therefore stands where this copy does. A lake is not copied.
        """

        def work() -> None:
            self._checkpoint()
            self._home.copy(target)
            meanwhile()

        await self._run(work)

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """Returns a new connection for a reading thread; only after open."""
        return self._home.cursor(self._owned())

    async def _run(self, call: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._thread, call)

    def _owned(self) -> duckdb.DuckDBPyConnection:
        if self._connection is None:
            message = "usage store is not open"
            raise RuntimeError(message)
        return self._connection

    def _open(self, now_ms: int) -> None:
        try:
            self._connection = self._home.open()
            self._load()
            self._transaction(lambda: self._prepare(now_ms))
        finally:
            self._home.opened()
        # Whatever was migrated is in the file before anything is built on it.
        self._checkpoint()

    def _prepare(self, now_ms: int) -> None:
        self._ensure_months(month_of(np.array([now_ms])))
        self._make_views()

    def _load(self) -> None:
        """Reads what is remembered of the tables; after the opening, and after a failure."""
        connection = self._owned()
        self._home.load(connection)
        months = connection.execute("SELECT month FROM months").fetchall()
        self._months = {int(month) for (month,) in months}
        self._kinds.load(connection)
        self._payers.load(connection)
        self._is_loaded = True
        if self._home.is_shared:
            self._checkpoint()

    def _loaded(self) -> duckdb.DuckDBPyConnection:
        """Returns the connection, with everything remembered that a failure made forgotten."""
        if not self._is_loaded:
            self._load()
        return self._owned()

    def _close(self) -> None:
        if self._connection is None:
            return
        connection, self._connection = self._connection, None
        try:
            if self._changed_at is not None:
                self._home.checkpoint(connection, waits=True)
        finally:
            connection.close()

    def _is_waiting(self, times: int) -> bool:
        changed_at = self._changed_at
        if changed_at is None:
            return False
        waited = time.monotonic() - changed_at
        return self._rows_since >= times * CHECKPOINT_ROWS or waited >= times * CHECKPOINT_S

    def _try_checkpoint(self) -> None:
        # Refused while a question sees what a row was before it was changed: it stays due.
        with suppress(duckdb.TransactionException):
            self._checkpoint(waits=self._is_waiting(OVERDUE))

    def _checkpoint(self, *, waits: bool = True) -> None:
        kept = {consumer: self._position(consumer) for consumer in (JOURNAL, OUTBOX)}
        self._home.checkpoint(self._owned(), waits=waits)
        self._kept = kept
        self._rows_since = 0
        self._changed_at = None

    def _position(self, consumer: str) -> str:
        return self._home.position(self._loaded(), consumer)

    def _transaction(self, work: Callable[[], Result]) -> Result:
        connection = self._loaded()
        connection.begin()
        try:
            result = work()
            self._home.before_commit()
            connection.commit()
        except BaseException:
            self._is_loaded = False
            # A commit that failed has ended the transaction already.
            with suppress(duckdb.TransactionException):
                connection.rollback()
            raise
        if self._changed_at is None:
            self._changed_at = time.monotonic()
        if self._home.is_shared:
            self._checkpoint()
        return result

    def _ingest(self, batch: columns.Rows, previous: str) -> int:
        view = arrays(batch)

        def work() -> int:
            self._insert(batch, view, previous)
            return batch.rows

        rows = self._transaction(work)
        self._rows_since += rows
        return rows

    def _look(self) -> None:
        if self._home.is_look_due():
            self._transaction(lambda: self._home.look(self._owned()))

    def _insert(self, batch: columns.Rows, view: Arrays, previous: str) -> None:
        connection = self._owned()
        first = self._home.move(connection, JOURNAL, (previous, batch.position), batch.rows)
        if batch.refused:
            with registered(connection, "refused", given(REFUSED_COLUMNS, batch.refused)):
                connection.execute(query("insert_refused"))
        if not batch.rows:
            return
        view["id"] = np.arange(first, first + batch.rows, dtype="<i8")
        view["kind"] = self._kinds.numbers(connection, batch.kinds)[view["kind"]]
        view["payer"] = self._payers.numbers(connection, batch.payers)[view["payer"]]
        for month, part in self._by_month(view):
            with registered(connection, "batch", part):
                self._insert_month(month, list(part))
        with registered(connection, "hours", hours(batch)):
            self._home.add_hours(connection)

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
            connection = self._owned()
            first = self._home.move(connection, OUTBOX, (previous, position), len(entries))
            if entries:
                rows = [tuple(getattr(entry, name) for name in LOG_COLUMNS) for entry in entries]
                view = given(LOG_COLUMNS, rows)
                view["id"] = np.arange(first, first + len(entries), dtype="<i8")
                with registered(connection, "entries", view):
                    connection.execute(query("insert_log"))
            return len(entries)

        return self._transaction(work)

    def _ensure_months(self, wanted: Array) -> None:
        missing = {int(month) for month in np.unique(wanted)} - self._months
        if not missing:
            return
        create = query("create_month")
        for month in sorted(missing):
            text = create.replace("$table", table_of(month))
            self._owned().execute(text.replace("$number", self._home.number_type))
            self._owned().execute("INSERT INTO months VALUES (?)", [month])
        self._months = self._months | missing
        self._make_views()

    def _make_views(self) -> None:
        parts = [f"FROM {table_of(month)}" for month in sorted(self._months)]
        self._owned().execute(f"CREATE OR REPLACE VIEW calls AS {' UNION ALL '.join(parts)}")
        self._owned().execute(query("view"))

    def _given_way(self, work: Callable[[], Result]) -> Result:
        """Does it again when another node's batch came between; in a file none does."""
        for _ in range(TRIES - 1):
            try:
                return work()
            except duckdb.TransactionException:
                if not self.is_shared:
                    raise
        return work()

    def _delete_before(self, target_ms: int) -> int:
        this_month = int(month_of(np.array([target_ms]))[0])

        def work() -> int:
            connection = self._owned()
            deleted = 0
            for month in sorted(self._months):
                if month < this_month and len(self._months) > 1:
                    deleted += self._drop_month(month)
                elif month <= this_month:
                    text = query("delete_rows").replace("$table", table_of(month))
                    deleted += _count(connection.execute(text, [target_ms]))
            for table, column in (("kinds", "kind"), ("payers", "payer")):
                text = query("delete_unused").replace("$table", table).replace("$column", column)
                first = self._home.first
                behind = first + (1 << NODE_BITS)
                connection.execute(text, {"first": first, "behind": behind})
            return deleted + _count(connection.execute(query("delete_logs"), [target_ms]))

        try:
            return self._transaction(work)
        finally:
            self._is_loaded = False

    def _drop_month(self, month: int) -> int:
        """Takes a month of calls away with its table; returns how many."""
        connection = self._owned()
        calls = _count(connection.execute(f"SELECT count(*) FROM {table_of(month)}"))  # noqa: S608
        self._months = self._months - {month}
        self._make_views()
        connection.execute(f"DROP TABLE {table_of(month)}")
        connection.execute("DELETE FROM months WHERE month = ?", [month])
        return calls


def _count(answer: duckdb.DuckDBPyConnection) -> int:
    row = answer.fetchone()
    return int(row[0]) if row else 0
