"""Keeps this node's leases: fetches what calls wait for, gives back what lies idle or others need.

The database and the data plane's memory are changed together under the drain's lock, a grant in the
database first, a return in memory first; after any doubt the database's rows count. So memory never
has more than the database says, and a late answer can only cost a call its turn.
"""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Protocol

import orjson
import structlog
from sqlalchemy.exc import SQLAlchemyError

from weirgate._core import CoreError
from weirgate.dataplane.lease_book import Account, LeaseBook, LeaseLostError, Want
from weirgate.dataplane.node import NodeLostError
from weirgate.store import Changes

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from weirgate.dataplane.drain import LedgerDrain
    from weirgate.dataplane.node import Heart

PATIENCE_MS = 500
ROUND_S = 0.25
ROUNDS_A_SWEEP = 4
RECALL_S = 3.0
"""How long the others may take to give back what is free."""

RECALL_LOOK_S = 0.1
FAILURES = (SQLAlchemyError, CoreError, OSError)
GRANTED, REFUSED, UNAVAILABLE = "granted", "refused", "unavailable"

log = structlog.get_logger("weirgate.leases")


class LeaseTarget(Protocol):
    """The part of the gateway that spends."""

    def lease_wants(self, patience_ms: int) -> bytes:
        """Waits until calls want leases."""

    def lease_answers(self, rows: bytes) -> None:
        """Takes grants and refusals."""

    def lease_returns(self, is_round: bool) -> bytes:  # noqa: FBT001
        """Takes out what goes back."""

    def lease_recall(self, rows: bytes) -> None:
        """Makes what is free go back."""

    def lease_reconcile(self, rows: bytes) -> None:
        """Makes all leases what the database says."""

    def lease_renewed(self, sent_ms: int) -> None:
        """Lets holds begin for a while."""

    def lease_lapse(self) -> None:
        """Ends all leases."""


