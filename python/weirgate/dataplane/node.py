"""Who this process is among the nodes of one database: claimed at start, kept alive, given up.

A node is its data folder: name, number and identity are kept there, and the row in SQL says which
process speaks for it. On PostgreSQL a node with a name is one of several and spends from leases;
one without has the database to itself. Must never let two processes spend the same money.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import re
import secrets as randomness
import socket
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import BigInteger, delete, literal_column, select, text, update
from sqlalchemy.exc import SQLAlchemyError

from weirgate import __version__
from weirgate.dataplane.drain import SQL
from weirgate.settings import MAX_NODE, NODE_FILE, KeptNode, Settings, StartError, number_in
from weirgate.store.engine import parse
from weirgate.store.tables import DrainCursor, Lease, Node

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import AsyncSession

    from weirgate.store import Store

TTL_MS = 60_000
BEAT_S = TTL_MS / 1000 / 6
RETRY_S = 1.0
DEAD_MS = TTL_MS * 5 // 4
"""A heartbeat of this age, by the database's clock, means that the node spends nothing any more."""

_JOURNAL = "journal"
_CLOCKS = {
    "postgresql": "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)",
    "sqlite": "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)",
}

log = structlog.get_logger("weirgate.node")


class NodeLostError(Exception):
    """Another process speaks for this node now."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A node that this process speaks for."""

    name: str
    number: int
    incarnation: str
    is_shared: bool
    """It spends from leases."""


def now_of(dialect: str) -> ColumnElement[int]:
    """Returns the database's clock in Unix milliseconds, as an expression."""
    return literal_column(_CLOCKS[dialect], BigInteger)


@contextmanager
def sole_user(settings: Settings) -> Iterator[None]:
    """Holds an SQLite database for this process; PostgreSQL has its rows for that.

    Raises:
        StartError: another process holds it.
    """
    url = parse(settings.sql_url)
    if url.get_backend_name() != "sqlite":
        yield
        return
    path = Path(f"{url.database}.lock")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            text = f"{url.database} is in use by another node: several nodes need PostgreSQL"
            raise StartError(text) from error
        yield
    finally:
        os.close(descriptor)


async def claim(store: Store, settings: Settings) -> Claimed:
    """Makes this process the one that speaks for the data folder's node.

    Raises:
        StartError: the node, its name or its number is another's, or the database is.
    """
    kept = KeptNode.of(settings.data_dir)
    async with store.unit_of_work() as uow:
        session = uow.session
        if store.dialect == "postgresql":
            await session.execute(text("LOCK TABLE nodes IN EXCLUSIVE MODE"))
        now_ms = int(await session.scalar(select(now_of(store.dialect))) or 0)
        rows = list(await session.scalars(select(Node).order_by(Node.number)))
        known = kept or await _new(session, settings, rows)
        _check_name(known, settings)
        claiming = _Claiming(settings, known, now_ms, alone=store.dialect == "sqlite")
        row = claiming.row(rows)
        await claiming.admit(session, [other for other in rows if other is not row])
        session.add(row)
        await session.flush()
        if kept is None:
            # Before the commit: a number that nobody remembers would be lost.
            await asyncio.to_thread(_keep, settings.data_dir, known)
    return Claimed(known.name, known.number, row.incarnation, row.is_shared)


@dataclass(slots=True)
class _Claiming:
    """One start among the rows of all nodes."""

    settings: Settings
    known: KeptNode
    now_ms: int
    alone: bool
    """A file lock says that no other process uses the database."""

    def row(self, rows: Sequence[Node]) -> Node:
        """Returns this node's row as it will be."""
        known, here = self.known, _place(self.settings.data_dir)
        mine = next((row for row in rows if row.identity == known.identity), None)
        if mine is None:
            taken = next(
                (row for row in rows if row.number == known.number or row.name == known.name), None
            )
            if taken is not None:
                raise StartError(_taken(taken))
            mine = Node(number=known.number, name=known.name, identity=known.identity, epoch=0)
        elif mine.place != here and not self.alone and self._lives(mine):
            age_s = (self.now_ms - mine.heartbeat_ms) // 1000
            raise StartError(
                f"node {mine.name} runs already, at {mine.address or 'another place'} (last heard "
                f"of {age_s} s ago): stop it, or wait {DEAD_MS // 1000} s after it ended"
            )
        mine.place, mine.incarnation = here, randomness.token_hex(16)
        mine.is_shared, mine.address = self.settings.is_one_of_several, ""
        mine.version, mine.started_ms = __version__, self.now_ms
        mine.heartbeat_ms, mine.stopped_ms = self.now_ms, 0
        return mine

    async def admit(self, session: AsyncSession, others: Sequence[Node]) -> None:
        """Looks whether the others let this node in."""
        for other in others:
            if not other.stopped_ms and not other.is_shared:
                raise StartError(
                    f"node {other.name} has this database to itself and was not stopped: start "
                    f"every node with a name (--node), or `weirgate node retire {other.name}`"
                )
            if self.settings.is_one_of_several:
                continue
            if self._lives(other):
                raise StartError(
                    f"node {other.name} shares this database: give this one a name too (--node)"
                )
            await disown(session, other.number)

    def _lives(self, row: Node) -> bool:
        return not row.stopped_ms and self.now_ms - row.heartbeat_ms < DEAD_MS


