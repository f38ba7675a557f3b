"""A Redis server of our own for tests: fresh, on loopback, gone afterwards.

It can be stopped and started again on its port, empty: what stands in it may always be lost.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from redis import Redis
from redis.exceptions import RedisError

from tests.support.clock import until
from tests.support.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

PASSWORD = "a word: 50% secret/@"  # noqa: S105
QUOTED = "a%20word%3A%2050%25%20secret%2F%40"


class RedisServer:
    """One server."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://:{QUOTED}@127.0.0.1:{self._port}/3"

    @property
    def bare_url(self) -> str:
        return f"redis://127.0.0.1:{self._port}/3"

    def client(self) -> Redis:
        return Redis(port=self._port, db=3, password=PASSWORD)

    def start(self) -> None:
        program = shutil.which("redis-server") or shutil.which("valkey-server")
        assert program is not None, "Redis is missing: apt-get install redis-server"
        options = ["--port", str(self._port), "--bind", "127.0.0.1", "--save", ""]
        options += ["--dir", str(self._folder), "--requirepass", PASSWORD]
        self._process = subprocess.Popen(
            [program, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until(self._answers, bool)

    def stop(self) -> None:
        """Ends it at once; everything in it is lost."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def flush(self) -> None:
        with self.client() as client:
            client.flushall()

    def _answers(self) -> bool:
        try:
            with self.client() as client:
                return bool(client.ping())
        except RedisError:
            return False


@contextmanager
def running_redis() -> Iterator[RedisServer]:
    """Starts a server."""
    folder = Path(tempfile.mkdtemp(prefix="weirgate-redis-"))
    server = RedisServer(folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def redis_server() -> Iterator[RedisServer]:
    """A server that is this test's alone."""
    with running_redis() as server:
        yield server
