"""The control socket: command-line tools ask the running server instead of opening its stores.

One line of JSON in (`{"call": name, "argument": text}`), one line out (`{"ok": ..., "answer" or
"error": ...}`). Only this user may connect. `ask` is the client's side of the same protocol.
"""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import duckdb
import orjson
import structlog
from sqlalchemy.exc import SQLAlchemyError

from weirgate.settings import StartError

MAX_LINE = 16 * 1024
READ_TIMEOUT_S = 5.0
ASK_TIMEOUT_S = 300.0

Call = Callable[[str], Awaitable[Any]]
"""Takes the argument, empty for none."""

log = structlog.get_logger("weirgate.control")


class ControlError(Exception):
    """The running server refused a call, or none answers."""


class ControlServer:
    """Answers calls by name."""

    def __init__(self, path: Path, calls: dict[str, Call]) -> None:
        self._path = path
        self._calls = calls
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listens; a stale socket is taken over, since the data folder is locked by us."""
        self._path.unlink(missing_ok=True)
        self._server = await asyncio.start_unix_server(
            self._serve, path=str(self._path), limit=MAX_LINE
        )
        self._path.chmod(0o600)

    async def stop(self) -> None:
        """Stops listening."""
        if self._server is None:
            return
        self._server.close()
        await self._server.wait_closed()
        self._path.unlink(missing_ok=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            line = await asyncio.wait_for(reader.readline(), READ_TIMEOUT_S)
            writer.write(orjson.dumps(await self._answer(line)) + b"\n")
            await writer.drain()
        except (OSError, TimeoutError, ValueError) as error:
            log.warning("a control call broke off", error=str(error))
        finally:
            writer.close()

    async def _answer(self, line: bytes) -> dict[str, Any]:
        try:
            request = orjson.loads(line)
        except orjson.JSONDecodeError:
            return {"ok": False, "error": "the call is no JSON"}
        name = request.get("call") if isinstance(request, dict) else None
        call = self._calls.get(name) if isinstance(name, str) else None
        if call is None:
            return {"ok": False, "error": f"unknown call; known: {', '.join(sorted(self._calls))}"}
        try:
            return {"ok": True, "answer": await call(str(request.get("argument", "")))}
        except (StartError, OSError, SQLAlchemyError, duckdb.Error) as error:
            log.warning("a control call failed", call=name, error=str(error))
            return {"ok": False, "error": str(error)}


async def ask(path: Path, call: str, argument: str = "", timeout_s: float = ASK_TIMEOUT_S) -> Any:
    """Asks the running server.

    Raises:
        FileNotFoundError, ConnectionRefusedError: none runs.
        ControlError: it refused, or broke off.
    """
    reader, writer = await asyncio.open_unix_connection(str(path), limit=1 << 24)
    try:
        writer.write(orjson.dumps({"call": call, "argument": argument}) + b"\n")
        line = await asyncio.wait_for(reader.readline(), timeout_s)
    finally:
        writer.close()
    if not line:
        raise ControlError("the server broke off")
    answer = orjson.loads(line)
    if not answer.get("ok"):
        raise ControlError(str(answer.get("error")))
    return answer["answer"]
