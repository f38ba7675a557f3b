"""Two nodes count together in Redis; without it each for itself, and together again after."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs
from weirgate.errors import TooManyRequestsError
from weirgate.redis_link import RedisLink
from weirgate.web import shared_limits
from weirgate.web.limits import FixedLimit, FixedLimits
from weirgate.web.shared_limits import SharedLimiter

from tests.support.management import Clock
from tests.support.redis import PASSWORD, redis_server

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.support.redis import RedisServer

__all__ = ["redis_server"]

THREE = FixedLimits(
    critical=FixedLimit(enabled=True, count=3, window_s=3600),
    email=FixedLimit(enabled=True, count=1, window_s=1),
)


class Nodes:
    """Two limiters with a connection each."""

    def __init__(self, url: str) -> None:
        self.links = [RedisLink(url, "weirgate:test") for _ in range(2)]
        self.clock = Clock()
        self.one, self.two = (SharedLimiter(THREE, self.clock, link) for link in self.links)

    async def admitted(self, limiter: SharedLimiter, caller: str, times: int) -> int:
        """Returns how many of so many calls were let in."""
        count = 0
        for _ in range(times):
            try:
                await limiter.admit("critical", caller)
            except TooManyRequestsError:
                continue
            count += 1
        return count


def with_nodes(server: RedisServer, work: Callable[[Nodes], Awaitable[None]]) -> None:
    async def run() -> None:
        nodes = Nodes(server.url)
        await work(nodes)
        for link in nodes.links:
            await link.close()

    asyncio.run(run())


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    # A loaded machine is no Redis that is away.
    monkeypatch.setattr(shared_limits, "ANSWER_S", 30.0)


def test_calls_at_all_nodes_count_together(redis_server: RedisServer) -> None:
    async def work(nodes: Nodes) -> None:
        assert await nodes.admitted(nodes.one, "10.0.0.1", 2) == 2
        assert await nodes.admitted(nodes.two, "10.0.0.1", 2) == 1
        with pytest.raises(TooManyRequestsError) as refused:
            await nodes.one.admit("critical", "10.0.0.1", speaks=True)
        name, seconds = refused.value.headers[0]
        assert (name, 3000 < int(seconds) <= 3600) == ("retry-after", True)
        assert refused.value.speaks
        assert await nodes.admitted(nodes.one, "10.0.0.2", 4) == 3

    with_nodes(redis_server, work)


def test_the_window_slides_in_redis(redis_server: RedisServer) -> None:
    async def work(nodes: Nodes) -> None:
        await nodes.one.admit("email", "10.0.0.1")
        async with asyncio.timeout(30):
            while True:
                try:
                    await nodes.two.admit("email", "10.0.0.1")
                except TooManyRequestsError:
                    await asyncio.sleep(0.05)
                else:
                    break

    with_nodes(redis_server, work)


def test_without_redis_each_node_counts_for_itself_and_says_so_once(
    redis_server: RedisServer,
) -> None:
    async def work(nodes: Nodes) -> None:
        redis_server.stop()
        with capture_logs() as logs:
            assert await nodes.admitted(nodes.one, "10.0.0.1", 5) == 3
            nodes.clock.advance(10)
            assert await nodes.admitted(nodes.one, "10.0.0.1", 5) == 0
            assert await nodes.admitted(nodes.two, "10.0.0.1", 5) == 3
        said = [line for line in logs if line["event"].startswith("redis does not count")]
        assert len(said) == 2
        assert PASSWORD not in str(logs)
        redis_server.start()
        nodes.clock.advance(10)
        assert await nodes.admitted(nodes.one, "10.0.0.1", 5) == 3
        assert await nodes.admitted(nodes.two, "10.0.0.1", 5) == 0

    with_nodes(redis_server, work)


def test_a_flushed_redis_begins_anew(redis_server: RedisServer) -> None:
    async def work(nodes: Nodes) -> None:
        assert await nodes.admitted(nodes.one, "10.0.0.1", 5) == 3
        redis_server.flush()
        assert await nodes.admitted(nodes.two, "10.0.0.1", 5) == 3

    with_nodes(redis_server, work)
