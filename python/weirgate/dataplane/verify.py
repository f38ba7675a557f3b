"""Compares the books: within SQL for every user, and SQL against the usage store by position.

Read only. The two stores are comparable when both cursors stand at the same place of the journal;
while calls run they seldom do, and then the comparison is left out, not guessed.
"""

from dataclasses import dataclass

from sqlalchemy import func, select

from weirgate.analytics.ingest import JOURNAL, UsageWriter
from weirgate.analytics.reader import UsageReader
from weirgate.dataplane import booking
from weirgate.dataplane.drain import SQL
from weirgate.ledger.service import LedgerService
from weirgate.store import Store
from weirgate.store.tables import DrainBatch

MAX_SHOWN = 100
END_OF_TIME_S = 1 << 40


@dataclass(frozen=True, slots=True)
class Report:
    """What a verification found; amounts are quota units."""

    is_sound: bool
    users: int
    discrepancies: list[dict[str, int]]
    suspense_quota: int
    sql_position: str
    usage_position: str
    sql_charged: int
    usage_charged: int
    stores_agree: bool | None
    """None: the cursors stand at different places."""


async def verify(store: Store, writer: UsageWriter, reader: UsageReader, *, node: int) -> Report:
    """Checks all books and returns what was found."""
    usage_position = await writer.position(JOURNAL)
    usage = await reader.totals(0, END_OF_TIME_S)
    async with store.unit_of_work(write=False) as uow:
        consumer = f"{SQL}.{node}"
        sql_position = await booking.cursor(uow.session, consumer)
        query = select(func.coalesce(func.sum(DrainBatch.quota), 0))
        charged = int(await uow.session.scalar(query.where(DrainBatch.consumer == consumer)) or 0)
        books = await LedgerService().verify(uow)
    unmoved = usage_position == await writer.position(JOURNAL) == sql_position
    agree = usage.quota == charged if unmoved else None
    return Report(
        is_sound=books.is_sound and agree is not False,
        users=books.users,
        discrepancies=[
            {
                "user_id": item.user_id,
                "credited": item.credited,
                "balance": item.balance,
                "charged": item.charged,
            }
            for item in books.discrepancies[:MAX_SHOWN]
        ],
        suspense_quota=books.suspense_quota,
        sql_position=sql_position,
        usage_position=usage_position,
        sql_charged=charged,
        usage_charged=usage.quota,
        stores_agree=agree,
    )
