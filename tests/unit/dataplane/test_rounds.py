"""Rounds over a real Redis: who is heard, what a restart finds, and what an absence leaves."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from weirgate.dataplane import rounds
from weirgate.dataplane.rounds import Rounds
from weirgate.redis_link import RedisLink

from tests.support.redis import PASSWORD, redis_server

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.support.redis import RedisServer

__all__ = ["redis_server"]


class Recorder:
    """A data plane that says what it is given to say."""

    def __init__(self) -> None:
        self.to_tell: list[bytes] = []
        self.heard: list[tuple[int | None, bytes]] = []
        self.divided: list[list[int]] = []

    def tell_counts(self) -> bytes:
        return self.to_tell.pop(0) if self.to_tell else b""

    def hear_counts(self, node: int | None, told: bytes, age_ms: int) -> None:
        assert age_ms >= 0
        self.heard.append((node, told))

    def divide_counts(self, me: int, nodes: list[int], number: int) -> None:
        assert me in nodes
        assert number > 0
        self.divided.append(nodes)


class Nodes:
    def __init__(self, url: str) -> None:
        self.url = url
        self.links: list[RedisLink] = []

    def start(self, node: int) -> tuple[Recorder, Rounds]:
        self.links.append(RedisLink(self.url, "weirgate:test"))
        recorder = Recorder()
        return recorder, Rounds(recorder, self.links[-1], node)


def with_nodes(server: RedisServer, work: Callable[[Nodes], Awaitable[None]]) -> None:
    async def run() -> None:
        nodes = Nodes(server.url)
        try:
            await work(nodes)
        finally:
            for link in nodes.links:
                await link.close()

    asyncio.run(run())


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    # A loaded machine is neither a node nor a Redis that is gone.
    monkeypatch.setattr(rounds, "ANSWER_S", 30.0)
    monkeypatch.setattr(rounds, "ALIVE_MS", 60_000)
    monkeypatch.setattr(rounds, "HISTORY_MS", 600_000)


def test_what_one_node_tells_the_others_hear_once(redis_server: RedisServer) -> None:
    async def work(nodes: Nodes) -> None:
        (of_one, one), (of_two, two) = nodes.start(1), nodes.start(2)
        of_one.to_tell = [b"a", b"b"]
        for each in (one, two, one, two, one, two):
            await each.round()
        assert of_two.heard == [(1, b"a"), (1, b"b")]
        assert of_one.heard == []
        assert (of_one.divided[-1], of_two.divided[-1]) == ([1, 2], [1, 2])

    with_nodes(redis_server, work)


def test_a_node_that_starts_again_hears_what_it_counted_itself(redis_server: RedisServer) -> None:
    async def work(nodes: Nodes) -> None:
        of_one, one = nodes.start(1)
        of_one.to_tell = [b"a"]
        await one.round()
        of_again, again = nodes.start(1)
        await again.round()
        # As counts of somebody who is gone: its share is nobody's.
        assert of_again.heard == [(None, b"a")]
        assert of_again.divided[-1] == [1]

    with_nodes(redis_server, work)


def test_what_was_told_while_redis_was_away_is_told_after(
    redis_server: RedisServer, capsys: pytest.CaptureFixture[str]
) -> None:
    async def work(nodes: Nodes) -> None:
        (of_one, one), (of_two, two) = nodes.start(1), nodes.start(2)
        for each in (one, two):
            await each.round()
        redis_server.stop()
        of_one.to_tell = [b"a"]
        divided = len(of_one.divided)
        await one.round()
        await one.round()
        assert len(of_one.divided) == divided
        said = capsys.readouterr().out
        assert said.count("no rounds") == 1
        assert PASSWORD not in said
        redis_server.start()
        # The first one meets the connection that died.
        for each in (one, two, one, two):
            await each.round()
        assert of_two.heard == [(1, b"a")]

    with_nodes(redis_server, work)


def test_a_flushed_redis_costs_nothing_that_was_heard(redis_server: RedisServer) -> None:
    async def work(nodes: Nodes) -> None:
        (of_one, one), (of_two, two) = nodes.start(1), nodes.start(2)
        of_one.to_tell = [b"a", b"b"]
        await one.round()
        await two.round()
        redis_server.flush()
        await one.round()
        await two.round()
        assert of_two.heard == [(1, b"a"), (1, b"b")]

    with_nodes(redis_server, work)
