"""What one node commits, the others publish: by bell, by the clock, after a gap."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

from weirgate.dataplane import feed
from weirgate.dataplane.bells import PostgresBell, RedisBell
from weirgate.dataplane.compile import RelayDefaults
from weirgate.dataplane.feed import BellError, ChangeFeed
from weirgate.dataplane.publish import Publisher, PublishSource
from weirgate.redis_link import RedisLink
from weirgate.store import Store
from weirgate.store import feed as store_feed
from weirgate.store.crypto import Sealer
from weirgate.store.migrate import migrate
from weirgate.store.tables import Key, User
from weirgate.system.option_table import build_registry

from tests.support.gateway import FakeGateway
from tests.support.postgres import postgres_server, postgres_url
from tests.support.redis import redis_server
from tests.unit.dataplane.conftest import key, user

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    import pytest
    from weirgate.dataplane.feed import Bell

    from tests.support.redis import RedisServer

__all__ = ["postgres_server", "postgres_url", "redis_server"]

LONG_S = 3600.0


class Deaf:
    """A bell whose line is always broken."""

    name = "deaf"

    async def listen(self, _heard: Callable[[], None]) -> None:
        raise BellError("no line")

    async def ring(self) -> None:
        raise BellError("no line")


class Node:
    def __init__(self, url: str, bell: Bell) -> None:
        self.store = Store(url)
        self.gateway = FakeGateway()
        source = PublishSource(self.store, build_registry({}), Sealer(b"k" * 32), RelayDefaults())
        self.publisher = Publisher(source, self.gateway, sync_s=LONG_S)
        self.bell = bell
        self.feed: ChangeFeed

    async def load(self) -> None:
        await self.publisher.load()
        self.feed = ChangeFeed(self.store, self.publisher, self.bell)
        self.store.on_commit = self.feed.tell

    async def add(self, *rows: Any) -> None:
        async with self.store.unit_of_work() as uow:
            uow.session.add_all(rows)
            uow.changed.users |= {row.id for row in rows if isinstance(row, User)}
            uow.changed.keys |= {row.id for row in rows if isinstance(row, Key)}


@asynccontextmanager
async def running(*nodes: Node) -> AsyncIterator[None]:
    for node in nodes:
        await node.load()
    tasks = [asyncio.create_task(node.feed.run()) for node in nodes]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        for node in nodes:
            await node.store.close()


async def comes(node: Node, key_id: int) -> None:
    async with asyncio.timeout(30):
        while key_id not in node.gateway.keys:  # noqa: ASYNC110 - two threads of one test
            await asyncio.sleep(0.02)


def links(url: str, count: int) -> list[RedisLink]:
    return [RedisLink(url, "weirgate:test") for _ in range(count)]


def test_a_commit_rings_at_the_other_nodes_through_postgresql(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "POLL_S", LONG_S)
    migrate(postgres_url)

    async def work() -> None:
        one, two = (Node(postgres_url, PostgresBell(postgres_url)) for _ in range(2))
        async with running(one, two):
            await one.add(user(1), key(7, 1))
            await comes(two, 7)
            assert set(two.gateway.users) == {1}
            await two.add(key(8, 1))
            await comes(one, 8)

    asyncio.run(work())


def test_a_commit_rings_at_the_other_nodes_through_redis_also_after_its_restart(
    postgres_url: str, redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "POLL_S", LONG_S)
    monkeypatch.setattr(feed, "LONGEST_PAUSE_S", 0.2)
    migrate(postgres_url)

    async def work() -> None:
        of_one, of_two = links(redis_server.url, 2)
        one, two = (Node(postgres_url, RedisBell(link)) for link in (of_one, of_two))
        async with running(one, two):
            await one.add(user(1), key(7, 1))
            await comes(two, 7)
            redis_server.stop()
            await one.add(key(8, 1))
            redis_server.start()
            # The new line begins with a look.
            await comes(two, 8)
            await one.add(key(9, 1))
            await comes(two, 9)
        await of_one.close()
        await of_two.close()

    asyncio.run(work())


def test_without_a_bell_the_clock_brings_it(postgres_url: str) -> None:
    migrate(postgres_url)

    async def work() -> None:
        one, two = (Node(postgres_url, Deaf()) for _ in range(2))
        async with running(one, two):
            await one.add(user(1), key(7, 1))
            await comes(two, 7)

    asyncio.run(work())


def test_what_cannot_be_told_any_more_is_read_whole(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_feed, "KEPT", 2)
    migrate(postgres_url)

    async def work() -> None:
        one, two = (Node(postgres_url, Deaf()) for _ in range(2))
        await one.load()
        await two.load()
        await one.add(user(1))
        for number in range(10, 16):
            await one.add(key(number, 1))
        async with one.store.unit_of_work() as uow:
            await store_feed.prune(uow.session)
        await two.feed.look()
        assert set(two.gateway.keys) == set(range(10, 16))
        sent = len(two.gateway.snapshots)
        await two.feed.look()
        assert len(two.gateway.snapshots) == sent
        for node in (one, two):
            await node.store.close()

    asyncio.run(work())


def test_a_node_does_not_read_its_own_changes_again(postgres_url: str) -> None:
    migrate(postgres_url)

    async def work() -> None:
        node = Node(postgres_url, Deaf())
        await node.load()
        await node.add(user(1), key(7, 1))
        node.gateway.keys.clear()
        await node.feed.look()
        assert node.gateway.keys == {}
        async with node.store.unit_of_work(write=False) as uow:
            news = await store_feed.since(uow.session, 0, "another")
        assert (news.changes.users, news.changes.keys) == ({1}, {7})
        await node.store.close()

    asyncio.run(work())


def test_sqlite_has_no_other_nodes_to_tell(tmp_path: Any) -> None:
    url = f"sqlite:///{tmp_path}/weirgate.db"
    migrate(url)

    async def work() -> None:
        store = Store(url)
        async with store.unit_of_work() as uow:
            uow.session.add(user(1))
            uow.changed.users.add(1)
        async with store.unit_of_work(write=False) as uow:
            assert await store_feed.newest(uow.session) == 0
        await store.close()

    asyncio.run(work())
