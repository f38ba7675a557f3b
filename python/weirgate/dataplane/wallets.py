"""Compares the wallets that the relay works with, in memory, with SQL: free + held + settled.

On a node among several it is the node's leases. Exact while calls run: for a batch of users neither
a drained batch nor an entry can come between the two looks, and entries that the relay was not sent
yet are taken into account. Read only; holds the drain and the publisher up for one batch at a time,
a few milliseconds each.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import orjson
from sqlalchemy import and_, func, select

from weirgate.dataplane.drain import LedgerDrain
from weirgate.dataplane.publish import Publisher
from weirgate.store import Store
from weirgate.store.tables import Lease, LedgerEntry, User

BATCH = 1_000


class Wallets(Protocol):
    """The part of the gateway that is asked."""

    def account(self, user_id: int) -> bytes:
        """Returns `known`, `free`, `held` and `pending` of a user as JSON."""


@dataclass(slots=True)
class WalletReport:
    """Sums over the compared users, and who differs; quota units."""

    users: int = 0
    unsure: int = 0
    """Users left out because a booked batch was not told to the relay yet."""

    free: int = 0
    held: int = 0
    settled: int = 0
    """Charged in memory, not yet subtracted in SQL."""

    differing: list[dict[str, int]] = field(default_factory=list)


class WalletBooks:
    """Looks at both sides of all wallets."""

    def __init__(
        self,
        store: Store,
        gateway: Wallets,
        drain: LedgerDrain,
        publisher: Publisher,
        *,
        lessee: int | None = None,
    ) -> None:
        """Takes both sides; `lessee` is the node that spends from leases, where it does."""
        self._store = store
        self._gateway = gateway
        self._drain = drain
        self._publisher = publisher
        self._lessee = lessee

    async def compare(self) -> WalletReport:
        """Compares every living user's wallet."""
        report = WalletReport()
        after: int | None = 0
        while after is not None:
            after = await self._compare_batch(report, after)
            # Calls and other batches go on between two batches.
            await asyncio.sleep(0)
        return report

    async def _compare_batch(self, report: WalletReport, after: int) -> int | None:
        """Compares the users behind an id; returns the last one's, None when there are none."""
        async with self._drain.at_rest() as is_told, self._publisher.at_rest() as last_entry:
            expected = await self._expected(after, last_entry)
            if not expected:
                return None
            if is_told:
                for user_id, balance in expected:
                    self._compare_one(report, user_id, balance)
            else:
                report.unsure += len(expected)
        return expected[-1][0]

    def _compare_one(self, report: WalletReport, user_id: int, expected: int) -> None:
        view = orjson.loads(self._gateway.account(user_id))
        free, held, settled = view["free"], view["held"], view["pending"]
        report.users += 1
        report.free += free
        report.held += held
        report.settled += settled
        # What goes back has left memory first.
        has = view["leased"] if self._lessee is not None else expected
        if free + held + settled != has or has > expected:
            report.differing.append(
                {
                    "user_id": user_id,
                    "expected": expected,
                    "free": free,
                    "held": held,
                    "settled": settled,
                }
            )

    async def _expected(self, after: int, last_entry: int) -> Sequence[tuple[int, int]]:
        """Returns (user, balance) as the relay must have it: without what it was not sent yet."""
        if self._lessee is not None:
            return await self._leased(self._lessee, after)
        users = (
            select(User.id, User.quota)
            .where(User.deleted_at.is_(None), User.id > after)
            .order_by(User.id)
            .limit(BATCH)
        )
        unsent = (
            select(LedgerEntry.user_id, func.sum(LedgerEntry.wallet_delta))
            .where(LedgerEntry.number > last_entry)
            .group_by(LedgerEntry.user_id)
        )
        async with self._store.unit_of_work(write=False) as uow:
            rows = (await uow.session.execute(users)).all()
            waiting = {user: int(delta) for user, delta in await uow.session.execute(unsent)}
        return [(user, quota - waiting.get(user, 0)) for user, quota in rows]

    async def _leased(self, lessee: int, after: int) -> Sequence[tuple[int, int]]:
        """Returns (user, lease): the most that the relay may have."""
        of_user = and_(Lease.account_id == User.id, Lease.scope == "user", Lease.node == lessee)
        query = (
            select(User.id, func.coalesce(Lease.amount, 0))
            .outerjoin(Lease, of_user)
            .where(User.deleted_at.is_(None), User.id > after)
            .order_by(User.id)
            .limit(BATCH)
        )
        async with self._store.unit_of_work(write=False) as uow:
            return [(user, amount) for user, amount in await uow.session.execute(query)]
