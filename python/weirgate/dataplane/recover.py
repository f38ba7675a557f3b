"""Closes a gap between a cursor and the journal: from the other store, or by accepting it.

Runs only while no server does. What the ledger missed is booked from the usage store's rows as far
as these reach; what is in no store any more can only be accepted, and is said. A cursor is never
moved past something that could still be read.
"""

from dataclasses import dataclass, field

from weirgate._core import GapError, Gateway
from weirgate.analytics.ingest import JOURNAL, UsageWriter
from weirgate.analytics.reader import Position, UsageReader
from weirgate.dataplane import booking
from weirgate.dataplane.drain import SQL
from weirgate.settings import StartError
from weirgate.store import Store

AHEAD = "ahead of the journal"
SET_ASIDE = "missing or set aside"


@dataclass(slots=True)
class Fill:
    """Sums taken from the usage store; a batch for `booking`."""

    position: str
    users: list[booking.Sum] = field(default_factory=list)
    keys: list[booking.Sum] = field(default_factory=list)
    channels: list[booking.Sum] = field(default_factory=list)
    records: int = 0
    tasks: bytes = b"[]"
    """None: the usage store does not know them."""

    @property
    def quota(self) -> int:
        """What the rows charged."""
        return sum(quota for _, quota, _ in self.users)


class Recovery:
    """One look at both cursors, and what may be done."""

    def __init__(
        self, store: Store, writer: UsageWriter, reader: UsageReader, gateway: Gateway, node: int
    ) -> None:
        self._store = store
        self._writer = writer
        self._reader = reader
        self._gateway = gateway
        self._consumer = f"{SQL}.{node}"

    async def run(self, *, accept: bool) -> list[str]:
        """Closes the gaps and returns what was done, a line each.

        Raises:
            StartError: a gap is left that only `accept`, or an operator, can close.
        """
        done: list[str] = []
        usage_gap = await self._usage_gap()
        await self._recover_ledger(done, usage_whole=usage_gap is None, accept=accept)
        if usage_gap is not None:
            await self._recover_usage(usage_gap, done, accept=accept)
        return done or ["both cursors are in the journal: nothing to do"]

    async def _usage_gap(self) -> GapError | None:
        try:
            self._gateway.read_rows(await self._writer.position(JOURNAL), 1)
        except GapError as gap:
            return gap
        return None

    async def _recover_ledger(self, done: list[str], *, usage_whole: bool, accept: bool) -> None:
        async with self._store.unit_of_work(write=False) as uow:
            position = await booking.cursor(uow.session, self._consumer)
        try:
            self._gateway.read_sums(position, 1)
        except GapError as found:
            gap = found
        else:
            return
        fill = await self._fill(position)
        # With a whole usage store nothing is missing: all up to its cursor is among its rows.
        if not usage_whole and not accept:
            text = f"ledger: {gap}; the usage store can fill {fill.records} calls of {fill.quota}"
            raise StartError(f"{text}; the rest is lost: --accept")
        target = await self._writer.position(JOURNAL) if usage_whole else _target(gap)
        fill.position = target
        async with self._store.unit_of_work() as uow:
            await booking.move_cursor(uow.session, self._consumer, position, target)
            await booking.book(uow.session, self._consumer, position, fill)
        done.append(f"ledger: booked {fill.records} calls of {fill.quota} from the usage store")
        if not usage_whole:
            done.append(f"ledger: accepted the gap; goes on at {target}")

    async def _fill(self, position: str) -> Fill:
        begin = Position.parse(position)
        if begin is None:
            return Fill("")
        return Fill(
            position="",
            users=await self._reader.sums_after(begin, "user_id"),
            keys=await self._reader.sums_after(begin, "key_id"),
            channels=await self._reader.sums_after(begin, "channel_id"),
            records=sum(count for *_, count in await self._reader.sums_after(begin, "user_id")),
        )

    async def _recover_usage(self, gap: GapError, done: list[str], *, accept: bool) -> None:
        if not accept:
            raise StartError(f"usage store: {gap}; its rows are lost: --accept")
        target = _target(gap)
        await self._writer.set_position(await self._writer.position(JOURNAL), target)
        done.append(f"usage store: accepted the gap; goes on at {target}")


def _target(gap: GapError) -> str:
    """Returns where to go on: never past what can still be read, never before what was applied."""
    if SET_ASIDE in gap.reason:
        raise StartError(f"{gap}: put the segment file back")
    return gap.newest if AHEAD in gap.reason else gap.oldest