async def disown(session: AsyncSession, number: int) -> None:
    """Takes a node from the process that spoke for it, with its leases."""
    gone = update(Node).where(Node.number == number)
    await session.execute(
        gone.values(incarnation="", epoch=Node.epoch + 1).execution_options(
            synchronize_session=False
        )
    )
    await session.execute(delete(Lease).where(Lease.node == number))


async def retire(store: Store, name: str) -> int:
    """Ends a node whose data folder is lost; returns its number.

    Raises:
        StartError: there is no such node, or it runs.
    """
    async with store.unit_of_work() as uow:
        row = await uow.session.scalar(select(Node).where(Node.name == name).with_for_update())
        now_ms = int(await uow.session.scalar(select(now_of(store.dialect))) or 0)
        if row is None:
            raise StartError(f"there is no node {name}")
        if not row.stopped_ms and now_ms - row.heartbeat_ms < DEAD_MS:
            raise StartError(f"node {name} runs")
        row.stopped_ms = row.stopped_ms or now_ms
        await uow.session.flush()
        await disown(uow.session, row.number)
        return row.number


class Heart:
    """Says again and again that this node lives; `is_lost` when another process took it."""

    def __init__(self, store: Store, claimed: Claimed) -> None:
        self.lost = asyncio.Event()
        self.on_beat: Callable[[int, int], Awaitable[None]] | None = None
        """Is told of each heartbeat that was answered: when it was sent, and the node's epoch."""

        self._store = store
        self._claimed = claimed

    async def run(self) -> None:
        """Beats until cancelled, or until the node is another's."""
        pause_s = BEAT_S
        while True:
            await asyncio.sleep(pause_s)
            try:
                await self.beat()
                pause_s = BEAT_S
            except NodeLostError:
                log.critical("another process speaks for this node now", name=self._claimed.name)
                self.lost.set()
                return
            except (SQLAlchemyError, OSError) as error:
                log.warning("no heartbeat could be written", error=str(error))
                pause_s = RETRY_S

    async def beat(self, **values: str | int) -> int:
        """Writes one heartbeat and what else is new; returns the node's epoch.

        Raises:
            NodeLostError: another process speaks for this node.
        """
        sent_ms = time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000
        clock = now_of(self._store.dialect)
        beating = (
            update(Node)
            .where(Node.number == self._claimed.number)
            .where(Node.incarnation == self._claimed.incarnation)
            .values(heartbeat_ms=clock, **values)
            .returning(Node.epoch)
            .execution_options(synchronize_session=False)
        )
        async with self._store.unit_of_work() as uow:
            epoch = (await uow.session.execute(beating)).scalar_one_or_none()
        if epoch is None:
            raise NodeLostError
        if self.on_beat is not None:
            await self.on_beat(sent_ms, epoch)
        return epoch

    async def stop(self) -> None:
        """Says that this node has ended and owes nothing."""
        try:
            async with self._store.unit_of_work() as uow:
                ended = (
                    update(Node)
                    .where(Node.number == self._claimed.number)
                    .where(Node.incarnation == self._claimed.incarnation)
                    .values(stopped_ms=now_of(self._store.dialect))
                    .execution_options(synchronize_session=False)
                )
                await uow.session.execute(ended)
        except (SQLAlchemyError, OSError) as error:
            log.warning("the end of this node could not be written", error=str(error))


async def _new(session: AsyncSession, settings: Settings, rows: Sequence[Node]) -> KeptNode:
    """Returns what a data folder without a past becomes."""
    wanted = number_in(settings.node_name)
    if wanted is None:
        wanted = await _free_number(session, settings, rows)
    name = settings.node_name or f"node-{randomness.token_hex(4)}"
    return KeptNode(name=name, number=wanted, identity=randomness.token_hex(16))


async def _free_number(session: AsyncSession, settings: Settings, rows: Sequence[Node]) -> int:
    taken = {row.number for row in rows}
    journal = settings.data_dir / _JOURNAL
    if 0 not in taken and journal.is_dir() and any(journal.iterdir()):
        # A folder from before nodes had names.
        return 0
    cursors = await session.scalars(select(DrainCursor.consumer))
    found = [re.fullmatch(rf"{SQL}\.(\d+)", consumer) for consumer in cursors]
    taken |= {int(match[1]) for match in found if match}
    if settings.node_name == "" and taken == {0} and not rows:
        # Alone, with its journal lost: the cursor says so, and stops the start.
        return 0
    free = next((number for number in range(MAX_NODE + 1) if number not in taken), None)
    if free is None:
        raise StartError(f"all {MAX_NODE + 1} numbers of nodes are taken")
    return free


def _check_name(known: KeptNode, settings: Settings) -> None:
    if settings.node_name and settings.node_name != known.name:
        raise StartError(
            f"data folder {settings.data_dir} is node {known.name}'s, not {settings.node_name}'s"
        )


def _taken(row: Node) -> str:
    return (
        f"node {row.name} (number {row.number}) belongs to another data folder: give this one "
        "another name (--node), or put that folder back"
    )


def _place(folder: Path) -> str:
    boot = Path("/proc/sys/kernel/random/boot_id")
    machine = boot.read_text().strip() if boot.exists() else socket.gethostname()
    found = folder.stat()
    return f"{machine}:{found.st_dev}:{found.st_ino}"


def _keep(folder: Path, known: KeptNode) -> None:
    draft = folder / f"{NODE_FILE}.new"
    with draft.open("w") as file:
        file.write(known.model_dump_json() + "\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(folder / NODE_FILE)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
