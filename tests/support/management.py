"""A management plane for tests: real Granian on a Unix socket, real store, given routes.

The server runs on its own event loop in a thread; tests speak HTTP to it with a blocking client.
"""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self, TypeVar

import httpx
import orjson
import uvloop
from weirgate.dialects import Dialect, DialectTable
from weirgate.store import Store
from weirgate.store.migrate import migrate
from weirgate.web.application import build
from weirgate.web.auth import Authenticator
from weirgate.web.endpoint import Services
from weirgate.web.limits import FixedLimits, Limiter
from weirgate.web.server import ManagementServer
from weirgate.web.sessions import Sessions

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator, Sequence
    from pathlib import Path

    from weirgate.web.limits import RateLimits
    from weirgate.web.router import Route
    from weirgate.web.rsgi import Bridge
    from weirgate.web.static import StaticFiles


Result = TypeVar("Result")
BY_HOST = DialectTable(hosts={dialect.value: dialect for dialect in Dialect})
"""A request for the host `oneapi` speaks one-api, and so on; everything else newapi."""


class Clock:
    """A clock that moves only when told."""

    def __init__(self, now_ms: int = 1_795_246_141_000) -> None:
        self.now_ms = now_ms

    def __call__(self) -> int:
        return self.now_ms

    def advance(self, seconds: float) -> None:
        self.now_ms += int(seconds * 1000)


class LocalKeys:
    """Key checks for tests without the data plane: hashes are readable, verdicts are given."""

    def __init__(self) -> None:
        self.verdicts: dict[str, dict[str, Any]] = {}

    def check_key(self, text: str, client_ip: str | None) -> bytes:  # noqa: ARG002
        refused = {"ok": False, "status": 401, "code": "", "message": "无效的令牌"}
        return orjson.dumps(self.verdicts.get(text, refused))

    def key_hash(self, text: str) -> str:
        return f"hash-of-{text}"


class Loop:
    """An event loop in a thread of its own."""

    def __init__(self) -> None:
        self._loop = uvloop.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="management-loop")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def run(self, work: Coroutine[Any, Any, Result], timeout_s: float = 30) -> Result:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout_s)


class Management:
    """A running management plane."""

    def __init__(self, loop: Loop, store: Store, clock: Clock, socket: Path) -> None:
        self.loop = loop
        self.store = store
        self.clock = clock
        self.socket = socket
        self.keys = LocalKeys()
        self.sessions = Sessions(clock)

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Runs a coroutine on the server's loop and returns its result."""
        return self.loop.run(work)

    def client(self, **options: Any) -> httpx.Client:
        """Returns an HTTP client of the socket, as the data plane would be one."""
        headers = {"x-weirgate-client-ip": "127.0.0.1", **options.pop("headers", {})}
        transport = httpx.HTTPTransport(uds=str(self.socket))
        options.setdefault("timeout", 60)
        return httpx.Client(
            transport=transport, base_url="http://weirgate", headers=headers, **options
        )

    def add(self, *rows: Any) -> None:
        """Puts rows into the database."""

        async def work() -> None:
            async with self.store.unit_of_work() as uow:
                uow.session.add_all(rows)

        self.run(work())

    def login(self, user_id: int) -> dict[str, str]:
        """Starts a session for the user and returns the headers of its requests."""

        async def work() -> str:
            async with self.store.unit_of_work() as uow:
                return await self.sessions.start(uow, user_id, scheme="http")

        cookie = self.run(work()).split(";", 1)[0]
        return {"cookie": cookie, "new-api-user": str(user_id)}


@contextmanager
def serving(loop: Loop, bridge: Bridge, socket: Path) -> Iterator[None]:
    """Serves a bridge on a Unix socket while the block runs."""
    server = ManagementServer(bridge, socket)
    loop.run(server.start())
    try:
        yield
    finally:
        loop.run(server.stop(5))


@contextmanager
def running_management(
    folder: Path,
    routes: Callable[[Management], Sequence[Route]],
    *,
    limits: RateLimits | None = None,
    static: StaticFiles | None = None,
    url: str | None = None,
) -> Iterator[Management]:
    """Migrates a database, serves the routes and yields the plane.

    `routes` gets the plane (its store, clock, keys) and returns the rows to serve.
    """
    database = url or f"sqlite:///{folder}/weirgate.db"
    migrate(database)
    with Loop() as loop:
        clock = Clock()
        store = Store(database)
        management = Management(loop, store, clock, folder / "management.sock")
        services = Services(
            store=store,
            authenticator=Authenticator(management.sessions, management.keys, clock),
            limiter=Limiter(limits or FixedLimits(), clock),
            dialects=BY_HOST,
        )
        bridge = build(routes(management), services, static=static, version="v0.0.0-test")
        try:
            with serving(loop, bridge, management.socket):
                yield management
        finally:
            loop.run(store.close())
