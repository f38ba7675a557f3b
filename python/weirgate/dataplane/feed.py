"""Takes in what other nodes of one database changed: at once when a bell rings, else by looking.

A bell (`bells`) only says "look"; what changed is read from SQL, and the rows it names after that.
So a message that is lost, late or forged changes nothing but the time, which is POLL_S at most.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

import structlog
from sqlalchemy.exc import SQLAlchemyError

from weirgate._core import CoreError
from weirgate.dataplane.compile import CompileError
from weirgate.store import feed

if TYPE_CHECKING:
    from collections.abc import Callable

    from weirgate.dataplane.publish import Publisher
    from weirgate.store import Changes, Store

POLL_S = 0.8
"""So that, with the time to read, nothing is older than a second."""

PRUNE_S = 600.0
FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 15.0
STEADY_S = 30.0
"""A line to a bell that held so long starts the pauses anew."""

log = structlog.get_logger("weirgate.feed")


class BellError(Exception):
    """The line to a bell broke; the text holds no secret."""


class Bell(Protocol):
    """Tells other nodes that there is something to read."""

    name: str

    async def listen(self, heard: Callable[[], None]) -> None:
        """Calls `heard` once it listens and whenever another node rings; ends with an error only.

        Raises:
            BellError: the line broke.
        """

    async def ring(self) -> None:
        """Rings at the other nodes.

        Raises:
            BellError: nobody heard it.
        """


class ChangeFeed:
    """Keeps this node's data plane equal to what all nodes committed."""

    def __init__(self, store: Store, publisher: Publisher, bell: Bell) -> None:
        self._store = store
        self._publisher = publisher
        self._bell = bell
        self._position = publisher.read_upto
        self._rung = asyncio.Event()
        self._to_ring = asyncio.Event()
        self._pruned = time.monotonic()
        self._last_failure = ""

    async def tell(self, changes: Changes) -> None:
        """Publishes this node's own commit, and has the others look; they are not waited for."""
        self._to_ring.set()
        await self._publisher.publish(changes)

    async def run(self) -> None:
        """Takes changes in until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._listen(), name="change bell")
            tasks.create_task(self._ring(), name="change ringer")
            while True:
                await self._look_or_wait()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._rung.wait(), POLL_S)
                self._rung.clear()

    async def look(self) -> None:
        """Takes in everything that is there."""
        while True:
            async with self._store.unit_of_work(write=False) as uow:
                newest = await feed.newest(uow.session)
                if newest == self._position:
                    return
                news = await feed.since(uow.session, self._position, self._store.origin)
            if news.has_gap or newest < self._position:
                # Too far behind, or the database is an older one than it was.
                log.warning("changes are missing, reading everything", behind=self._position)
                await self._publisher.reload()
                self._position = self._publisher.read_upto
                continue
            # From here on the publisher owes it, and tries again by itself.
            self._position = news.upto
            if news.changes:
                await self._publisher.publish(news.changes)

    async def _look_or_wait(self) -> None:
        try:
            await self.look()
            await self._prune()
        except (CoreError, CompileError, SQLAlchemyError, OSError) as error:
            if str(error) != self._last_failure:
                log.warning("changes of other nodes cannot be read", error=str(error))
            self._last_failure = str(error)
        else:
            self._last_failure = ""

    async def _prune(self) -> None:
        if time.monotonic() - self._pruned < PRUNE_S:
            return
        self._pruned = time.monotonic()
        async with self._store.unit_of_work() as uow:
            await feed.prune(uow.session)

    async def _listen(self) -> None:
        pause_s = FIRST_PAUSE_S
        while True:
            begun = time.monotonic()
            try:
                await self._bell.listen(self._rung.set)
            except BellError as error:
                held_s = time.monotonic() - begun
                pause_s = FIRST_PAUSE_S if held_s > STEADY_S else pause_s
                log.warning(
                    "the change bell is silent, looking by the clock",
                    bell=self._bell.name,
                    error=str(error),
                    again_in_s=pause_s,
                )
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)

    async def _ring(self) -> None:
        while True:
            await self._to_ring.wait()
            self._to_ring.clear()
            # The listener says when the line is broken; the others look by the clock.
            with suppress(BellError):
                await self._bell.ring()