class LeaseKeeper:
    """The leases of one node, from its start to its end."""

    def __init__(
        self,
        book: LeaseBook,
        gateway: LeaseTarget,
        drain: LedgerDrain,
        heart: Heart,
        publish: Callable[[Changes], Awaitable[None]],
    ) -> None:
        self._book = book
        self._gateway = gateway
        self._drain = drain
        self._heart = heart
        self._publish = publish
        self._epoch = -1
        self._is_sure = False
        """Memory has what the database says, but for what was under way."""

        self._last_entry = -1
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="leases")
        self._asking: set[asyncio.Task[None]] = set()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self, *, is_resumed: bool) -> None:
        """Begins; on a data plane that is new nothing is leased yet, whatever a crash left."""
        if not is_resumed:
            await self._book.clear()
        self._heart.on_beat = self._renewed
        await self._heart.beat()
        self._tasks = [
            asyncio.create_task(self._serve(), name="lease wants"),
            asyncio.create_task(self._go_round(), name="lease rounds"),
        ]

    async def stop(self) -> None:
        """Gives everything back; the data plane must be at rest and drained."""
        self._heart.on_beat = None
        for task in (*self._tasks, *self._asking):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        self._thread.shutdown(wait=False)
        self._gateway.lease_lapse()
        try:
            await self._book.clear()
        except FAILURES as error:
            log.warning("leases were not given back; they lapse", error=str(error))

    async def _renewed(self, sent_ms: int, epoch: int) -> None:
        """Takes note of a heartbeat that was answered."""
        async with self._drain.at_rest():
            if epoch != self._epoch:
                # Others took the leases, or this is the first heartbeat.
                if self._epoch >= 0:
                    log.warning("this node's leases had lapsed")
                    await self._told(self._gateway.lease_lapse)
                self._epoch, self._is_sure = epoch, False
        if await self._be_sure():
            await self._told(self._gateway.lease_renewed, sent_ms)
        for number in await self._book.reclaim():
            log.warning("took the leases of a node that is silent", node=number)

    async def _be_sure(self) -> bool:
        """Makes memory equal to the database where that is in doubt; returns whether it is now."""
        if self._is_sure:
            return True
        async with self._drain.at_rest() as is_told:
            if not is_told:
                return False
            try:
                rows = await self._book.rows()
            except FAILURES as error:
                log.warning("leases could not be read", error=str(error))
                return False
            await self._told(self._gateway.lease_reconcile, orjson.dumps(rows))
            self._is_sure = True
        return True

    async def _serve(self) -> None:
        """Fetches what calls wait for, until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                found = await loop.run_in_executor(
                    self._thread, self._gateway.lease_wants, PATIENCE_MS
                )
                wants = [Want(*row) for row in orjson.loads(found)]
                if wants:
                    await self._fetch(wants)
            except FAILURES as error:
                log.warning("leases could not be fetched", error=str(error))
                await asyncio.sleep(1)

    async def _fetch(self, wants: Sequence[Want]) -> None:
        short = await self._take(wants)
        if not short:
            return
        asking = asyncio.create_task(self._ask_others(short), name="lease recall")
        self._asking.add(asking)
        asking.add_done_callback(self._asking.discard)

    async def _take(self, wants: Sequence[Want], *, is_last: bool = False) -> list[Want]:
        """Leases and answers; returns what found too little, answered only if this is the last."""
        verdict = REFUSED if is_last else None
        granted: dict[Account, int] | None = None
        if await self._be_sure():
            async with self._drain.at_rest() as is_told:
                if is_told:
                    granted = await self._granted(wants)
                await self._answer(wants, granted, verdict)
        else:
            await self._answer(wants, None, verdict)
        return [want for want in wants if granted is not None and not granted[want.account]]

    async def _granted(self, wants: Sequence[Want]) -> dict[Account, int] | None:
        """Leases in the database; None when it could not be asked, or not believed."""
        returns = orjson.loads(await self._told(self._gateway.lease_returns, False))  # noqa: FBT003
        try:
            return await self._book.take(self._epoch, wants, returns)
        except LeaseLostError:
            await self._told(self._gateway.lease_lapse)
        except NodeLostError:
            await self._told(self._gateway.lease_lapse)
            self._heart.lost.set()
        except FAILURES as error:
            log.warning("the ledger could not be asked for leases", error=str(error))
        self._is_sure = False
        return None

    async def _answer(
        self, wants: Sequence[Want], granted: dict[Account, int] | None, none: str | None
    ) -> None:
        """Tells the data plane; whoever found nothing only where `none` says what to tell."""
        rows = []
        for want in wants:
            amount = 0 if granted is None else granted[want.account]
            verdict = UNAVAILABLE if granted is None else GRANTED if amount else none
            if verdict is not None:
                rows.append([want.scope, want.account_id, amount, verdict])
        if rows:
            await self._told(self._gateway.lease_answers, orjson.dumps(rows))

    async def _ask_others(self, wants: Sequence[Want]) -> None:
        """Asks the other nodes once for what is free of theirs, then looks again."""
        accounts = [want.account for want in wants]
        try:
            if await self._book.others_have(accounts):
                await self._book.reclaim()
                await self._recall(accounts)
        except FAILURES as error:
            log.warning("other nodes could not be asked", error=str(error))
        await self._take(wants, is_last=True)

    async def _recall(self, accounts: Sequence[Account]) -> None:
        end = time.monotonic() + RECALL_S
        asked = False
        while time.monotonic() < end:
            asked = await self._book.recall(accounts) or asked
            await asyncio.sleep(RECALL_LOOK_S)
            if asked and not await self._book.unanswered(accounts):
                return

    async def _go_round(self) -> None:
        """Gives back what is idle or asked for, and looks for entries, until cancelled."""
        rounds = 0
        while True:
            await asyncio.sleep(ROUND_S)
            rounds += 1
            try:
                await self._round(is_sweep=rounds % ROUNDS_A_SWEEP == 0)
            except FAILURES as error:
                log.warning("a round of leases failed", error=str(error))
                await asyncio.sleep(1)

    async def _round(self, *, is_sweep: bool) -> None:
        asked, last_entry = await self._book.look()
        if last_entry != self._last_entry:
            await self._publish(Changes(entries=True))
            self._last_entry = last_entry
        if not await self._be_sure():
            return
        async with self._drain.at_rest() as is_told:
            if not is_told:
                return
            if asked:
                await self._told(self._gateway.lease_recall, orjson.dumps(asked))
            returns = orjson.loads(await self._told(self._gateway.lease_returns, is_sweep))
            if not asked and not returns:
                return
            # Until it is committed nobody knows.
            self._is_sure = False
            try:
                await self._book.give_back(self._epoch, returns, asked)
            except LeaseLostError:
                await self._told(self._gateway.lease_lapse)
            except NodeLostError:
                await self._told(self._gateway.lease_lapse)
                self._heart.lost.set()
            else:
                self._is_sure = True

    async def _told(self, call: Callable[..., Any], *arguments: object) -> Any:
        return await asyncio.to_thread(call, *arguments)
