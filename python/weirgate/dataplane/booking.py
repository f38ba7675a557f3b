"""Books one batch of journal sums in the SQL ledger, in the caller's transaction.

Balances move by `quota = quota - :sum` only, users before keys before channels, each in id order:
the same order of locks as the ledger's entries. A charge whose account is not there goes to the
suspense table. The cursor moves by compare-and-set in the same transaction.
"""

import time
from collections.abc import Sequence
from typing import Protocol

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.base import Executable

from weirgate.analytics.ingest import CursorMovedError
from weirgate.store.tables import Channel, DrainBatch, DrainCursor, Key, Suspense, User

IDS_A_QUERY = 10_000
Sum = tuple[int, int, int]


class Sums(Protocol):
    """A batch of sums: `weirgate._core.SumsBatch`, or a test's own."""

    @property
    def position(self) -> str:
        """Where the next read begins."""

    @property
    def users(self) -> list[Sum]:
        """(user id, quota, count) in id order."""

    @property
    def keys(self) -> list[Sum]:
        """(key id, quota, last used in Unix seconds) in id order."""

    @property
    def channels(self) -> list[Sum]:
        """(channel id, quota, count) in id order."""

    @property
    def records(self) -> int:
        """How many calls were summed."""


_USERS = (
    update(User.__table__)  # type: ignore[arg-type]
    .where(User.__table__.c.id == bindparam("account"))
    .values(
        quota=User.__table__.c.quota - bindparam("charge"),
        used_quota=User.__table__.c.used_quota + bindparam("charge"),
        request_count=User.__table__.c.request_count + bindparam("more"),
    )
)
_KEYS = (
    update(Key.__table__)  # type: ignore[arg-type]
    .where(Key.__table__.c.id == bindparam("account"))
    .values(
        remain_quota=Key.__table__.c.remain_quota - bindparam("charge"),
        used_quota=Key.__table__.c.used_quota + bindparam("charge"),
        accessed_time=bindparam("more"),
    )
)
_CHANNELS = (
    update(Channel.__table__)  # type: ignore[arg-type]
    .where(Channel.__table__.c.id == bindparam("account"))
    .values(used_quota=Channel.__table__.c.used_quota + bindparam("charge"))
)

_BOOKS: dict[str, tuple[Executable, type[User | Key | Channel]]] = {
    "user": (_USERS, User),
    "key": (_KEYS, Key),
    "channel": (_CHANNELS, Channel),
}


async def cursor(session: AsyncSession, consumer: str) -> str:
    """Returns how far the consumer is; empty: not begun."""
    query = select(DrainCursor.position).where(DrainCursor.consumer == consumer)
    return await session.scalar(query) or ""


async def move_cursor(session: AsyncSession, consumer: str, previous: str, position: str) -> None:
    """Moves the cursor from `previous` to `position`.

    Raises:
        CursorMovedError: it stood elsewhere.
    """
    now_ms = time.time_ns() // 1_000_000
    exists = await session.scalar(
        select(DrainCursor.consumer).where(DrainCursor.consumer == consumer)
    )
    if exists is None:
        session.add(DrainCursor(consumer=consumer, position="", updated_at_ms=now_ms))
        await session.flush()
    moved = await session.execute(
        update(DrainCursor)
        .where(DrainCursor.consumer == consumer, DrainCursor.position == previous)
        .values(position=position, updated_at_ms=now_ms)
        .returning(DrainCursor.consumer)
        .execution_options(synchronize_session=False)
    )
    if moved.scalar_one_or_none() is None:
        message = f"the {consumer} cursor is not at {previous or 'the begin'}"
        raise CursorMovedError(message)


async def book(session: AsyncSession, consumer: str, previous: str, batch: Sums) -> None:
    """Books the sums of a batch; a batch without charges leaves only its cursor."""
    await _book_one(session, "user", batch.users, batch.position)
    await _book_one(session, "key", batch.keys, batch.position)
    await _book_one(session, "channel", batch.channels, batch.position)
    if batch.users:
        session.add(
            DrainBatch(
                consumer=consumer,
                from_position=previous,
                to_position=batch.position,
                records=batch.records,
                quota=sum(quota for _, quota, _ in batch.users),
                created_at_ms=time.time_ns() // 1_000_000,
            )
        )


async def _book_one(
    session: AsyncSession, account: str, sums: Sequence[Sum], position: str
) -> None:
    statement, table = _BOOKS[account]
    # Id 0 is nobody: a call refused by every channel, or a caller without a key.
    wanted = [item for item in sums if item[0] > 0]
    known = await _known(session, table, [item[0] for item in wanted])
    there = [item for item in wanted if item[0] in known]
    if there:
        await _many(session, statement, there)
    missing = [item for item in wanted if item[0] not in known and item[1] != 0]
    for account_id, quota, count in missing:
        await _suspend(session, account, (account_id, quota, count), position)


async def _known(
    session: AsyncSession, table: type[User | Key | Channel], ids: list[int]
) -> set[int]:
    found: set[int] = set()
    for start in range(0, len(ids), IDS_A_QUERY):
        part = ids[start : start + IDS_A_QUERY]
        found.update(await session.scalars(select(table.id).where(table.id.in_(part))))
    return found


async def _many(session: AsyncSession, statement: Executable, sums: list[Sum]) -> None:
    connection = await session.connection()
    await connection.execute(
        statement,
        [
            {"account": account_id, "charge": quota, "more": more}
            for account_id, quota, more in sums
        ],
    )


async def _suspend(session: AsyncSession, account: str, charge: Sum, position: str) -> None:
    account_id, quota, count = charge
    await session.execute(
        insert(Suspense).values(
            account=account,
            account_id=account_id,
            quota=quota,
            count=count,
            to_position=position,
            reason="no such account",
            created_at_ms=time.time_ns() // 1_000_000,
        )
    )
