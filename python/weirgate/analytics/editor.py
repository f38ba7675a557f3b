"""Runs one SQL text in a child process of its own, and ends it when its time is over.

The child (`sandbox`) gets files and the text, nothing else. One question a user and two in all run
at once; what runs can be stopped. Must never run an asker's text in this process.
"""

import asyncio
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from weirgate.errors import ConflictError, RefusedError, Text, UnavailableError

TIME_S = 10
MEMORY_BYTES = 512 * 1024 * 1024
ANSWER_BYTES = 4 * 1024 * 1024
MOST_ROWS = 10_000
MOST_RUNNING = 2
# Starting an interpreter and loading DuckDB, on a busy machine.
_STARTING_S = 20
_SCRIPT = Path(__file__).with_name("sandbox.py")

RUNNING = Text("你有一个查询正在执行", "a query of yours is still running: stop it or wait")
BUSY = Text("查询繁忙，请稍后再试", "other queries are running, try again in some seconds")
ENDED = Text(
    "查询已终止：超出时间或内存限制，或被停止",
    "the query was ended: it took too long or too much memory, or somebody stopped it",
)


@dataclass(frozen=True, slots=True)
class Table:
    """What a text answered; `is_cut` says that there were more rows than are shown."""

    columns: list[dict[str, str]]
    rows: list[list[Any]]
    is_cut: bool


class SqlEditor:
    """The running child processes."""

    def __init__(self, *, time_s: int = TIME_S, memory_bytes: int = MEMORY_BYTES) -> None:
        self._time_s = time_s
        self._memory_bytes = memory_bytes
        self._running: dict[int, asyncio.subprocess.Process | None] = {}

    def claim(self, user_id: int) -> None:
        """Takes the user's turn; `release` gives it back.

        Raises:
            ConflictError: a query of theirs is running.
            UnavailableError: as many as may be are running.
        """
        if user_id in self._running:
            raise ConflictError(RUNNING)
        if len(self._running) >= MOST_RUNNING:
            raise UnavailableError(BUSY)
        self._running[user_id] = None

    def release(self, user_id: int) -> None:
        """Gives the user's turn back."""
        self._running.pop(user_id, None)

    def stop(self, user_id: int | None = None) -> int:
        """Ends the user's running query, or everybody's; returns how many were ended."""
        found = list(self._running.values()) if user_id is None else [self._running.get(user_id)]
        ended = 0
        for process in found:
            if process is not None and process.returncode is None:
                process.kill()
                ended += 1
        return ended

    async def run(self, user_id: int, sql: str, files: dict[str, str], rows: int) -> Table:
        """Runs a text over the files, in the turn that was claimed.

        Raises:
            RefusedError: DuckDB refused it, or it was ended.
        """
        task = {
            "sql": sql,
            "files": files,
            "rows": min(rows, MOST_ROWS),
            "memory_bytes": self._memory_bytes,
            "time_s": self._time_s,
            "answer_bytes": ANSWER_BYTES,
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-I", str(_SCRIPT),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={},
            cwd="/",
        )  # fmt: skip
        self._running[user_id] = process
        try:
            async with asyncio.timeout(self._time_s + _STARTING_S):
                output, _ = await process.communicate(orjson.dumps(task))
        except TimeoutError as error:
            raise RefusedError(ENDED) from error
        finally:
            await _end(process)
        return _table(output)


async def _end(process: asyncio.subprocess.Process) -> None:
    """Makes sure that the child is gone, however the question ended."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.kill()
    await asyncio.shield(process.wait())


def _table(output: bytes) -> Table:
    try:
        found = orjson.loads(output)
    except orjson.JSONDecodeError as error:
        raise RefusedError(ENDED) from error
    if "error" in found:
        raise RefusedError(str(found["error"]))
    return Table(found["columns"], found["rows"], found["is_cut"])
