"""One node's leases in SQL: taken, given back, recalled, reclaimed; a call is a transaction.

A lease is part of its account's balance. Who raises one holds the account's row, so that the sum
of all leases never passes the balance; who lowers one needs no lock. Order of locks: the node's own
row, its leases, users, keys. Others' rows are only ever marked, and only where nobody holds them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from weirgate._core import lease_grant
from weirgate.dataplane.node import DEAD_MS, Claimed, NodeLostError, now_of
from weirgate.store.tables import Key, Lease, LedgerCounter, Node, User

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.ext.asyncio import AsyncSession

    from weirgate.store import Store

USER, KEY = "user", "key"
POSTGRESQL = "postgresql"
Account = tuple[str, int]
"""Scope, `user` or `key`, and id."""


class LeaseLostError(Exception):
    """Others took this node's leases meanwhile."""


@dataclass(frozen=True, slots=True)
class Want:
    """What calls of this node wait for; see `weirgate._core.lease_grant`."""

    scope: str
    account_id: int
    least: int
    all: int
    ahead: int

    @property
    def account(self) -> Account:
        """Whose money."""
        return self.scope, self.account_id


class LeaseBook:
    """The rows of one node's leases."""

    def __init__(self, store: Store, claimed: Claimed) -> None:
        self._store = store
        self._claimed = claimed

    async def take(
        self, epoch: int, wants: Sequence[Want], returns: Iterable[tuple[str, int, int]]
    ) -> dict[Account, int]:
        """Gives back, then leases what there is; returns what each account was granted, maybe 0.

        Raises:
            LeaseLostError: the epoch is another; NodeLostError: so is the process.
        """
        async with self._store.unit_of_work() as uow:
            session = uow.session
            await self._check(session, epoch)
            await self._give_back(session, list(returns))
            balances = await _lock(session, wants)
            leased = await _leased(session, wants)
            granted = {
                want.account: lease_grant(
                    balances.get(want.account, 0) - leased.get(want.account, 0),
                    want.least,
                    want.all,
                    want.ahead,
                )
                for want in wants
            }
            await self._add(session, granted)
        return granted

    async def rows(self) -> list[tuple[str, int, int]]:
        """Returns this node's leases, after whatever it began before has ended."""
        async with self._store.unit_of_work() as uow:
            await uow.session.execute(self._own().with_for_update())
            query = select(Lease.scope, Lease.account_id, Lease.amount)
            found = await uow.session.execute(query.where(Lease.node == self._claimed.number))
            return [(scope, account_id, amount) for scope, account_id, amount in found]

    async def clear(self) -> None:
        """Gives back everything; nothing of this node may hold."""
        async with self._store.unit_of_work() as uow:
            await uow.session.execute(self._own().with_for_update())
            await uow.session.execute(delete(Lease).where(Lease.node == self._claimed.number))

    async def recall(self, accounts: Iterable[Account]) -> bool:
        """Asks the others for what is free of theirs; returns whether anybody was asked now."""
        others = (_among(accounts), Lease.node != self._claimed.number, Lease.amount > 0)
        rows = select(Lease.node, Lease.scope, Lease.account_id).where(
            *others, Lease.is_recalled.is_(False)
        )
        async with self._store.unit_of_work() as uow:
            # Passing over what is held at this moment: waiting here could wait in a circle.
            found = (await uow.session.execute(rows.with_for_update(skip_locked=True))).all()
            for node, scope, account_id in found:
                one = and_(Lease.node == node, Lease.scope == scope, Lease.account_id == account_id)
                await uow.session.execute(
                    update(Lease)
                    .where(one)
                    .values(is_recalled=True)
                    .execution_options(synchronize_session=False)
                )
        return bool(found)

    async def unanswered(self, accounts: Iterable[Account]) -> bool:
        """Says whether somebody was asked and has not given back yet."""
        query = select(Lease.node).where(
            _among(accounts), Lease.node != self._claimed.number, Lease.is_recalled
        )
        async with self._store.unit_of_work(write=False) as uow:
            return await uow.session.scalar(query.limit(1)) is not None

    async def others_have(self, accounts: Iterable[Account]) -> set[Account]:
        """Returns the accounts of which other nodes have something leased."""
        query = select(Lease.scope, Lease.account_id).where(
            _among(accounts), Lease.node != self._claimed.number, Lease.amount > 0
        )
        async with self._store.unit_of_work(write=False) as uow:
            found = await uow.session.execute(query)
            return {(scope, account_id) for scope, account_id in found}

    async def look(self) -> tuple[list[Account], int]:
        """Returns what others ask of this node, and the newest entry's number."""
        asked = select(Lease.scope, Lease.account_id).where(
            Lease.node == self._claimed.number, Lease.is_recalled
        )
        async with self._store.unit_of_work(write=False) as uow:
            found = [(scope, account) for scope, account in await uow.session.execute(asked)]
            last = await uow.session.scalar(select(LedgerCounter.last_number))
        return found, last or 0

    async def give_back(
        self, epoch: int, returns: Sequence[tuple[str, int, int]], answered: Sequence[Account]
    ) -> None:
        """Lowers leases by what was taken out of memory, and marks what others asked for as done.

        Raises:
            LeaseLostError: the epoch is another; NodeLostError: so is the process.
        """
        async with self._store.unit_of_work() as uow:
            await self._check(uow.session, epoch)
            await self._give_back(uow.session, returns)
            if answered:
                done = update(Lease).where(_among(answered), Lease.node == self._claimed.number)
                await uow.session.execute(
                    done.values(is_recalled=False).execution_options(synchronize_session=False)
                )
            empty = delete(Lease).where(Lease.node == self._claimed.number, Lease.amount <= 0)
            await uow.session.execute(empty)

    async def reclaim(self) -> list[int]:
        """Takes the leases of nodes dead by the database's clock; returns their numbers."""
        has_leases = select(Lease.node).where(Lease.node == Node.number).exists()
        dead = (
            update(Node)
            .where(Node.is_shared, Node.number != self._claimed.number, has_leases)
            .where(Node.heartbeat_ms < now_of(POSTGRESQL) - DEAD_MS)
            .values(epoch=Node.epoch + 1)
            .returning(Node.number)
            .execution_options(synchronize_session=False)
        )
        async with self._store.unit_of_work() as uow:
            numbers = list((await uow.session.execute(dead)).scalars())
            if numbers:
                await uow.session.execute(delete(Lease).where(Lease.node.in_(numbers)))
        return numbers

    def _own(self) -> Any:
        return select(Node.epoch, Node.incarnation).where(Node.number == self._claimed.number)

    async def _check(self, session: AsyncSession, epoch: int) -> None:
        """Sees to it that this node is still this process's, and its leases are, until the end."""
        row = (await session.execute(self._own().with_for_update(read=True))).one_or_none()
        if row is None or row.incarnation != self._claimed.incarnation:
            raise NodeLostError
        if row.epoch != epoch:
            raise LeaseLostError

    async def _give_back(
        self, session: AsyncSession, returns: Sequence[tuple[str, int, int]]
    ) -> None:
        lower = (
            update(Lease.__table__)  # type: ignore[arg-type]
            .where(Lease.__table__.c.node == self._claimed.number)
            .where(Lease.__table__.c.scope == bindparam("of_scope"))
            .where(Lease.__table__.c.account_id == bindparam("of_account"))
            .values(amount=func.greatest(0, Lease.__table__.c.amount - bindparam("less")))
        )
        for scope, account_id, amount in returns:
            given = {"of_scope": scope, "of_account": account_id, "less": amount}
            await session.execute(lower, given)

    async def _add(self, session: AsyncSession, granted: dict[Account, int]) -> None:
        rows = [
            {
                "node": self._claimed.number,
                "scope": scope,
                "account_id": account_id,
                "amount": amount,
                "is_recalled": False,
            }
            for (scope, account_id), amount in sorted(granted.items())
            if amount > 0
        ]
        if not rows:
            return
        adding = insert(Lease).values(rows)
        await session.execute(
            adding.on_conflict_do_update(
                index_elements=[Lease.node, Lease.scope, Lease.account_id],
                set_={"amount": Lease.amount + adding.excluded.amount},
            )
        )


