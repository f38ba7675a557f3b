"""Answers questions about usage, on connections of its own in a small thread pool.

Reads see whole batches only (each batch is one transaction). A question that waits too long for a
free thread is refused as unavailable, so that analysts cannot pile up work. Never writes.
"""

import asyncio
import queue
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import duckdb
import structlog

from weirgate.analytics.conditions import Conditions, conditions, consumed
from weirgate.analytics.database import query
from weirgate.analytics.ingest import UsageWriter
from weirgate.analytics.rows import (
    EVERYTHING,
    Bucket,
    Day,
    LogPage,
    LogRow,
    Only,
    Stat,
    Totals,
    UsageFilter,
)
from weirgate.errors import Text, UnavailableError

MAX_WAITING = 64
NEWEST_ROWS = (1 << 16, 1 << 20)
"""A page is looked for among so many of the newest rows, then among more, at last among all: the
first of ten million took 930 ms in all of them, 13 in the first window (measured, one thread)."""

LONGEST_S = 20.0
"""After so long a question of analytics is given up."""

BUSY = Text("统计查询繁忙，请稍后再试", "the usage store is busy, try again later")
AWAY = Text("统计存储暂时无法访问，请稍后再试", "the usage store is out of reach, try again later")
TOO_LONG = Text(
    "查询耗时过长，请缩小时间范围", "the question took too long: ask for a shorter time range"
)

log = structlog.get_logger("weirgate.usage")

Result = TypeVar("Result")
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a journal, in parts."""

    journal: str
    segment: int
    offset: int

    @classmethod
    def parse(cls, text: str) -> "Position | None":
        """Returns the parts of `journal:segment:offset`; None for the empty text."""
        if not text:
            return None
        journal, segment, offset = text.split(":")
        return cls(journal, int(segment), int(offset))


# What stands beside the charge in sums by each account column, as the ledger books it.
_BESIDE = {
    "user_id": "count(*)::BIGINT",
    "key_id": "max(ended_ms // 1000)::BIGINT",
    "channel_id": "count(*)::BIGINT",
}


class UsageReader:
    """Reads the usage store that `writer` has opened."""

    def __init__(self, writer: UsageWriter, *, threads: int = 2) -> None:
        self._writer = writer
        self._count = threads
        self._waiting = 0
        self._threads = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="usage-reader")
        self._connections: queue.SimpleQueue[duckdb.DuckDBPyConnection] = queue.SimpleQueue()

    def open(self) -> None:
        """Takes the connections; only after the writer is open."""
        for _ in range(self._count):
            self._connections.put(self._writer.cursor())

    def close(self) -> None:
        """Waits for running questions and closes the connections; before the writer's close."""
        self._threads.shutdown()
        while not self._connections.empty():
            self._connections.get().close()

    async def logs(self, wanted: UsageFilter, *, limit: int, offset: int) -> LogPage:
        """Returns one page of matching rows, newest first, and how many match."""
        where = conditions(wanted)
        page = where.put_into(query("logs"))
        page = page.replace("@limit@", str(int(limit))).replace("@offset@", str(int(offset)))
        count = where.put_into(query("count_logs"))

        def work(connection: duckdb.DuckDBPyConnection) -> LogPage:
            rows = _newest(connection, page, where, limit)
            total = int(_all(connection, count, where)[0][0])
            return LogPage([LogRow(*row) for row in rows], total)

        return await self._ask(work)

    async def stat(self, wanted: UsageFilter, *, now_ms: int) -> Stat:
        """Returns the sums of the range, and the rate of calls and tokens over the last 60 s."""
        ranged = consumed(wanted)
        minute = consumed(wanted, since_ms=now_ms - 60_000)
        quota_text = ranged.put_into(query("stat_quota"))
        minute_text = minute.put_into(query("stat_minute"))

        def work(connection: duckdb.DuckDBPyConnection) -> Stat:
            quota, tokens = _all(connection, quota_text, ranged)[0]
            rpm, tpm = _all(connection, minute_text, minute)[0]
            return Stat(int(quota), int(tokens), int(rpm), int(tpm))

        return await self._ask(work)

    async def busiest_minute(self, wanted: UsageFilter) -> int:
        """Returns how many calls the busiest minute of the range had."""
        where = consumed(wanted)
        text = where.put_into(query("busiest_minute"))
        return await self._ask(lambda held: int(_all(held, text, where)[0][0]))

    async def buckets_by_model(
        self, start_s: int, end_s: int, only: Only = EVERYTHING
    ) -> list[Bucket]:
        """Returns sums by hour and model."""
        return await self._buckets("buckets_by_model", start_s, end_s, only)

    async def buckets_by_user(
        self, start_s: int, end_s: int, only: Only = EVERYTHING
    ) -> list[Bucket]:
        """Returns sums by hour and user."""
        return await self._buckets("buckets_by_user", start_s, end_s, only)

    async def buckets_of_user(
        self,
        start_s: int,
        end_s: int,
        *,
        user_id: int = 0,
        username: str = "",
        only: Only = EVERYTHING,
    ) -> list[Bucket]:
        """Returns one user's sums by hour and model; named by id, or by name."""
        named: dict[str, Any] = {"user_id": user_id, "username": username or "\0"}
        return await self._buckets("buckets_of_user", start_s, end_s, only, **named)

    async def days_of_user(self, start_s: int, end_s: int, user_id: int) -> list[Day]:
        """Returns one user's sums by day and model."""
        parameters = {"start_s": start_s, "end_s": end_s, "user_id": user_id}
        return [Day(*row) for row in await self._rows("days_of_user", parameters)]

    async def totals(self, start_s: int, end_s: int, only: Only = EVERYTHING) -> Totals:
        """Returns sums over whole hours."""
        rows = await self._rows("totals", _range(start_s, end_s, only))
        return Totals(*(int(value) for value in rows[0]))

    async def charged(self, node: int) -> int:
        """Returns what this store's calls have cost; those of one node where many write."""
        where, given = ("node = $node", {"node": node}) if self._writer.is_shared else ("true", {})
        text = query("charged").replace("@node@", where)
        rows = await self._ask(lambda held: held.execute(text, given).fetchall())
        return int(rows[0][0])

    async def hours(self, start_s: int, end_s: int, only: Only = EVERYTHING) -> list[Bucket]:
        """Returns sums by hour, busy hours only."""
        return await self._buckets("hours", start_s, end_s, only)

    async def top_models(self, start_s: int, end_s: int, only: Only = EVERYTHING) -> list[Bucket]:
        """Returns the ten models that cost most."""
        return await self._buckets("top_models", start_s, end_s, only)

    async def sums_after(self, begin: Position, account: str) -> list[tuple[int, int, int]]:
        """Returns (account, charge, count or last use) of all rows at and after a position."""
        text = query("sums_after").replace("$account", account)
        text = text.replace("$extra", _BESIDE[account])
        parameters = {
            "journal": begin.journal,
            "segment": begin.segment,
            "offset": begin.offset,
        }
        rows = await self._ask(lambda held: held.execute(text, parameters).fetchall())
        return [(int(found), int(quota), int(beside)) for found, quota, beside in rows]

    async def answers(self, asked: Sequence[tuple[str, Mapping[str, Any]]]) -> list[list[Row]]:
        """Returns the rows of each statement, all of one snapshot.

        Raises:
            UnavailableError: too many questions wait, or these took too long.
        """

        def work(connection: duckdb.DuckDBPyConnection) -> list[list[Row]]:
            with _interrupted_after(connection, LONGEST_S):
                return [connection.execute(text, dict(given)).fetchall() for text, given in asked]

        return await self._ask(work)

    async def copied(self, text: str, parameters: Mapping[str, Any]) -> int:
        """Runs a COPY and returns how many rows it wrote. Raises as `answers` does."""

        def work(connection: duckdb.DuckDBPyConnection) -> int:
            with _interrupted_after(connection, LONGEST_S):
                found = connection.execute(text, dict(parameters)).fetchone()
            return int(found[0]) if found else 0

        return await self._ask(work)

    @property
    def whole_until_ms(self) -> int:
        """Returns up to when the store holds every call of this node; 0: nobody has brought any."""
        return self._writer.whole_until_ms

    @property
    def complete_until_ms(self) -> int:
        """Returns up to when the store holds every call of all nodes; 0: not known yet."""
        return self._writer.complete_until_ms

    async def _buckets(
        self, name: str, start_s: int, end_s: int, only: Only, **more: str | int
    ) -> list[Bucket]:
        rows = await self._rows(name, _range(start_s, end_s, only) | more)
        return [Bucket(*row) for row in rows]

    async def _rows(self, name: str, parameters: dict[str, Any]) -> list[Row]:
        text = query(name)

        def work(connection: duckdb.DuckDBPyConnection) -> list[Row]:
            return connection.execute(text, parameters).fetchall()

        return await self._ask(work)

    async def _ask(self, work: Callable[[duckdb.DuckDBPyConnection], Result]) -> Result:
        if self._waiting >= MAX_WAITING:
            raise UnavailableError(BUSY)
        self._waiting += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._threads, lambda: self._with(work))
        finally:
            self._waiting -= 1

    def _with(self, work: Callable[[duckdb.DuckDBPyConnection], Result]) -> Result:
        """Answers one question over one snapshot: a page and its total are of one moment."""
        connection = self._connections.get()
        try:
            connection.begin()
            try:
                return work(connection)
            finally:
                connection.rollback()
        except (duckdb.IOException, duckdb.HTTPException, duckdb.TransactionException) as error:
            if not self._writer.is_shared:
                raise
            log.warning("the usage lake did not answer", error=str(error))
            raise UnavailableError(AWAY) from error
        finally:
            self._connections.put(connection)


