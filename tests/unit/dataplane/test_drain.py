"""The drain books every call once, in SQL and in the usage store, whatever fails in between."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from weirgate._core import CoreError
from weirgate.analytics import ingest
from weirgate.analytics.ingest import UsageWriter
from weirgate.dataplane.drain import Drain, LedgerDrain, OutboxDrain, RowsDrain
from weirgate.store import Store
from weirgate.store.tables import Channel, DrainBatch, Key, LogOutbox, Suspense, User

from tests.support.factories import NOON_MS
from tests.support.gateway import FakeJournal
from tests.unit.dataplane.conftest import Database, channel, key, user


class Bench:
    """A store with one user, key and channel, a usage store and a journal."""

    def __init__(self, store: Store, writer: UsageWriter) -> None:
        self.store = store
        self.writer = writer
        self.journal = FakeJournal()

    async def one(self, query: Any) -> Any:
        async with self.store.unit_of_work(write=False) as uow:
            return (await uow.session.execute(query)).one()

    async def all(self, query: Any) -> list[Any]:
        async with self.store.unit_of_work(write=False) as uow:
            return list((await uow.session.execute(query)).all())

    def usage(self, text: str) -> list[tuple[Any, ...]]:
        connection = self.writer.cursor()
        try:
            return connection.execute(text).fetchall()
        finally:
            connection.close()


def with_bench(database: Database, folder: Path, work: Callable[[Bench], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        async with database.open() as store:
            writer = UsageWriter(folder / "usage.duckdb")
            await writer.open(NOON_MS)
            try:
                async with store.unit_of_work() as uow:
                    uow.session.add_all([user(2), key(7, 2), channel(1)])
                return await work(Bench(store, writer))
            finally:
                await writer.close()

    return asyncio.run(run())


BALANCES = select(User.quota, User.used_quota, User.request_count)


def test_sums_move_balances_and_the_cursor_together(database: Database, tmp_path: Path) -> None:
    async def work(bench: Bench) -> None:
        bench.journal.append(2, 30, key_id=7, channel_id=1)
        bench.journal.append(2, 12)
        drain = LedgerDrain(bench.store, bench.journal, node=0)
        assert await drain.step() == 2
        assert await drain.step() is None
        # The second sum of the same user came as its own row: both were added.
        assert tuple(await bench.one(BALANCES)) == (958, 42, 2)
        keys = select(Key.remain_quota, Key.used_quota, Key.accessed_time)
        assert tuple(await bench.one(keys)) == (470, 30, 1000)
        assert tuple(await bench.one(select(Channel.used_quota))) == (30,)
        batches = select(DrainBatch.from_position, DrainBatch.to_position, DrainBatch.quota)
        assert tuple(await bench.one(batches)) == ("", "1:1:2", 42)
        assert bench.journal.passed == {"sql": "1:1:2"}

    with_bench(database, tmp_path, work)


def test_a_new_drain_goes_on_where_the_cursor_stands(database: Database, tmp_path: Path) -> None:
    async def work(bench: Bench) -> None:
        bench.journal.append(2, 30)
        await LedgerDrain(bench.store, bench.journal, node=0).step()
        bench.journal.append(2, 5)
        again = LedgerDrain(bench.store, bench.journal, node=0)
        assert await again.step() == 1
        assert tuple(await bench.one(BALANCES)) == (965, 35, 2)

    with_bench(database, tmp_path, work)


def test_a_failure_after_the_commit_books_nothing_twice(database: Database, tmp_path: Path) -> None:
    async def work(bench: Bench) -> None:
        bench.journal.append(2, 30)
        bench.journal.fail_next_commit = True
        drain = LedgerDrain(bench.store, bench.journal, node=0)
        rows = RowsDrain(bench.writer, bench.journal)
        with pytest.raises(CoreError):
            await drain.step()
        assert await drain.step() is None
        bench.journal.fail_next_commit = True
        with pytest.raises(CoreError):
            await rows.step()
        assert await rows.step() is None
        assert tuple(await bench.one(BALANCES)) == (970, 30, 1)
        assert bench.usage("SELECT count(*), sum(quota) FROM usage") == [(1, 30)]
        assert bench.journal.passed == {"sql": "1:1:1", "analytics": "1:1:1"}

    with_bench(database, tmp_path, work)


def test_a_charge_without_an_account_goes_to_suspense(database: Database, tmp_path: Path) -> None:
    async def work(bench: Bench) -> None:
        bench.journal.append(99, 30, key_id=98)
        await LedgerDrain(bench.store, bench.journal, node=0).step()
        suspense = select(Suspense.account, Suspense.account_id, Suspense.quota)
        found = await bench.all(suspense.order_by(Suspense.id))
        assert [tuple(row) for row in found] == [("user", 99, 30), ("key", 98, 30)]
        assert tuple(await bench.one(BALANCES)) == (1000, 0, 0)

    with_bench(database, tmp_path, work)


def test_the_outbox_empties_into_the_usage_store_once(database: Database, tmp_path: Path) -> None:
    def entry(text: str) -> LogOutbox:
        return LogOutbox(type=3, user_id=2, content=text, created_at_ms=NOON_MS)

    async def work(bench: Bench) -> None:
        drain = OutboxDrain(bench.store, bench.writer, node=0)
        for texts in (["a", "b"], ["c"]):
            async with bench.store.unit_of_work() as uow:
                uow.session.add_all([entry(text) for text in texts])
            assert await drain.step() == len(texts)
            assert await drain.step() is None
        assert bench.usage("SELECT content FROM logs ORDER BY id") == [("a",), ("b",), ("c",)]
        assert len(await bench.all(select(LogOutbox.id))) == 3, "a kill would need them again"
        await bench.writer.checkpoint()
        assert await drain.step() is None
        # One row stays, so that its number is not given again.
        assert len(await bench.all(select(LogOutbox.id))) == 1

    with_bench(database, tmp_path, work)


def test_of_two_nodes_each_takes_its_own_log_entries(database: Database, tmp_path: Path) -> None:
    async def work(bench: Bench) -> None:
        (tmp_path / "two").mkdir()
        other = UsageWriter(tmp_path / "two" / "usage.duckdb", node=2)
        await other.open(NOON_MS)
        try:
            one = OutboxDrain(bench.store, bench.writer, node=1)
            two = OutboxDrain(bench.store, other, node=2)
            for content, drains in (("a", (one, two)), ("b", (two, one))):
                async with bench.store.unit_of_work() as uow:
                    uow.session.add(
                        LogOutbox(type=3, user_id=2, content=content, created_at_ms=NOON_MS)
                    )
                assert [await drain.step() for drain in drains] == [1, None]
            await bench.writer.checkpoint()
            await one.forget_kept()
            assert bench.usage("SELECT content FROM logs") == [("a",)]
            assert len(await bench.all(select(LogOutbox.id))) == 2
        finally:
            await other.close()

    with_bench(database, tmp_path, work)


def test_stopping_leaves_nothing_undrained(database: Database, tmp_path: Path) -> None:
    async def work(bench: Bench) -> None:
        drain = Drain(bench.store, bench.writer, bench.journal, node=0)
        drain.start()
        for _ in range(2500):
            bench.journal.append(2, 1)
        await drain.stop()
        assert tuple(await bench.one(BALANCES)) == (-1500, 2500, 2500)
        assert bench.usage("SELECT count(*) FROM usage") == [(2500,)]
        assert drain.ledger.progress.records >= 2500
        assert bench.journal.passed["checkpoint"] == "1:1:2500"

    with_bench(database, tmp_path, work)


def test_the_journal_is_told_of_what_the_file_holds_not_of_what_is_taken_in(
    database: Database, tmp_path: Path
) -> None:
    async def work(bench: Bench) -> None:
        rows = RowsDrain(bench.writer, bench.journal)
        bench.journal.append(2, 1)
        await rows.step()
        assert bench.journal.passed == {"analytics": "1:1:1"}
        await bench.writer.checkpoint()
        bench.journal.append(2, 1)
        bench.journal.fail_next_commit = True
        with pytest.raises(CoreError):
            await rows.step()
        assert await rows.step() is None
        assert bench.journal.passed == {"analytics": "1:1:2", "checkpoint": "1:1:1"}
        # The next process begins with what the file holds.
        rows = RowsDrain(bench.writer, bench.journal)
        await rows.step()
        assert bench.journal.passed["checkpoint"] == "1:1:1"

    with_bench(database, tmp_path, work)


def test_a_checkpoint_comes_when_it_is_due(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def work(bench: Bench) -> None:
        rows = RowsDrain(bench.writer, bench.journal)
        bench.journal.append(2, 1)
        await rows.step()
        monkeypatch.setattr(ingest, "CHECKPOINT_S", 0.0)
        assert await rows.step() is None
        assert bench.journal.passed == {"analytics": "1:1:1", "checkpoint": "1:1:1"}

    with_bench(database, tmp_path, work)
