"""The rounds in which nodes tell each other of their limits, over one Redis stream.

Five times a second a node reads what the others told, has the data plane divide what nobody holds,
and appends what it has to tell: two round trips, whatever the traffic, and none on a call's path.
The stream holds the last minute, from which a node that starts learns what was counted before.
What could not be appended is kept and appended first; no share grows until the others know it.
Redis away for 3 s leaves each node to its part of the limits (`weirgate_policy::limits::share`).
"""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import structlog
from redis.exceptions import RedisError

from weirgate._core import CoreError

if TYPE_CHECKING:
    from weirgate.redis_link import RedisLink

ROUND_S = 0.2
ANSWER_S = 1.0
ALIVE_MS = 2_000
HISTORY_MS = 65_000
IDLE_ROUNDS = 3
"""A node with nothing to tell says that it lives every so many rounds."""

BATCH = 1_000
MOST_KEPT = 600

log = structlog.get_logger("weirgate.rounds")


class Counting(Protocol):
    """The part of the gateway that counts."""

    def tell_counts(self) -> bytes:
        """Returns what other nodes must know."""

    def hear_counts(self, node: int | None, told: bytes, age_ms: int) -> None:
        """Takes in what another node told."""

    def divide_counts(self, me: int, nodes: list[int], number: int) -> None:
        """Divides what nobody holds."""


@dataclass(slots=True)
class _Peer:
    boot: bytes
    sequence: int
    seen_ms: int


class Rounds:
    """This node's part in the rounds."""

    def __init__(self, gateway: Counting, link: RedisLink, node: int) -> None:
        self._gateway = gateway
        self._client: Any = link.client
        self._link = link
        self._node = node
        self._boot = secrets.token_hex(8).encode()
        self._stream = link.name("rounds")
        self._last_id = b""
        self._sequence = 0
        self._quiet = IDLE_ROUNDS
        self._kept: deque[tuple[int, bytes]] = deque(maxlen=MOST_KEPT)
        self._peers: dict[int, _Peer] = {}
        self._is_away = False

    async def run(self) -> None:
        """Makes rounds until cancelled."""
        while True:
            await self.round()
            # Out of step with the others, so that they do not divide in the same moment.
            await asyncio.sleep(ROUND_S + secrets.randbelow(40) / 1000)

    async def round(self) -> None:
        """Reads, divides and tells once."""
        try:
            async with asyncio.timeout(ANSWER_S):
                now_ms = await self._read()
                if not self._kept:
                    await self._divide(now_ms)
                await self._tell(now_ms)
        except (RedisError, OSError, TimeoutError, CoreError) as error:
            if not self._is_away:
                said = self._link.said(error)
                log.warning("no rounds: each node keeps to its part of the limits", error=said)
            self._is_away = True
            return
        if self._is_away:
            log.info("nodes count together again")
        self._is_away = False

    async def _read(self) -> int:
        """Takes in what was told since the last round; returns Redis's time."""
        while True:
            pipe = self._client.pipeline(transaction=False)
            pipe.time()
            pipe.xread({self._stream: self._last_id or b"0-0"}, count=BATCH)
            (seconds, micros), found = await pipe.execute()
            now_ms = int(seconds) * 1000 + int(micros) // 1000
            entries = [entry for _, entries in found for entry in entries]
            is_first = not self._last_id
            for identity, fields in entries:
                self._last_id = identity
                await self._take(int(identity.split(b"-")[0]), fields, now_ms)
            if is_first and not entries:
                self._last_id = f"{now_ms - HISTORY_MS}-0".encode()
            if len(entries) < BATCH:
                return now_ms

    async def _take(self, at_ms: int, fields: dict[bytes, bytes], now_ms: int) -> None:
        try:
            node, boot = int(fields[b"n"]), fields[b"b"]
            sequence, told = int(fields[b"s"]), fields[b"t"]
        except (KeyError, ValueError):
            # Not ours, or of a version that tells in another form.
            return
        if boot == self._boot or now_ms - at_ms > HISTORY_MS:
            return
        peer = self._peers.get(node)
        if peer is not None and peer.boot == boot and sequence <= peer.sequence:
            # Appended twice: the answer to the first time was lost.
            return
        self._peers[node] = _Peer(boot, sequence, at_ms)
        lives = node != self._node and now_ms - at_ms < ALIVE_MS
        if told:
            try:
                await asyncio.to_thread(
                    self._gateway.hear_counts, node if lives else None, told, now_ms - at_ms
                )
            except CoreError as error:
                log.warning("what a node told cannot be read", node=node, error=str(error))

    async def _divide(self, now_ms: int) -> None:
        alive = {number for number, peer in self._peers.items() if now_ms - peer.seen_ms < ALIVE_MS}
        nodes = sorted(alive | {self._node})
        number = now_ms // int(ROUND_S * 1000)
        await asyncio.to_thread(self._gateway.divide_counts, self._node, nodes, number)

    async def _tell(self, now_ms: int) -> None:
        told = await asyncio.to_thread(self._gateway.tell_counts)
        self._quiet += 1
        if told or self._quiet > IDLE_ROUNDS:
            self._sequence += 1
            self._kept.append((self._sequence, told))
            self._quiet = 0
        oldest = f"{now_ms - HISTORY_MS}"
        while self._kept:
            sequence, told = self._kept[0]
            fields = {"n": self._node, "b": self._boot, "s": sequence, "t": told}
            await self._client.xadd(self._stream, fields, minid=oldest, approximate=True)
            self._kept.popleft()
