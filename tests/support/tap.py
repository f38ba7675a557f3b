"""A relay of TCP connections that remembers, byte for byte, what clients sent through it.

Stands between a client package and a server; it knows nothing of HTTP while it relays, so streams
and sockets pass as they are. What was sent is read as HTTP/1.1 requests afterwards.
"""

import asyncio
import threading
from typing import Self

from tests.support.fake_upstream import Request, read_request

READ = 64 * 1024


class Tap:
    """Relays to one port of loopback, on an event loop in a thread while the block runs."""

    def __init__(self, port: int) -> None:
        self.port = 0
        self._to = port
        self._sent: list[bytearray] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="tap")
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def requests(self) -> list[Request]:
        """Returns what clients asked, in the order in which their connections were opened."""
        return asyncio.run_coroutine_threadsafe(self._parse(), self._loop).result(5)

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(5)
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    async def _start(self) -> None:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _stop(self) -> None:
        if self._server is not None:
            self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        sent = bytearray()
        self._sent.append(sent)
        try:
            to_reader, to_writer = await asyncio.open_connection("127.0.0.1", self._to)
            await asyncio.gather(_carry(reader, to_writer, sent), _carry(to_reader, writer, None))
        except (OSError, asyncio.CancelledError):
            # Only `_stop` cancels; a task that ends as cancelled would be reported.
            return
        finally:
            writer.close()

    async def _parse(self) -> list[Request]:
        found = []
        for sent in self._sent:
            reader = asyncio.StreamReader(limit=READ)
            reader.feed_data(bytes(sent))
            reader.feed_eof()
            try:
                while (request := await read_request(reader)) is not None:
                    found.append(request)
                    if "upgrade" in request.headers:
                        break
            except asyncio.IncompleteReadError:
                continue
        return found


async def _carry(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, kept: bytearray | None
) -> None:
    try:
        while piece := await reader.read(READ):
            if kept is not None:
                kept += piece
            writer.write(piece)
            await writer.drain()
    finally:
        writer.close()
