"""The management plane's rate limits over several nodes: exact sliding windows in Redis.

Time is Redis's own, so that the nodes' clocks do not matter. A call waits for Redis for a moment
at most; while it does not answer, this node counts for itself, as if there were no other.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog
from redis.exceptions import RedisError
from typing_extensions import override

from weirgate.web.limits import Limiter, refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from weirgate.redis_link import RedisLink
    from weirgate.web.limits import RateLimits

ANSWER_S = 0.5
PAUSE_MS = 2_000
"""So long nobody asks a Redis that did not answer."""

# A list of the counted calls' times, oldest first; answers 0, or the milliseconds to wait.
SCRIPT = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local most, window = tonumber(ARGV[1]), tonumber(ARGV[2])
local first = redis.call('LINDEX', KEYS[1], 0)
while first and tonumber(first) <= now - window do
  redis.call('LPOP', KEYS[1])
  first = redis.call('LINDEX', KEYS[1], 0)
end
if redis.call('LLEN', KEYS[1]) >= most then
  return tonumber(first) - (now - window)
end
redis.call('RPUSH', KEYS[1], now)
redis.call('PEXPIRE', KEYS[1], window)
return 0
"""

log = structlog.get_logger("weirgate.limits")


class SharedLimiter(Limiter):
    """Counts calls of all nodes together, and refuses those over a limit."""

    def __init__(self, limits: RateLimits, now_ms: Callable[[], int], link: RedisLink) -> None:
        """Takes the limits, a monotonic clock in milliseconds, and where to count."""
        super().__init__(limits, now_ms)
        self._clock_ms = now_ms
        self._link = link
        self._script = link.client.register_script(SCRIPT)
        self._silent_until_ms = 0
        self._is_away = False

    @override
    async def admit(self, kind: str, caller: str, *, speaks: bool = False) -> None:
        limit = self.limit(kind)
        if not limit.enabled:
            return
        wait_ms = await self._count(kind, caller, limit.count, limit.window_s * 1000)
        if wait_ms is None:
            self.check(kind, caller, speaks=speaks)
        elif wait_ms > 0:
            raise refusal(wait_ms, speaks=speaks)

    async def _count(self, kind: str, caller: str, count: int, window_ms: int) -> int | None:
        """Returns the time to wait, 0 when the call is counted; None when Redis does not answer."""
        if self._clock_ms() < self._silent_until_ms:
            return None
        name = self._link.name("limit", kind, caller)
        try:
            async with asyncio.timeout(ANSWER_S):
                wait_ms = int(await self._script([name], [count, window_ms]))
        except (RedisError, OSError, TimeoutError) as error:
            self._silent_until_ms = self._clock_ms() + PAUSE_MS
            if not self._is_away:
                said = self._link.said(error)
                log.warning("redis does not count, this node counts for itself", error=said)
            self._is_away = True
            return None
        if self._is_away:
            log.info("redis counts again")
        self._is_away = False
        return wait_ms
