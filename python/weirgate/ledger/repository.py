"""Every query of the ledger: the entry counter, the entries, and the balances that they move.

Balances change here by `quota = quota + delta` only; nothing assigns one. The order of locks is
counter, user, key: the drain takes users before keys too, so the two cannot wait for each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from weirgate.store.tables import Channel, Key, LedgerCounter, LedgerEntry, Suspense, User

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncSession

_COUNTER_ID = 1
TASK_REFUND = "task_refund"
"""Kind of the entries that take a charge back: they move what was used, so they are no credit."""


@dataclass(frozen=True, slots=True)
class UserBook:
    """What the books say of one user, in quota units."""

    user_id: int
    balance: int
    charged: int
    credited: int


@dataclass(frozen=True, slots=True)
class KeyBook:
    """What the books say of one key, in quota units."""

    key_id: int
    user_id: int
    remain: int
    charged: int
    credited: int


class LedgerRepository:
    """The ledger's queries over one session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def lock_counter(self) -> int:
        """Locks the counter row until the transaction ends and returns the last number given."""
        query = (
            select(LedgerCounter.last_number)
            .where(LedgerCounter.id == _COUNTER_ID)
            .with_for_update()
        )
        last = (await self._session.execute(query)).scalar_one_or_none()
        if last is None:
            self._session.add(LedgerCounter(id=_COUNTER_ID, last_number=0))
            await self._session.flush()
            return 0
        return last

    async def advance_counter(self, number: int) -> None:
        """Writes the number just given; the counter must be locked."""
        await self._session.execute(
            update(LedgerCounter)
            .where(LedgerCounter.id == _COUNTER_ID)
            .values(last_number=number)
            .execution_options(synchronize_session=False)
        )

    async def find(self, idempotency_key: str) -> LedgerEntry | None:
        """Returns the entry of an idempotency key."""
        query = select(LedgerEntry).where(LedgerEntry.idempotency_key == idempotency_key)
        return (await self._session.execute(query)).scalar_one_or_none()

    async def add(self, entry: LedgerEntry) -> None:
        """Writes an entry."""
        self._session.add(entry)
        await self._session.flush()

    async def move_wallet(self, user_id: int, delta: int) -> bool:
        """Adds to a user's balance; False when there is no such row."""
        moved = await self._session.execute(
            update(User)
            .where(User.id == user_id)
            .values(quota=User.quota + delta)
            .returning(User.id)
            .execution_options(synchronize_session=False)
        )
        return moved.scalar_one_or_none() is not None

    async def move_key(self, user_id: int, key_id: int, delta: int) -> bool:
        """Adds to what a key may still spend; False when the user has no such key."""
        moved = await self._session.execute(
            update(Key)
            .where(Key.id == key_id, Key.user_id == user_id)
            .values(remain_quota=Key.remain_quota + delta)
            .returning(Key.id)
            .execution_options(synchronize_session=False)
        )
        return moved.scalar_one_or_none() is not None

    async def unuse(self, user_id: int, key_id: int | None, channel_id: int, amount: int) -> None:
        """Takes a charge out of what user, key and channel have used."""
        for table, row_id in ((User, user_id), (Key, key_id), (Channel, channel_id)):
            await self._session.execute(
                update(table)
                .where(table.id == row_id)
                .values(used_quota=table.used_quota - amount)
                .execution_options(synchronize_session=False)
            )

    async def lock_wallet(self, user_id: int) -> int | None:
        """Locks a user's row and returns the balance."""
        query = select(User.quota).where(User.id == user_id).with_for_update()
        return (await self._session.execute(query)).scalar_one_or_none()

    async def lock_key(self, user_id: int, key_id: int) -> int | None:
        """Locks a key's row and returns what it may still spend."""
        query = (
            select(Key.remain_quota)
            .where(Key.id == key_id, Key.user_id == user_id)
            .with_for_update()
        )
        return (await self._session.execute(query)).scalar_one_or_none()

    async def books(self, after_user_id: int, limit: int) -> Sequence[UserBook]:
        """Returns balance, charges and credits of the next users, in id order."""
        credited = (
            select(func.coalesce(func.sum(LedgerEntry.wallet_delta), 0))
            .where(LedgerEntry.user_id == User.id, LedgerEntry.kind != TASK_REFUND)
            .scalar_subquery()
        )
        query = (
            select(User.id, User.quota, User.used_quota, credited)
            .where(User.id > after_user_id)
            .order_by(User.id)
            .limit(limit)
        )
        rows = (await self._session.execute(query)).all()
        # PostgreSQL's sum of integers is a decimal.
        return [UserBook(id_, balance, used, int(total)) for id_, balance, used, total in rows]

    async def key_books(self, after_key_id: int, limit: int) -> Sequence[KeyBook]:
        """Returns what is left, charges and credits of the next keys, in id order."""
        query = (
            select(Key.id, Key.user_id, Key.remain_quota, Key.used_quota)
            .where(Key.id > after_key_id)
            .order_by(Key.id)
            .limit(limit)
        )
        rows = (await self._session.execute(query)).all()
        credited = await self._credited_keys({row.user_id for row in rows})
        return [KeyBook(*row, credited=credited.get((row.user_id, row.id), 0)) for row in rows]

    async def _credited_keys(self, user_ids: set[int]) -> dict[tuple[int, int | None], int]:
        """Returns the credits of users' keys; one walk over a user's entries for all its keys."""
        query = (
            select(LedgerEntry.user_id, LedgerEntry.key_id, func.sum(LedgerEntry.key_delta))
            .where(
                LedgerEntry.user_id.in_(user_ids),
                LedgerEntry.key_id.is_not(None),
                LedgerEntry.kind != TASK_REFUND,
            )
            .group_by(LedgerEntry.user_id, LedgerEntry.key_id)
        )
        # PostgreSQL's sum of integers is a decimal.
        return {
            (user_id, key_id): int(total)
            for user_id, key_id, total in await self._session.execute(query)
        }

    async def unresolved_suspense(self) -> int:
        """Returns the quota that waits in the suspense account."""
        query = select(func.coalesce(func.sum(Suspense.quota), 0)).where(
            Suspense.resolved_at_ms.is_(None)
        )
        return int((await self._session.execute(query)).scalar_one())
