"""The comparison of all books: exact while calls run, and no fault of any side is passed over."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from sqlalchemy import update
from weirgate._core import CoreError
from weirgate.analytics.ingest import UsageWriter
from weirgate.analytics.reader import UsageReader
from weirgate.dataplane.compile import RelayDefaults
from weirgate.dataplane.drain import LedgerDrain, RowsDrain
from weirgate.dataplane.publish import Publisher, PublishSource
from weirgate.dataplane.verify import Report, verify
from weirgate.dataplane.wallets import WalletBooks
from weirgate.ledger.service import Credit, LedgerService
from weirgate.store import Store
from weirgate.store.crypto import Sealer
from weirgate.store.migrate import migrate
from weirgate.store.tables import Key, User
from weirgate.system.option_table import build_registry

from tests.support.factories import NOON_MS, batch, usage_row
from tests.support.gateway import FakeGateway, FakeJournal
from tests.support.lake import lake_writer
from tests.support.postgres import postgres_server, postgres_url
from tests.unit.dataplane.conftest import Database, key, user

__all__ = ["postgres_server", "postgres_url"]
ALICE, BOB = 2, 3


class Bench:
    """Alice with 1000 and a key of 500, Bob with 50; the relay knows both."""

    def __init__(self, store: Store, writer: UsageWriter) -> None:
        self.store = store
        self.writer = writer
        self.reader = UsageReader(writer)
        self.journal = FakeJournal()
        self.gateway = FakeGateway()
        source = PublishSource(store, build_registry({}), Sealer(bytes(32)), RelayDefaults())
        self.publisher = Publisher(source, self.gateway, sync_s=60)
        self.drain = LedgerDrain(store, self.journal, node=0)
        self.rows = RowsDrain(writer, self.journal)

    async def open(self) -> None:
        async with self.store.unit_of_work() as uow:
            uow.session.add_all([user(ALICE, quota=0), user(BOB, quota=0)])
            await uow.session.flush()
            uow.session.add(key(7, ALICE, remain_quota=0))
        await self.credit("a", ALICE, 1000, key_delta=500)
        await self.credit("b", BOB, 50)
        await self.publisher.load()
        await self.drain.step()

    async def credit(self, name: str, user_id: int, quota: int, *, key_delta: int = 0) -> None:
        async with self.store.unit_of_work() as uow:
            credit = Credit(
                user_id=user_id,
                kind="test",
                idempotency_key=name,
                wallet_delta=quota,
                key_id=7 if key_delta else None,
                key_delta=key_delta,
            )
            await LedgerService().credit(uow, credit)

    async def call(self, *charges: int) -> None:
        """Charges Alice; SQL books it, the usage store does not yet."""
        for charge in charges:
            self.journal.append(ALICE, charge, key_id=7)
        await self.drain.step()
        self.gateway.drained[ALICE] = self.gateway.drained.get(ALICE, 0) + sum(charges)

    async def execute(self, statement: object) -> None:
        async with self.store.unit_of_work() as uow:
            await uow.session.execute(statement)  # type: ignore[call-overload]

    async def verify(self) -> Report:
        memory = WalletBooks(self.store, self.gateway, self.drain, self.publisher)
        return await verify(self.store, self.writer, self.reader, node=0, memory=memory)


Work = Callable[[Bench], Awaitable[None]]


@pytest.fixture
def run(database: Database, tmp_path: Path) -> Callable[[Work], None]:
    async def whole(work: Work) -> None:
        async with database.open() as store:
            writer = UsageWriter(tmp_path / "usage.duckdb")
            await writer.open(NOON_MS)
            bench = Bench(store, writer)
            bench.reader.open()
            try:
                await bench.open()
                await work(bench)
            finally:
                bench.reader.close()
                await writer.close()

    return lambda work: asyncio.run(whole(work))


def test_credited_is_free_held_and_charged(run: Callable[[Work], None]) -> None:
    async def work(bench: Bench) -> None:
        await bench.call(30, 12)
        await bench.rows.step()
        bench.gateway.held = {ALICE: (100, 8), BOB: (5, 0)}
        report = await bench.verify()
        assert report.is_sound
        assert (report.users, report.keys, report.credited) == (2, 1, 1050)
        assert (report.free, report.held, report.charged) == (895, 105, 50)
        assert (report.stores_agree, report.compared_at) == (True, "1:1:2")
        assert (report.sql_charged, report.usage_charged) == (42, 42)
        assert report.wallets is not None
        assert (report.wallets.users, report.wallets.settled) == (2, 8)

    run(work)


def test_stores_are_compared_where_both_have_been(run: Callable[[Work], None]) -> None:
    async def work(bench: Bench) -> None:
        assert (await bench.verify()).stores_agree is True
        await bench.call(10)
        report = await bench.verify()
        assert (report.stores_agree, report.compared_at) == (None, "")
        await bench.rows.step()
        await bench.call(20)
        report = await bench.verify()
        assert (report.stores_agree, report.compared_at, report.sql_charged) == (True, "1:1:1", 10)
        bench.journal.append(ALICE, 5, key_id=7)
        await bench.rows.step()
        report = await bench.verify()
        assert (report.stores_agree, report.compared_at) == (True, "1:1:2")
        assert (report.sql_charged, report.usage_charged, report.usage_position) == (
            30,
            30,
            "1:1:3",
        )

    run(work)


def test_a_row_that_the_usage_store_lost_is_found(run: Callable[[Work], None]) -> None:
    async def work(bench: Bench) -> None:
        await bench.call(10)
        await bench.rows.step()
        connection = bench.writer.cursor()
        connection.execute("UPDATE usage_hourly SET quota = quota - 1")
        connection.close()
        report = await bench.verify()
        assert (report.is_sound, report.stores_agree) == (False, False)
        assert (report.sql_charged, report.usage_charged) == (10, 9)

    run(work)


def test_a_balance_that_somebody_wrote_is_found_twice(run: Callable[[Work], None]) -> None:
    async def work(bench: Bench) -> None:
        await bench.execute(update(User).where(User.id == BOB).values(quota=51))
        report = await bench.verify()
        assert not report.is_sound
        assert [(row["user_id"], row["balance"]) for row in report.discrepancies] == [(BOB, 51)]
        assert report.wallets is not None
        assert report.wallets.differing == [
            {"user_id": BOB, "expected": 51, "free": 50, "held": 0, "settled": 0}
        ]

    run(work)


def test_money_that_the_relay_has_made_up_is_found(run: Callable[[Work], None]) -> None:
    async def work(bench: Bench) -> None:
        bench.gateway.drained[ALICE] = -1
        report = await bench.verify()
        assert not report.is_sound
        assert report.discrepancies == []
        assert report.wallets is not None
        assert [row["user_id"] for row in report.wallets.differing] == [ALICE]

    run(work)


def test_a_key_whose_amount_somebody_wrote_is_found(run: Callable[[Work], None]) -> None:
    async def work(bench: Bench) -> None:
        await bench.execute(update(Key).where(Key.id == 7).values(remain_quota=501))
        report = await bench.verify()
        assert not report.is_sound
        assert report.key_discrepancies == [
            {"key_id": 7, "user_id": ALICE, "credited": 500, "remain": 501, "charged": 0}
        ]

    run(work)


def test_an_entry_that_the_relay_was_not_sent_yet_is_no_fault(run: Callable[[Work], None]) -> None:
    async def work(bench: Bench) -> None:
        await bench.credit("c", ALICE, 77)
        assert (await bench.verify()).is_sound
        async with bench.store.unit_of_work(write=False) as uow:
            uow.changed.entries = True
            await bench.publisher.publish(uow.changed)
            uow.changed.entries = False
        report = await bench.verify()
        assert report.is_sound
        assert report.credited == 1127

    run(work)


def test_wallets_are_left_out_while_a_booked_batch_was_not_told(
    run: Callable[[Work], None],
) -> None:
    async def work(bench: Bench) -> None:
        bench.journal.append(ALICE, 9, key_id=7)
        bench.journal.fail_next_commit = True
        with pytest.raises(CoreError):
            await bench.drain.step()
        report = await bench.verify()
        assert report.is_sound
        assert report.wallets is not None
        assert (report.wallets.users, report.wallets.unsure) == (0, 2)

    run(work)


def test_in_a_lake_each_node_is_compared_with_what_it_booked(
    postgres_url: str, tmp_path: Path
) -> None:
    async def work() -> None:
        migrate(postgres_url)
        store = Store(postgres_url)
        writers = [lake_writer(postgres_url, tmp_path, node=node) for node in (0, 5)]
        for writer in writers:
            await writer.open(NOON_MS)
        bench = Bench(store, writers[0])
        bench.reader.open()
        try:
            await bench.open()
            await bench.call(30, 12)
            await bench.rows.step()
            # What another node wrote is its own affair.
            await writers[1].ingest(batch("9:1:9", usage_row(quota=1_000)), "")
            report = await bench.verify()
            assert (report.sql_charged, report.usage_charged) == (42, 42)
            assert report.is_sound
            assert report.stores_agree
            await bench.call(8)
            assert (await bench.verify()).stores_agree
            connection = writers[0].cursor()
            connection.execute("UPDATE usage_hourly SET quota = quota - 1 WHERE node = 0")
            connection.close()
            assert (await bench.verify()).stores_agree is False
        finally:
            bench.reader.close()
            for writer in writers:
                await writer.close()
            await store.close()

    asyncio.run(work())
