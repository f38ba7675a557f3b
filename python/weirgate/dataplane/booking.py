"""Books one batch of journal sums in the SQL ledger, in the caller's transaction.

Balances move by `quota = quota - :sum` only, users before keys before channels, each in id order:
the same order of locks as the ledger's entries. A charge whose account is not there goes to the
suspense table. The cursor moves by compare-and-set in the same transaction.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import orjson
from sqlalchemy import (
    BigInteger,
    Select,
    String,
    Subquery,
    bindparam,
    cast,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.dml import ReturningUpdate, Update

from weirgate.analytics.ingest import CursorMovedError
from weirgate.dataplane.task_rows import begin_tasks
from weirgate.store.tables import Channel, DrainBatch, DrainCursor, Key, Lease, Suspense, User

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
    def tasks(self) -> bytes:
        """Tasks that began, as a JSON array."""

    @property
    def records(self) -> int:
        """How many calls were summed."""


@dataclass(frozen=True, slots=True)
class _Book:
    """The statements that book one kind of account; `sums` is their parameter, as JSON."""

    table: type[User | Key | Channel]
    lock: Select[Any] | None
    update: ReturningUpdate[Any]


def _given(dialect: str) -> Subquery:
    """Returns the sums, one row an account: one statement books them all."""
    sums = bindparam("sums", type_=String)
    if dialect == "postgresql":
        items = func.jsonb_array_elements(cast(sums, JSONB)).table_valued("value")
        parts = [cast(items.c.value.op("->>")(place), BigInteger) for place in range(3)]
    else:
        items = func.json_each(sums).table_valued("value")
        text = [func.json_extract(items.c.value, f"$[{place}]") for place in range(3)]
        parts = [cast(part, BigInteger) for part in text]
    account, charge, more = parts
    chosen = select(
        account.label("account"),
        cast(func.sum(charge), BigInteger).label("charge"),
        cast(func.sum(more), BigInteger).label("count"),
        func.max(more).label("last"),
    )
    return chosen.group_by(account).subquery("given")


def _book_of(
    table: type[User | Key | Channel], given: Subquery, values: dict[str, Any], dialect: str
) -> _Book:
    named = given.c.account
    # PostgreSQL updates in an order of its own, so the rows are locked in id order before.
    locked = select(table.id).where(table.id.in_(select(named))).order_by(table.id)
    booked = update(table).where(table.id == named).values(**values).returning(table.id)
    booked = booked.execution_options(synchronize_session=False)
    return _Book(table, locked.with_for_update() if dialect == "postgresql" else None, booked)


def _books(dialect: str) -> dict[str, _Book]:
    given = _given(dialect)
    charge = given.c.charge
    user = {
        "quota": User.quota - charge,
        "used_quota": User.used_quota + charge,
        "request_count": User.request_count + given.c.count,
    }
    key = {
        "remain_quota": Key.remain_quota - charge,
        "used_quota": Key.used_quota + charge,
        "accessed_time": given.c.last,
    }
    channel = {"used_quota": Channel.used_quota + charge}
    return {
        "user": _book_of(User, given, user, dialect),
        "key": _book_of(Key, given, key, dialect),
        "channel": _book_of(Channel, given, channel, dialect),
    }


def _lease_reduction() -> Update:
    """Takes charges off a node's leases; what these do not cover comes off the balance alone."""
    given = _given("postgresql")
    return (
        update(Lease)
        .where(Lease.node == bindparam("lessee"), Lease.scope == bindparam("of_scope"))
        .where(Lease.account_id == given.c.account)
        .values(amount=func.greatest(0, Lease.amount - given.c.charge))
        .execution_options(synchronize_session=False)
    )


_LEASES = _lease_reduction()
_BOOKS = {dialect: _books(dialect) for dialect in ("sqlite", "postgresql")}


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
    moving = (
        update(DrainCursor)
        .where(DrainCursor.consumer == consumer, DrainCursor.position == previous)
        .values(position=position, updated_at_ms=now_ms)
        .returning(DrainCursor.consumer)
        .execution_options(synchronize_session=False)
    )
    if (await session.execute(moving)).scalar_one_or_none() is not None:
        return
    at = select(DrainCursor.consumer).where(DrainCursor.consumer == consumer)
    if previous or await session.scalar(at) is not None:
        raise CursorMovedError(consumer, previous)
    session.add(DrainCursor(consumer=consumer, position=position, updated_at_ms=now_ms))
    await session.flush()


async def book(
    session: AsyncSession, consumer: str, previous: str, batch: Sums, *, lessee: int | None = None
) -> None:
    """Books the sums of a batch; a batch without charges leaves only its cursor.

    `lessee` is the node whose leases the charges come off, where it has any.
    """
    await _book_one(session, "user", batch.users, batch.position)
    await _book_one(session, "key", batch.keys, batch.position)
    await _book_one(session, "channel", batch.channels, batch.position)
    if lessee is not None:
        await _reduce_leases(session, lessee, "user", batch.users)
        await _reduce_leases(session, lessee, "key", batch.keys)
    await begin_tasks(session, batch.tasks)
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


async def _reduce_leases(
    session: AsyncSession, lessee: int, scope: str, sums: Sequence[Sum]
) -> None:
    charged = [item for item in sums if item[0] > 0 and item[1]]
    if charged:
        sums_text = orjson.dumps(charged).decode()
        given = {"lessee": lessee, "of_scope": scope, "sums": sums_text}
        await (await session.connection()).execute(_LEASES, given)


async def _book_one(
    session: AsyncSession, account: str, sums: Sequence[Sum], position: str
) -> None:
    # Id 0 is nobody: a call refused by every channel, or a caller without a key.
    wanted = [item for item in sums if item[0] > 0]
    if not wanted:
        return
    connection = await session.connection()
    book = _BOOKS[connection.dialect.name][account]
    given = {"sums": orjson.dumps(wanted).decode()}
    if book.lock is not None:
        await connection.execute(book.lock, given)
    booked = set((await connection.execute(book.update, given)).scalars())
    for account_id, quota, count in wanted:
        if account_id not in booked and quota != 0:
            await _suspend(session, account, (account_id, quota, count), position)


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
