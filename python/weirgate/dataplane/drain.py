"""Brings usage home: sums into the SQL ledger, rows and other logs into the usage store.

Three loops on the main event loop, each with its own cursor that moves by compare-and-set in the
transaction that applies the batch: what was applied is never applied again, what was not is read
again. After any failure the cursor is read anew. Only then is the journal told. The usage store
keeps what it took in only from checkpoint to checkpoint: the journal and the outbox are told of
those too, and give nothing up before. A clean stop leaves nothing undrained and nothing unkept.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

import duckdb
import structlog
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import SQLAlchemyError

from weirgate._core import CoreError
from weirgate.analytics.columns import Rows
from weirgate.analytics.ingest import JOURNAL, OUTBOX, CursorMovedError, LogEntry, UsageWriter
from weirgate.dataplane import booking
from weirgate.store import Store
from weirgate.store.tables import LogOutbox

SQL = "sql"
ANALYTICS = "analytics"
CHECKPOINT = "checkpoint"
BUSY_ROWS = 1_000
"""A batch from this size on means load: the next may wait longer and be larger."""

MAX_RECORDS = 50_000
MAX_ROWS = 40_000
LAKE_ROWS = 20_000
"""Rows of a batch for a lake, where each batch is a file; with fewer it waits ten seconds."""

MAX_ENTRIES = 1_000
MAX_BACKOFF_S = 5.0
FAILURES = (CoreError, CursorMovedError, SQLAlchemyError, duckdb.Error, OSError)

log = structlog.get_logger("weirgate.drain")


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a loop waits, in seconds; a full batch is followed at once.

    A batch costs 10 to 15 ms of processor time however small it is (measured): under load larger
    ones are cheaper, and lag may then be as long as the promise allows.
    """

    full: int
    idle_s: float
    busy_s: float
    busy_rows: int = BUSY_ROWS

    def after(self, moved: int | None) -> float:
        """Returns the pause after a batch of so many records; None: there was nothing."""
        if moved is None or moved < self.busy_rows:
            return self.idle_s
        return 0.0 if moved >= self.full else self.busy_s


class DrainSource(Protocol):
    """The part of the gateway that is drained."""

    def read_sums(self, position: str, max_records: int) -> booking.Sums:
        """Reads sums for the ledger."""

    def read_rows(self, position: str, max_rows: int) -> Rows:
        """Reads usage rows."""

    def commit(self, consumer: str, position: str) -> None:
        """Notes how far a consumer is."""


@dataclass(slots=True)
class Progress:
    """What one loop has done so far; shown by the control socket."""

    batches: int = 0
    records: int = 0
    last_batch: int = 0
    largest_batch: int = 0
    failures: int = 0
    last_error: str = ""
    caught_up_ms: int = 0

    def count(self, records: int) -> None:
        """Counts an applied batch."""
        self.batches += 1
        self.records += records
        self.last_batch = records
        self.largest_batch = max(self.largest_batch, records)


class Loop:
    """Calls a step again and again; a step returns its records, None when there was nothing."""

    def __init__(self, name: str, step: Callable[[], Awaitable[int | None]], pace: Pace) -> None:
        self.name = name
        self.progress = Progress()
        self._step = step
        self._pace = pace

    async def run(self) -> None:
        """Runs until cancelled; failures are logged, and tried again after a growing pause."""
        pause = self._pace.idle_s
        while True:
            try:
                moved = await self._once()
            except FAILURES as error:
                self._note(error)
                pause = min(max(pause, self._pace.idle_s) * 2, MAX_BACKOFF_S)
            else:
                pause = self._pace.after(moved)
            await asyncio.sleep(pause)

    async def finish(self) -> None:
        """Drains to the end. Raises what stops it."""
        while await self._once() is not None:
            continue

    async def _once(self) -> int | None:
        moved = await self._step()
        if moved:
            self.progress.count(moved)
        if moved is None or moved < self._pace.full:
            self.progress.caught_up_ms = time.time_ns() // 1_000_000
        return moved

    def _note(self, error: Exception) -> None:
        self.progress.failures += 1
        if str(error) != self.progress.last_error:
            log.warning("draining failed, will be tried again", into=self.name, error=str(error))
        self.progress.last_error = str(error)


