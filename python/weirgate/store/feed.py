"""The change feed in SQL: each commit's changes under a number, written in the same transaction.

Numbers are given under the lock of one row, taken as a transaction's last statement: whoever sees
number n sees all below it. Rows hold ids and flags only; readers take the rows themselves from
their tables. PostgreSQL is told with a NOTIFY, which the server sends after the commit.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import orjson
from sqlalchemy import delete, func, select, update

from weirgate.store.tables import ChangeCounter, ChangeRow

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

NOTICE = "weirgate_changes"
"""The PostgreSQL channel; what is sent is the number."""

KEPT = 20_000
"""Changes that stay; a node that is further behind reads everything again."""

BATCH = 1_000


@dataclass(slots=True)
class Changes:
    """What a unit of work changed, as far as the data plane must learn of it."""

    users: set[int] = field(default_factory=set)
    keys: set[int] = field(default_factory=set)
    deleted_keys: set[int] = field(default_factory=set)
    routing: bool = False
    entries: bool = False

    def __bool__(self) -> bool:
        return bool(self.users or self.keys or self.deleted_keys or self.routing or self.entries)

    def add(self, more: Changes) -> None:
        """Takes another's changes in."""
        self.users |= more.users
        self.keys |= more.keys
        self.deleted_keys |= more.deleted_keys
        self.routing = self.routing or more.routing
        self.entries = self.entries or more.entries


@dataclass(frozen=True, slots=True)
class News:
    """What others changed after a number."""

    changes: Changes
    upto: int
    """The last number that was looked at."""

    has_gap: bool
    """Some of it is deleted: only reading everything helps."""


async def record(session: AsyncSession, changes: Changes, origin: str) -> None:
    """Writes down what the transaction changed, and has the others told when it commits."""
    numbering = (
        update(ChangeCounter)
        .where(ChangeCounter.id == 1)
        .values(last_number=ChangeCounter.last_number + 1)
        .returning(ChangeCounter.last_number)
    )
    await session.flush()
    number = (await session.execute(numbering)).scalar_one()
    session.add(ChangeRow(number=number, origin=origin, what=_text(changes)))
    await session.flush()
    await session.execute(select(func.pg_notify(NOTICE, str(number))))


async def newest(session: AsyncSession) -> int:
    """Returns the number of the last change."""
    return await session.scalar(select(ChangeCounter.last_number)) or 0


async def since(session: AsyncSession, after: int, origin: str) -> News:
    """Returns what others than `origin` changed after a number, a batch of it."""
    query = select(ChangeRow.number, ChangeRow.origin, ChangeRow.what)
    query = query.where(ChangeRow.number > after).order_by(ChangeRow.number).limit(BATCH)
    rows = (await session.execute(query)).all()
    changes = Changes()
    upto = after
    has_gap = not rows
    for row in rows:
        has_gap = has_gap or row.number != upto + 1
        upto = row.number
        if row.origin != origin:
            changes.add(_changes(row.what))
    return News(changes, upto, has_gap)


async def prune(session: AsyncSession) -> None:
    """Deletes changes that every node has long taken in."""
    last = await newest(session)
    await session.execute(delete(ChangeRow).where(ChangeRow.number <= last - KEPT))


def _text(changes: Changes) -> str:
    made = {
        "users": sorted(changes.users),
        "keys": sorted(changes.keys),
        "deleted_keys": sorted(changes.deleted_keys),
        "routing": changes.routing,
        "entries": changes.entries,
    }
    return orjson.dumps({name: value for name, value in made.items() if value}).decode()


def _changes(text: str) -> Changes:
    """Reads a row's text; what a newer version says beyond this one's words is passed over."""
    given = orjson.loads(text)
    return Changes(
        users=set(given.get("users", ())),
        keys=set(given.get("keys", ())),
        deleted_keys=set(given.get("deleted_keys", ())),
        routing=given.get("routing") is True,
        entries=given.get("entries") is True,
    )
