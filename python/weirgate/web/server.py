"""Granian on a Unix socket, inside this process and on its running event loop.

`start` returns once a request is really answered (the socket exists before Granian accepts).
`stop` lets running requests end up to a deadline, then closes. Signals belong to the caller.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from typing import TYPE_CHECKING

from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server.embed import Server

if TYPE_CHECKING:
    from pathlib import Path

    from weirgate.web.rsgi import Bridge

logger = logging.getLogger(__name__)

START_TIMEOUT_S = 15.0
CANCEL_TIMEOUT_S = 2.0
BACKLOG = 1024
# Requests that may run at once; the relay's pool to this socket is smaller.
BACKPRESSURE = 512
_PROBE = b"OPTIONS /api/ HTTP/1.1\r\nhost: weirgate\r\nconnection: close\r\n\r\n"


class StartError(RuntimeError):
    """The management plane does not come up."""


class ManagementServer:
    """One Granian server for one bridge."""

    def __init__(self, bridge: Bridge, socket_path: Path) -> None:
        """Takes the application and where to listen; only this user may connect there."""
        self._bridge = bridge
        self._path = socket_path
        self._server: Server | None = None
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Listens and waits until a request is answered.

        Raises:
            StartError: another process serves this socket, or nothing answers in time.
        """
        await self._remove_stale_socket()
        self._path.parent.mkdir(parents=True, exist_ok=True)
        server = Server(
            self._bridge,
            uds=self._path,
            interface=Interfaces.RSGI,
            http=HTTPModes.http1,
            websockets=False,
            backlog=BACKLOG,
            backpressure=BACKPRESSURE,
            log_enabled=False,
            log_level=LogLevels.warning,
        )
        server.uds_permissions = 0o600
        self._server = server
        self._task = asyncio.create_task(server.serve(), name="granian")
        try:
            await asyncio.wait_for(self._until_answering(self._task), START_TIMEOUT_S)
        except TimeoutError as error:
            await self.stop(0)
            raise StartError(f"the management plane does not answer on {self._path}") from error

    async def stop(self, timeout_s: float) -> None:
        """Waits for running requests up to the time, then stops the server; idempotent."""
        if self._server is None or self._task is None:
            return
        if not await self._bridge.drained(timeout_s):
            logger.warning("management requests still ran when the server stopped")
            await self._bridge.cancel_running(CANCEL_TIMEOUT_S)
        server, task = self._server, self._task
        self._server = self._task = None
        server.stop()  # type: ignore[no-untyped-call]
        with contextlib.suppress(asyncio.CancelledError):
            await task
        self._path.unlink(missing_ok=True)

    async def wait(self) -> None:
        """Returns when the server has ended by itself, which it never should."""
        if self._task is not None:
            await asyncio.wait({self._task})

    async def _remove_stale_socket(self) -> None:
        if not self._path.is_socket():
            return
        if await _answers(self._path):
            raise StartError(f"another process serves {self._path}")
        self._path.unlink(missing_ok=True)

    async def _until_answering(self, task: asyncio.Task[None]) -> None:
        while not await _answers(self._path):
            if task.done():
                raise StartError("the management server ended at start") from task.exception()
            await asyncio.sleep(0.01)


async def _answers(path: Path) -> bool:
    """Says whether an HTTP request on the socket gets an answer."""
    try:
        reader, writer = await asyncio.open_unix_connection(str(path))
    except (OSError, socket.gaierror):
        return False
    try:
        writer.write(_PROBE)
        await writer.drain()
        line = await asyncio.wait_for(reader.readline(), 1.0)
    except (OSError, TimeoutError):
        return False
    finally:
        writer.close()
    return line.startswith(b"HTTP/1.1 ")
