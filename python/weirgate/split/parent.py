"""`serve --split`: this process holds the data plane, a child Granian, Robyn, SQL and DuckDB.

The child is started again when it ends, after a growing pause, and takes up where SQL says it was;
meanwhile calls go on with what was last published and the journal keeps their rows. A child that
ends before it ever served ends this process too: that is a start that failed. A stop signal goes to
the child, which closes everything in order, and then here.
"""

import asyncio
import secrets as randomness
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

import orjson
import structlog

from weirgate._core import CoreError, Gateway, init_logging
from weirgate.dataplane import supervise
from weirgate.dataplane.start_config import gateway_config, packed
from weirgate.logs import configure
from weirgate.settings import KeptNode, Settings
from weirgate.split.host import GatewayHost

FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 10.0
STEADY_S = 60.0
"""A child that lived so long starts the pauses anew."""

STOP_BEYOND_DRAIN_S = 60.0

log = structlog.get_logger("weirgate.split")


def socket_of(settings: Settings) -> Path:
    """Returns where the data plane's process answers the child."""
    return settings.data_dir / "gateway.sock"


async def serve(settings: Settings) -> int:
    """Serves until SIGTERM or SIGINT; returns the exit code.

    Raises:
        StartError, CoreError: the data plane cannot start.
    """
    configure(settings.log_level, settings.log_format)
    init_logging(settings.log_level, json=settings.log_format == "json")
    with supervise.owned(settings.data_dir):
        stop = supervise.StopSignal()
        secrets = settings.load_secrets()
        config = gateway_config(settings, secrets)
        if KeptNode.of(settings.data_dir) is None:
            await _first_start(settings)
        given = packed(config, settings.node, leases=settings.is_one_of_several)
        gateway = await asyncio.to_thread(Gateway, given)
        host = GatewayHost(gateway, socket_of(settings))
        host.start()
        if settings.tls_cert:
            supervise.on_hangup(lambda: _reload(gateway))
        try:
            return await Keeper(settings, host, stop).run()
        finally:
            host.is_stopping = True
            await asyncio.to_thread(gateway.shutdown, settings.drain_timeout_s * 1000)
            host.stop()


async def _first_start(settings: Settings) -> None:
    """Asks SQL which node this is: the data plane must know its number, and is opened first."""
    from weirgate.dataplane import node  # noqa: PLC0415 - what only the child has in memory
    from weirgate.store import Store  # noqa: PLC0415
    from weirgate.store.migrate import migrate  # noqa: PLC0415

    await asyncio.to_thread(migrate, settings.sql_url)
    with node.sole_user(settings):
        store = Store(settings.sql_url)
        try:
            await node.claim(store, settings)
        finally:
            await store.close()


def _reload(gateway: Gateway) -> None:
    # The data plane's log says what was wrong with the files.
    with suppress(CoreError):
        gateway.reload_tls()


class Keeper:
    """Keeps one child running."""

    def __init__(self, settings: Settings, host: GatewayHost, stop: supervise.StopSignal) -> None:
        token = settings.setup_token or randomness.token_urlsafe(18)
        # One token for all children: it is shown by the first only.
        self._settings = settings.model_copy(update={"setup_token": token})
        self._host = host
        self._stop = stop
        self._pause = 0.0

    async def run(self) -> int:
        """Starts children until one ends as it was asked to, or the first cannot start."""
        stopping = asyncio.create_task(self._stop.wait())
        while True:
            began = time.monotonic()
            code = await self._one_child(stopping)
            if stopping.done():
                return code
            if not self._host.address:
                stopping.cancel()
                return code or 1
            self._pause = self._next_pause(time.monotonic() - began)
            log.error("the management process ended", code=code, again_in_s=self._pause)
            await asyncio.wait({stopping}, timeout=self._pause)
            if stopping.done():
                return 0

    def _next_pause(self, lived_s: float) -> float:
        if lived_s >= STEADY_S or not self._pause:
            return FIRST_PAUSE_S
        return min(self._pause * 2, LONGEST_PAUSE_S)

    async def _one_child(self, stopping: "asyncio.Task[None]") -> int:
        """Runs one child to its end and returns its exit code."""
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "weirgate.split.child",
            stdin=asyncio.subprocess.PIPE,
            # A terminal's signals are this process's: it tells the child in its turn.
            start_new_session=True,
        )
        # What it serves with, and then a lifeline: it ends when this process does.
        assert child.stdin is not None  # noqa: S101 - a pipe was asked for
        values = self._settings.model_dump(mode="json")
        begin = {"settings": values, "is_first": not self._host.address}
        with suppress(ConnectionError):
            child.stdin.write(orjson.dumps(begin) + b"\n")
            await child.stdin.drain()
        ended = asyncio.create_task(child.wait())
        await asyncio.wait({ended, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not ended.done():
            self._host.is_stopping = True
            await self._end(child, ended)
        child.stdin.close()
        return await ended

    async def _end(self, child: asyncio.subprocess.Process, ended: "asyncio.Task[int]") -> None:
        with suppress(ProcessLookupError):
            child.send_signal(signal.SIGTERM)
        patience = self._settings.drain_timeout_s + STOP_BEYOND_DRAIN_S
        await asyncio.wait({ended}, timeout=patience)
        if not ended.done():
            log.error("the management process does not end; it is killed")
            child.kill()