def _range(start_s: int, end_s: int, only: Only) -> dict[str, Any]:
    """Returns the parameters that every question about sums has."""
    return {
        "start_s": start_s,
        "end_s": end_s,
        "groups": None if only.groups is None else list(only.groups),
        "users": None if only.user_ids is None else list(only.user_ids),
    }


def _newest(
    connection: duckdb.DuckDBPyConnection, page: str, where: Conditions, limit: int
) -> list[Row]:
    """Returns the page of the newest rows, from the smallest window that fills it."""
    newest = int(connection.execute(query("newest_log")).fetchall()[0][0])
    for rows in NEWEST_ROWS:
        if rows >= newest:
            break
        found = connection.execute(page, where.parameters | {"above": newest - rows}).fetchall()
        if len(found) == limit:
            return found
    return connection.execute(page, where.parameters | {"above": -1}).fetchall()


def _all(connection: duckdb.DuckDBPyConnection, text: str, where: Conditions) -> list[Row]:
    return connection.execute(text, where.parameters).fetchall()


@contextmanager
def _interrupted_after(connection: duckdb.DuckDBPyConnection, limit_s: float) -> Iterator[None]:
    """Ends what the connection does when the time is over."""
    timer = threading.Timer(limit_s, connection.interrupt)
    timer.start()
    try:
        yield
    except duckdb.InterruptException as error:
        raise UnavailableError(TOO_LONG) from error
    finally:
        timer.cancel()
