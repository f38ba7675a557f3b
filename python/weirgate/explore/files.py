"""The folder of exported files: few, named by chance, and gone a while after they were sent."""

from __future__ import annotations

import asyncio
import secrets
import time
from pathlib import Path
from typing import TYPE_CHECKING

from weirgate.errors import Text, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterable

KEPT_S = 900
MOST_FILES = 20
TOO_MANY = Text("导出过于频繁，请稍后再试", "too many exports, try again in some minutes")

TYPES = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
}
_FORMATS = {
    "json": "FORMAT json, ARRAY true",
    "csv": "FORMAT csv, HEADER true",
    "parquet": "FORMAT parquet, COMPRESSION zstd",
}


class ExportFolder:
    """Files for download; the server in Rust sends them, so they outlive the answer."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def new_file(self, kind: str) -> Path:
        """Returns a name for a new file, after removing those that have had their time.

        Raises:
            UnavailableError: too many files are there.
        """
        return await asyncio.to_thread(self._new_file, kind)

    async def remove(self, paths: Iterable[str]) -> None:
        """Removes files that nobody will be sent."""
        await asyncio.to_thread(_unlink, list(paths))

    def target(self, path: Path, kind: str) -> str:
        """Returns the end of a COPY that writes a file of `new_file`."""
        quoted = str(path).replace("'", "''")
        return f" TO '{quoted}' ({_FORMATS[kind]})"

    def _new_file(self, kind: str) -> Path:
        self._path.mkdir(mode=0o700, parents=True, exist_ok=True)
        oldest = time.time() - KEPT_S
        count = 0
        for item in self._path.iterdir():
            if item.stat().st_mtime < oldest:
                item.unlink(missing_ok=True)
            else:
                count += 1
        if count >= MOST_FILES:
            raise UnavailableError(TOO_MANY)
        return self._path / f"{secrets.token_hex(16)}.{kind}"


def _unlink(paths: list[str]) -> None:
    for path in paths:
        Path(path).unlink(missing_ok=True)