class LedgerDrain:
    """Books the journal's sums in SQL."""

    def __init__(
        self, store: Store, gateway: DrainSource, *, node: int, leases: bool = False
    ) -> None:
        """Takes the node's number; with `leases` a charge comes off its leases too."""
        self.on_booked: Callable[[Iterable[int]], None] | None = None
        """Is told whose balances a booked batch moved; must be quick."""
        self._store = store
        self._gateway = gateway
        self._consumer = f"{SQL}.{node}"
        self._lessee = node if leases else None
        self._position: str | None = None
        self._lock = asyncio.Lock()

    async def step(self) -> int | None:
        """Books one batch; returns its calls, which may be 0; None when there is none."""
        async with self._lock:
            return await self._step()

    @asynccontextmanager
    async def at_rest(self) -> AsyncIterator[bool]:
        """Lets no batch begin meanwhile; yields whether the relay knows of all that are booked."""
        async with self._lock:
            yield self._position is not None

    async def _step(self) -> int | None:
        position = await self._known_position()
        batch = await asyncio.to_thread(self._gateway.read_sums, position, MAX_RECORDS)
        if batch.position == position:
            return None
        # Until the commit is known to have happened the cursor in SQL alone knows where we are.
        self._position = None
        async with self._store.unit_of_work() as uow:
            await booking.move_cursor(uow.session, self._consumer, position, batch.position)
            await booking.book(uow.session, self._consumer, position, batch, lessee=self._lessee)
        await asyncio.to_thread(self._gateway.commit, SQL, batch.position)
        self._position = batch.position
        if self.on_booked is not None:
            self.on_booked(user_id for user_id, _, _ in batch.users)
        return batch.records

    async def _known_position(self) -> str:
        if self._position is None:
            async with self._store.unit_of_work(write=False) as uow:
                self._position = await booking.cursor(uow.session, self._consumer)
            if self._position:
                await asyncio.to_thread(self._gateway.commit, SQL, self._position)
        return self._position


class RowsDrain:
    """Takes the journal's rows into the usage store, and brings them into its file in time."""

    def __init__(self, writer: UsageWriter, gateway: DrainSource) -> None:
        self._writer = writer
        self._max_rows = LAKE_ROWS if writer.is_shared else MAX_ROWS
        self._gateway = gateway
        self._position: str | None = None
        self._told = ""

    async def step(self) -> int | None:
        """Takes in one batch; returns its rows, which may be 0; None when there is none."""
        moved = await self._take()
        if self._writer.is_checkpoint_due:
            await self._writer.try_checkpoint()
        await self.tell_kept()
        return moved

    async def tell_kept(self) -> None:
        """Tells the journal up to where the file holds its rows."""
        kept = self._writer.kept(JOURNAL)
        if kept != self._told:
            await asyncio.to_thread(self._gateway.commit, CHECKPOINT, kept)
            self._told = kept

    async def _take(self) -> int | None:
        position = await self._known_position()
        asked_ms = time.time_ns() // 1_000_000
        batch = await asyncio.to_thread(self._gateway.read_rows, position, self._max_rows)
        if batch.position == position:
            await self._writer.found_whole(asked_ms)
            return None
        self._position = None
        is_whole = batch.rows < self._max_rows
        rows = await self._writer.ingest(batch, position, asked_ms if is_whole else 0)
        await asyncio.to_thread(self._gateway.commit, ANALYTICS, batch.position)
        self._position = batch.position
        if is_whole:
            self._writer.whole_until_ms = asked_ms
        return rows

    async def check(self) -> None:
        """Looks whether the cursor is in the journal. Raises GapError when it is not."""
        position = await self._writer.position(JOURNAL)
        await asyncio.to_thread(self._gateway.read_rows, position, 1)

    async def _known_position(self) -> str:
        if self._position is None:
            self._position = await self._writer.position(JOURNAL)
            if self._position:
                await asyncio.to_thread(self._gateway.commit, ANALYTICS, self._position)
        return self._position


