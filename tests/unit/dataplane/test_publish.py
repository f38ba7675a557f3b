"""The data plane is told what was committed; what could not be told stays owed."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from weirgate.dataplane.compile import RelayDefaults
from weirgate.dataplane.publish import Publisher, PublishSource
from weirgate.ledger.service import Credit, LedgerService
from weirgate.store import Changes, Store
from weirgate.store.crypto import Sealer
from weirgate.store.tables import Option
from weirgate.system.option_table import build_registry

from tests.support.gateway import FakeGateway
from tests.unit.dataplane.conftest import Database, channel, key, user

SEALER = Sealer(b"k" * 32)


class Bench:
    def __init__(self, store: Store) -> None:
        self.store = store
        self.gateway = FakeGateway()
        source = PublishSource(store, build_registry({}), SEALER, RelayDefaults())
        self.publisher = Publisher(source, self.gateway, sync_s=60)

    async def add(self, *rows: Any) -> None:
        async with self.store.unit_of_work() as uow:
            uow.session.add_all(rows)

    async def credit(self, key_text: str, amount: int) -> None:
        async with self.store.unit_of_work() as uow:
            credit = Credit(user_id=2, kind="manage", idempotency_key=key_text, wallet_delta=amount)
            await LedgerService().credit(uow, credit)


def with_bench(database: Database, work: Callable[[Bench], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        async with database.open() as store:
            return await work(Bench(store))

    return asyncio.run(run())


def test_loading_sends_balances_with_the_last_entry_they_contain(database: Database) -> None:
    async def work(bench: Bench) -> None:
        sealed = SEALER.seal("sk-up", "channel:1")
        await bench.add(user(2, quota=0), user(3, deleted_at=1), key(7, 2), key(8, 2, deleted_at=1))
        await bench.add(channel(1, key_encrypted=sealed))
        await bench.credit("a", 700)
        await bench.publisher.load()
        gateway = bench.gateway
        balances = [load for load in gateway.loads if load["users"] or load["keys"]]
        assert [load["users"] for load in balances] == [[[2, 700]], []]
        assert [load["keys"] for load in balances] == [[], [[7, 2, 500, False]]]
        assert {load["last_entry"] for load in gateway.loads} == {1}
        assert [load["more"] for load in gateway.loads] == [True, True, False]
        assert (set(gateway.users), set(gateway.keys)) == ({2}, {7})
        assert gateway.snapshots[0]["channels"][0]["keys"] == ["sk-up"]

    with_bench(database, work)


def test_entries_after_the_load_are_sent_in_order_and_once(database: Database) -> None:
    async def work(bench: Bench) -> None:
        await bench.add(user(2))
        await bench.credit("a", 1)
        await bench.publisher.load()
        await bench.credit("b", 2)
        await bench.credit("c", 3)
        await bench.publisher.publish(Changes(entries=True))
        await bench.publisher.publish(Changes(entries=True))
        assert bench.gateway.entries == [[2, 2, 0, 2, 0], [3, 2, 0, 3, 0]]

    with_bench(database, work)


def test_only_what_changed_is_sent(database: Database) -> None:
    async def work(bench: Bench) -> None:
        await bench.publisher.load()
        await bench.add(user(2), user(3), key(7, 2), key(8, 2))
        await bench.publisher.publish(Changes(users={2}, keys={7}))
        assert (set(bench.gateway.users), set(bench.gateway.keys)) == ({2}, {7})
        assert len(bench.gateway.snapshots) == 1
        await bench.publisher.publish(Changes(deleted_keys={7}, routing=True))
        assert bench.gateway.keys == {}
        assert [snapshot["version"] for snapshot in bench.gateway.snapshots] == [1, 2]

    with_bench(database, work)


def test_what_was_refused_is_sent_with_the_next_change(database: Database) -> None:
    async def work(bench: Bench) -> None:
        await bench.publisher.load()
        await bench.add(user(2), key(7, 2))
        bench.gateway.refuse = "keys"
        await bench.publisher.publish(Changes(users={2}, keys={7}))
        assert bench.gateway.keys == {}
        bench.gateway.refuse = ""
        await bench.publisher.publish(Changes(routing=True))
        assert set(bench.gateway.keys) == {7}

    with_bench(database, work)


def test_an_option_that_cannot_be_routed_by_holds_up_nothing_else(database: Database) -> None:
    async def work(bench: Bench) -> None:
        await bench.publisher.load()
        await bench.add(Option(key="ModelRatio", value='{"a":"dear"}'), user(2))
        await bench.publisher.publish(Changes(users={2}, routing=True))
        assert set(bench.gateway.users) == {2}
        assert len(bench.gateway.snapshots) == 1

    with_bench(database, work)


def test_a_channel_whose_key_does_not_open_is_routed_without_one(database: Database) -> None:
    async def work(bench: Bench) -> None:
        foreign = SEALER.seal("sk-up", "channel:9")
        await bench.add(channel(1, key_encrypted=foreign))
        await bench.publisher.load()
        assert bench.gateway.snapshots[0]["channels"][0]["keys"] == []

    with_bench(database, work)
