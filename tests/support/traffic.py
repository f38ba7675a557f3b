"""Makes many chat calls at once and remembers, for each, whether its answer began to arrive.

Runs in a thread; calls go on while the server is killed and started again. A call that finds no
server waits for the next one.
"""

import asyncio
import itertools
import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import Self

import httpx
import orjson

WORKERS = 16
PAUSE_S = 0.05
ANSWERED = 200


@dataclass
class Tally:
    """What the clients saw."""

    began: list[str] = field(default_factory=list)
    """Request ids of calls whose answer began with 200."""
    finished: int = 0
    broken: int = 0
    refused: Counter[int] = field(default_factory=Counter)


class Traffic:
    """Calls until `wanted` answers came to their end, while the block runs."""

    def __init__(self, url: str, key: str, wanted: int) -> None:
        self.tally = Tally()
        self._url = url
        self._key = key
        self._wanted = wanted
        self._numbers = itertools.count()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), name="traffic")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._wanted = 0
        self._thread.join()

    @property
    def is_running(self) -> bool:
        return self._thread.is_alive()

    async def _run(self) -> None:
        limits = httpx.Limits(max_connections=WORKERS, max_keepalive_connections=WORKERS)
        headers = {"authorization": f"Bearer {self._key}", "content-type": "application/json"}
        async with httpx.AsyncClient(limits=limits, headers=headers, timeout=30) as client:
            await asyncio.gather(*(self._work(client) for _ in range(WORKERS)))

    async def _work(self, client: httpx.AsyncClient) -> None:
        while self.tally.finished < self._wanted:
            try:
                await self._call(client)
            except (httpx.TransportError, OSError):
                self.tally.broken += 1
                await asyncio.sleep(PAUSE_S)

    async def _call(self, client: httpx.AsyncClient) -> None:
        number = next(self._numbers)
        body = {
            "model": "gpt-4o",
            "messages": [{"role": "user", "content": f"call {number}"}],
            "stream": number % 2 == 0,
        }
        url = f"{self._url}/v1/chat/completions"
        async with client.stream("POST", url, content=orjson.dumps(body)) as answer:
            if answer.status_code != ANSWERED:
                self.tally.refused[answer.status_code] += 1
                return
            self.tally.began.append(answer.headers["x-oneapi-request-id"])
            async for _ in answer.aiter_raw():
                continue
        self.tally.finished += 1