class OutboxDrain:
    """Takes the other log types from SQL into the usage store; they go when that holds them.

    Of several nodes each claims what is there first, and goes on with its own after a crash.
    """

    def __init__(self, store: Store, writer: UsageWriter, *, node: int) -> None:
        self._store = store
        self._writer = writer
        self._node = node
        self._forgotten = 0

    async def step(self) -> int | None:
        """Takes in one batch; returns its entries; None when there is none."""
        await self.forget_kept()
        position = await self._writer.position(OUTBOX)
        after = int(position or 0)
        rows = await self._read(after)
        if not rows:
            return None
        last = rows[-1].id
        await self._writer.add_logs([_entry(row) for row in rows], position, str(last))
        return len(rows)

    async def forget_kept(self) -> None:
        """Deletes the rows that the usage store's file holds."""
        kept = int(self._writer.kept(OUTBOX) or 0)
        if kept <= self._forgotten:
            return
        async with self._store.unit_of_work() as uow:
            # The newest row stays: SQLite would give its number again, and it would be passed over.
            own = LogOutbox.node == self._node
            await uow.session.execute(delete(LogOutbox).where(own, LogOutbox.id < kept))
        self._forgotten = kept

    async def _read(self, after: int) -> list[LogOutbox]:
        own = (LogOutbox.node == self._node) & (LogOutbox.id > after)
        waiting = select(LogOutbox.id).where(own | LogOutbox.node.is_(None)).limit(1)
        async with self._store.unit_of_work(write=False) as uow:
            if await uow.session.scalar(waiting) is None:
                return []
        async with self._store.unit_of_work() as uow:
            if self._store.dialect == "postgresql":
                # PostgreSQL numbers rows before they commit. Waiting for this moment's writers, and
                # for another node that claims, means that no smaller number can come behind.
                lock = text("LOCK TABLE log_outbox IN SHARE ROW EXCLUSIVE MODE")
                await uow.session.execute(lock)
            free = select(LogOutbox.id).where(LogOutbox.node.is_(None))
            first = free.order_by(LogOutbox.id).limit(MAX_ENTRIES).scalar_subquery()
            claim = update(LogOutbox).where(LogOutbox.id.in_(first)).values(node=self._node)
            await uow.session.execute(claim.execution_options(synchronize_session=False))
            found = select(LogOutbox).where(own).order_by(LogOutbox.id).limit(MAX_ENTRIES)
            return list(await uow.session.scalars(found))


def _entry(row: LogOutbox) -> LogEntry:
    return LogEntry(
        created_ms=row.created_at_ms,
        type=row.type,
        user_id=row.user_id,
        username=row.username,
        content=row.content,
        quota=row.quota,
        key_id=row.key_id,
        key_name=row.key_name,
        model=row.model_name,
        channel_id=row.channel_id,
        group_name=row.group,
        ip=row.ip,
        request_id=row.request_id,
        other=row.other,
    )


LEDGER_PACE = Pace(full=MAX_RECORDS, idle_s=0.4, busy_s=0.5)
ROWS_PACE = Pace(full=MAX_ROWS // 2, idle_s=0.4, busy_s=0.9)
LOGS_PACE = Pace(full=MAX_ENTRIES, idle_s=0.9, busy_s=0.4)
# Each batch for a lake is some files: at most every ten seconds while it is not a full one.
LAKE_ROWS_PACE = Pace(full=LAKE_ROWS, idle_s=0.9, busy_s=10.0, busy_rows=0)
LAKE_LOGS_PACE = Pace(full=MAX_ENTRIES, idle_s=0.9, busy_s=10.0, busy_rows=0)


class Drain:
    """The three loops and their tasks."""

    def __init__(
        self,
        store: Store,
        writer: UsageWriter,
        gateway: DrainSource,
        *,
        node: int,
        leases: bool = False,
    ) -> None:
        self.sums = LedgerDrain(store, gateway, node=node, leases=leases)
        self.ledger = Loop(SQL, self.sums.step, LEDGER_PACE)
        self._writer = writer
        self._rows = RowsDrain(writer, gateway)
        self._logs = OutboxDrain(store, writer, node=node)
        paces = (LAKE_ROWS_PACE, LAKE_LOGS_PACE) if writer.is_shared else (ROWS_PACE, LOGS_PACE)
        self.rows = Loop(ANALYTICS, self._rows.step, paces[0])
        self.logs = Loop("logs", self._logs.step, paces[1])
        self._tasks: list[asyncio.Task[None]] = []

    async def catch_up_ledger(self) -> None:
        """Books everything that is in the journal; before balances are read at start.

        Raises:
            GapError: one of the two cursors is not in the journal.
        """
        await self._rows.check()
        await self.ledger.finish()

    async def check(self) -> None:
        """Looks whether both cursors are in the journal; while calls run there is no end to reach.

        Raises:
            GapError: one of the two is not.
        """
        await self._rows.check()
        await self.sums.step()

    def start(self) -> None:
        """Starts the loops."""
        loops = (self.ledger, self.rows, self.logs)
        self._tasks = [asyncio.create_task(loop.run(), name=f"drain {loop.name}") for loop in loops]

    async def stop(self) -> None:
        """Stops the loops, then drains what is left; the journal must be at rest and flushed."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        for loop in (self.ledger, self.rows, self.logs):
            await loop.finish()
        await self._writer.checkpoint()
        await self._writer.leave()
        await self._rows.tell_kept()
        await self._logs.forget_kept()
