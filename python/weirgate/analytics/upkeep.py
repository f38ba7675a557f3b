"""Keeps a lake small and quick: what many small commits leave is put together, what is old goes.

Run as a job, by one node at a time. Each step is a transaction of its own over a bounded part; one
that meets a batch of some node gives way and is tried again. Nothing that an answer counts changes:
rows stay rows, sums of an hour become one row a node, a cursor keeps its newest row.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Final, Protocol

import duckdb

from weirgate.analytics.database import query
from weirgate.analytics.home import NAME
from weirgate.analytics.ingest import UsageWriter

HOUR_MS: Final = 3_600_000
MAX_FILES: Final = 500
"""Files that one run puts together."""

MAX_HOURS: Final = 48
"""Hours of sums that one run puts together."""

SETTLED_MS: Final = 2 * HOUR_MS
"""Sums of an hour are put together so long after it began."""

EXPIRE_H: Final = 1
"""Answers see the lake as it was up to so many hours ago; longer ones are given up long before."""

ORPHAN_H: Final = 24
"""Files that no commit names are what a killed node left, when they are so old."""

_FLUSH: Final = f"SELECT sum(rows_flushed) FROM ducklake_flush_inlined_data('{NAME}')"  # noqa: S608
_MERGE: Final = (
    "SELECT sum(files_processed) FROM"  # noqa: S608
    f" ducklake_merge_adjacent_files('{NAME}', max_compacted_files => {MAX_FILES})"
)
_OLDER: Final = "older_than => now() - INTERVAL {} HOUR"
_EXPIRE: Final = (
    f"SELECT count(*) FROM ducklake_expire_snapshots('{NAME}', {_OLDER.format(EXPIRE_H)})"  # noqa: S608
)
_CLEAN: Final = (
    f"SELECT count(*) FROM ducklake_cleanup_old_files('{NAME}', {_OLDER.format(EXPIRE_H)})"  # noqa: S608
)
_ORPHANS: Final = (
    "SELECT count(*) FROM"  # noqa: S608
    f" ducklake_delete_orphaned_files('{NAME}', {_OLDER.format(ORPHAN_H)})"
)

DAY_MS: Final = 24 * HOUR_MS
TRIES: Final = 8
PAUSE_S: Final = 0.25


class Seen(Protocol):
    """Who is told how far a run is."""

    def set(self, done: int, total: int) -> None:
        """Hears that so many steps are done."""


class LakeUpkeep:
    """The upkeep of the lake that a writer has open."""

    def __init__(self, writer: UsageWriter, now_ms: Callable[[], int]) -> None:
        self._writer = writer
        self._now_ms = now_ms

    async def run(self, progress: Seen) -> str:
        """Does what there is to do; returns what was done, in one line."""
        return await asyncio.to_thread(self._work, progress)

    def _work(self, progress: Seen) -> str:
        connection = self._writer.cursor()
        steps = (
            self._fold, self._trim, self._flush, self._merge,
            self._expire, self._clean, self._clear,
        )  # fmt: skip
        done = []
        try:
            for number, step in enumerate(steps):
                progress.set(number, len(steps))
                done.append(_given_way(step, connection))
        finally:
            connection.close()
        return ", ".join(text for text in done if text) or "nothing to do"

    def _fold(self, connection: duckdb.DuckDBPyConnection) -> str:
        """Makes one row a node of what is summed several times."""
        before_s = (self._now_ms() - SETTLED_MS) // 1000
        given = {"before_s": before_s, "hours": MAX_HOURS}
        connection.begin()
        try:
            found = connection.execute(query("fold_hours"), given).fetchall()
            hours = [hour for (hour,) in found]
            if not hours:
                return ""
            connection.execute(query("fold_sums"), {"hours": hours})
            text = "DELETE FROM usage_hourly WHERE list_contains($hours::BIGINT[], hour)"
            connection.execute(text, {"hours": hours})
            connection.execute("INSERT INTO usage_hourly BY NAME FROM temp.folded")
            connection.execute("DROP TABLE temp.folded")
            connection.commit()
        finally:
            _ended(connection)
        return f"put the sums of {len(hours)} hours together"

    def _trim(self, connection: duckdb.DuckDBPyConnection) -> str:
        """Forgets where cursors were an hour ago; the newest row of each stays."""
        given = {"before_ms": self._now_ms() - HOUR_MS}
        row = connection.execute(query("trim_cursors"), given).fetchone()
        return f"forgot {row[0]} old cursors" if row and row[0] else ""

    def _flush(self, connection: duckdb.DuckDBPyConnection) -> str:
        """Moves small batches out of the catalogue."""
        return _told(connection, _FLUSH, "moved {} rows out of the catalogue")

    def _merge(self, connection: duckdb.DuckDBPyConnection) -> str:
        """Puts small files together."""
        return _told(connection, _MERGE, "put {} files together")

    def _expire(self, connection: duckdb.DuckDBPyConnection) -> str:
        """Forgets how the lake was."""
        return _told(connection, _EXPIRE, "forgot {} old states")

    def _clean(self, connection: duckdb.DuckDBPyConnection) -> str:
        """Deletes files that no state names any more."""
        return _told(connection, _CLEAN, "deleted {} old files")

    def _clear(self, connection: duckdb.DuckDBPyConnection) -> str:
        """Deletes what killed nodes left."""
        return _told(connection, _ORPHANS, "deleted {} files that no commit names")


async def delete_old(writer: UsageWriter, days: int, now_ms: int) -> str:
    """Deletes calls and logs after so many days, 0: never; their sums stay."""
    if days <= 0:
        return "usage is kept for ever"
    deleted = await writer.delete_before(now_ms - days * DAY_MS)
    return f"deleted {deleted} log rows older than {days} days"


def _told(connection: duckdb.DuckDBPyConnection, call: str, text: str) -> str:
    row = connection.execute(call).fetchone()
    return text.format(row[0]) if row and row[0] else ""


def _given_way(
    step: Callable[[duckdb.DuckDBPyConnection], str], connection: duckdb.DuckDBPyConnection
) -> str:
    """Tries a step until no batch comes between; raises what stops it in the end."""
    for _ in range(TRIES - 1):
        try:
            return step(connection)
        except duckdb.TransactionException:
            _ended(connection)
            time.sleep(PAUSE_S)
    return step(connection)


def _ended(connection: duckdb.DuckDBPyConnection) -> None:
    """Ends a transaction that may be open."""
    try:
        connection.rollback()
    except duckdb.TransactionException:
        return
