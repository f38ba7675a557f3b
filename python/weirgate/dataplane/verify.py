"""Compares the books: SQL with itself, SQL with the usage store, SQL with the relay's memory.

Read only, and exact while calls run. The two stores are compared at a place of the journal that
both have passed: the newest booked batch that the usage store has taken in too.
"""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from weirgate.analytics.ingest import JOURNAL, UsageWriter
from weirgate.analytics.reader import Position, UsageReader
from weirgate.dataplane import booking
from weirgate.dataplane.drain import SQL
from weirgate.dataplane.wallets import WalletBooks, WalletReport
from weirgate.ledger.service import LedgerService, Verification
from weirgate.store import Store
from weirgate.store.tables import DrainBatch

MAX_SHOWN = 100
_TRIES = 5
_BATCHES_LOOKED_AT = 1_000


@dataclass(frozen=True, slots=True)
class StoresReport:
    """What both stores say of all calls up to one place of the journal; quota units."""

    sql_position: str
    usage_position: str
    compared_at: str
    sql_charged: int
    usage_charged: int
    agree: bool | None
    """None: there is no place that both have passed."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a verification found; amounts are quota units.

    The invariant: credited = free + held + charged, for each user and so for their sums.
    """

    is_sound: bool
    users: int
    keys: int
    credited: int
    free: int
    held: int
    charged: int
    """By calls, whether SQL has subtracted it yet or not."""

    discrepancies: list[dict[str, int]]
    key_discrepancies: list[dict[str, int]]
    suspense_quota: int
    sql_position: str
    usage_position: str
    compared_at: str
    sql_charged: int
    usage_charged: int
    stores_agree: bool | None
    """None: no batch was booked yet that the usage store has too."""

    wallets: WalletReport | None
    """The relay's memory against SQL; None while no server runs."""


async def verify(
    store: Store,
    writer: UsageWriter,
    reader: UsageReader,
    *,
    node: int,
    memory: WalletBooks | None = None,
) -> Report:
    """Checks all books and returns what was found."""
    stores = await _compare_stores(store, writer, reader, node)
    async with store.unit_of_work(write=False) as uow:
        books = await LedgerService().verify(uow)
    wallets = await memory.compare() if memory is not None else None
    is_sound = books.is_sound and stores.agree is not False
    if wallets is not None:
        is_sound = is_sound and not wallets.differing
        del wallets.differing[MAX_SHOWN:]
    return _report(books, stores, wallets, is_sound=is_sound)


def _report(
    books: Verification, stores: StoresReport, wallets: WalletReport | None, *, is_sound: bool
) -> Report:
    # What calls hold or have settled is still in SQL's balance.
    held = wallets.held if wallets is not None else 0
    settled = wallets.settled if wallets is not None else 0
    return Report(
        is_sound=is_sound,
        users=books.users,
        keys=books.keys,
        credited=books.credited,
        free=books.balance - held - settled,
        held=held,
        charged=books.charged + settled,
        discrepancies=[
            {
                "user_id": item.user_id,
                "credited": item.credited,
                "balance": item.balance,
                "charged": item.charged,
            }
            for item in books.discrepancies[:MAX_SHOWN]
        ],
        key_discrepancies=[
            {
                "key_id": item.key_id,
                "user_id": item.user_id,
                "credited": item.credited,
                "remain": item.remain,
                "charged": item.charged,
            }
            for item in books.key_discrepancies[:MAX_SHOWN]
        ],
        suspense_quota=books.suspense_quota,
        sql_position=stores.sql_position,
        usage_position=stores.usage_position,
        compared_at=stores.compared_at,
        sql_charged=stores.sql_charged,
        usage_charged=stores.usage_charged,
        stores_agree=stores.agree,
        wallets=wallets,
    )


async def _compare_stores(
    store: Store, writer: UsageWriter, reader: UsageReader, node: int
) -> StoresReport:
    """Compares at a common place; tries again when the usage store moved while it was read.

    In a lake this node's calls are compared with what this node booked.
    """
    consumer = f"{SQL}.{node}"
    tries = 0
    while True:
        tries += 1
        usage_position = await writer.position(JOURNAL)
        async with store.unit_of_work(write=False) as uow:
            sql_position = await booking.cursor(uow.session, consumer)
            place, sql_charged = await _booked_until(uow.session, consumer, usage_position)
        if place is None and sql_position == usage_position:
            # Nothing was ever booked, and both have read the same.
            place = usage_position
        usage_charged = await _used_until(reader, node, place, usage_position)
        is_still = usage_position == await writer.position(JOURNAL)
        if is_still or tries == _TRIES:
            break
    is_known = is_still and place is not None
    return StoresReport(
        sql_position=sql_position,
        usage_position=usage_position,
        compared_at=place or "",
        sql_charged=sql_charged,
        usage_charged=usage_charged,
        agree=usage_charged == sql_charged if is_known else None,
    )


async def _booked_until(
    session: AsyncSession, consumer: str, usage_position: str
) -> tuple[str | None, int]:
    """Returns the newest booked place that the usage store has passed, and SQL's sum until it.

    None when there is no such place among the newest batches; then the sum is of all.
    """
    newest = (
        select(DrainBatch.id, DrainBatch.to_position)
        .where(DrainBatch.consumer == consumer)
        .order_by(DrainBatch.id.desc())
        .limit(_BATCHES_LOOKED_AT)
    )
    charged = select(func.coalesce(func.sum(DrainBatch.quota), 0)).where(
        DrainBatch.consumer == consumer
    )
    for batch_id, to_position in await session.execute(newest):
        if _has_passed(usage_position, to_position):
            charged = charged.where(DrainBatch.id <= batch_id)
            return to_position, int(await session.scalar(charged) or 0)
    return None, int(await session.scalar(charged) or 0)


async def _used_until(
    reader: UsageReader, node: int, place: str | None, usage_position: str
) -> int:
    """Returns what the usage store's calls before a place have cost; of all when it is None."""
    total = await reader.charged(node)
    begin = Position.parse(place or "")
    if begin is None or place == usage_position:
        return total
    # Sums by hour outlive the rows; the rows behind the place are the newest and still there.
    behind = await reader.sums_after(begin, "user_id")
    return total - sum(quota for _, quota, _ in behind)


def _has_passed(usage_position: str, place: str) -> bool:
    usage, booked = Position.parse(usage_position), Position.parse(place)
    if usage is None or booked is None or usage.journal != booked.journal:
        return False
    return (usage.segment, usage.offset) >= (booked.segment, booked.offset)