def _among(accounts: Iterable[Account]) -> Any:
    accounts = list(accounts)
    users = [account_id for scope, account_id in accounts if scope == USER]
    keys = [account_id for scope, account_id in accounts if scope == KEY]
    return or_(
        and_(Lease.scope == USER, Lease.account_id.in_(users)),
        and_(Lease.scope == KEY, Lease.account_id.in_(keys)),
    )


async def _lock(session: AsyncSession, wants: Sequence[Want]) -> dict[Account, int]:
    """Locks the accounts, users before keys and each in id order; returns balances."""
    users = sorted(want.account_id for want in wants if want.scope == USER)
    keys = sorted(want.account_id for want in wants if want.scope == KEY)
    balances: dict[Account, int] = {}
    if users:
        query = select(User.id, User.quota).where(User.id.in_(users), User.deleted_at.is_(None))
        for row in await session.execute(query.order_by(User.id).with_for_update()):
            balances[USER, row.id] = row.quota
    if keys:
        query = select(Key.id, Key.remain_quota).where(Key.id.in_(keys), Key.deleted_at.is_(None))
        for row in await session.execute(query.order_by(Key.id).with_for_update()):
            balances[KEY, row.id] = row.remain_quota
    return balances


async def _leased(session: AsyncSession, wants: Sequence[Want]) -> dict[Account, int]:
    """Returns what all nodes have of the accounts; these must be locked."""
    query = select(Lease.scope, Lease.account_id, func.sum(Lease.amount).label("amount"))
    query = query.where(_among(want.account for want in wants))
    rows = await session.execute(query.group_by(Lease.scope, Lease.account_id))
    return {(scope, account_id): int(amount) for scope, account_id, amount in rows}
