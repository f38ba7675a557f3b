"""Makes a backup, while the server runs or of a folder at rest.

Order is what makes it one: the usage store, SQL while that takes nothing in, and then the journal,
which therefore holds everything behind both cursors. Whatever the journal holds beyond them is
booked when the restored node starts. Calls are never held up; only the usage store's intake waits.
"""

import asyncio
import os
import re
import shutil
import tarfile
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from weirgate import __version__
from weirgate.analytics.opening import lake_of
from weirgate.backup import manifest as form
from weirgate.backup.manifest import BackupError, Manifest
from weirgate.settings import Settings
from weirgate.store import copies

_SEGMENT = re.compile(r"\d{10}\.seg")
_ARCHIVES = {".tar": "w", ".tgz": "w:gz", ".gz": "w:gz"}
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Live:
    """The parts of a running server that its backup needs."""

    copy_usage: Callable[[Path, Callable[[], None]], Awaitable[None]]
    """Copies the usage store, then calls back while it takes nothing in."""

    journal_end: Callable[[], str]
    """Returns up to where the journal is fsynced."""


async def take(settings: Settings, target: Path, live: Live | None) -> Manifest:
    """Makes a backup at `target`: an archive if it ends in .tar, .tar.gz or .tgz, else a folder.

    Raises:
        BackupError: there is something already, or no folder to put it in.
    """
    _check(target)
    draft = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        with _pinned(settings.data_dir, needed=live is not None) as journal:
            await _copy_stores(settings, draft, live)
            end = live.journal_end() if live else ""
            # What became a segment since the beginning.
            await asyncio.to_thread(_pin, settings.data_dir / form.JOURNAL, journal)
            await asyncio.to_thread(_copy_journal, journal, draft / form.JOURNAL, end)
        return await asyncio.to_thread(_finish, settings, draft, target, end)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _check(target: Path) -> None:
    if not target.parent.is_dir():
        raise BackupError(f"there is no folder {target.parent}")
    if target.exists() and not (target.is_dir() and not any(target.iterdir())):
        raise BackupError(f"{target} is there already")


async def _copy_stores(settings: Settings, draft: Path, live: Live | None) -> None:
    def copy_sql() -> None:
        if copies.dialect(settings.sql_url) == "sqlite":
            copies.copy_sqlite(settings.sql_url, draft / form.SQLITE)
        else:
            copies.copy_postgresql(settings.sql_url, draft / form.POSTGRESQL)

    if live is not None:
        await live.copy_usage(draft / form.USAGE, copy_sql)
        return
    if not settings.lake_url and settings.usage_path.exists():
        shutil.copyfile(settings.usage_path, draft / form.USAGE)
    await asyncio.to_thread(copy_sql)


@contextmanager
def _pinned(data: Path, *, needed: bool) -> Iterator[Path]:
    """Yields a folder of links to all segments: what is drained meanwhile may go from its own."""
    if not needed:
        yield data / form.JOURNAL
        return
    folder = Path(tempfile.mkdtemp(prefix="backup-", dir=data))
    try:
        _pin(data / form.JOURNAL, folder)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _pin(journal: Path, folder: Path) -> None:
    for path in _segments(journal):
        try:
            (folder / path.name).hardlink_to(path)
        except (FileExistsError, FileNotFoundError):
            # Linked before, or drained and gone before it could be.
            continue


def _segments(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if _SEGMENT.fullmatch(path.name))


def _copy_journal(source: Path, target: Path, end: str) -> None:
    """Copies the segments up to `end`: what is behind may be half written."""
    target.mkdir(mode=0o700)
    last, offset = _place(end)
    for path in _segments(source):
        number = int(path.stem)
        if last is None or number < last:
            shutil.copyfile(path, target / path.name)
        elif number == last:
            _copy_begin(path, target / path.name, offset)


def _place(end: str) -> tuple[int | None, int]:
    if not end:
        return None, 0
    _, segment, offset = end.rsplit(":", 2)
    return int(segment), int(offset)


def _copy_begin(source: Path, target: Path, length: int) -> None:
    with source.open("rb") as read, target.open("wb") as written:
        while length > 0 and (piece := read.read(min(length, _PIECE))):
            written.write(piece)
            length -= len(piece)


def _finish(settings: Settings, draft: Path, target: Path, end: str) -> Manifest:
    key = settings.data_dir / form.KEY
    has_key = not settings.secret and key.exists()
    if has_key:
        shutil.copyfile(key, draft / form.KEY)
    if (settings.data_dir / form.NODE).exists():
        shutil.copyfile(settings.data_dir / form.NODE, draft / form.NODE)
    for path in draft.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
    made = Manifest(
        version=__version__,
        created_ms=time.time_ns() // 1_000_000,
        node=settings.node,
        sql="sqlite" if copies.dialect(settings.sql_url) == "sqlite" else "postgresql",
        sql_revision=copies.revision(settings.sql_url),
        journal_end=end,
        has_key=has_key,
        lake=lake_name(settings),
        files=form.files_below(draft),
    )
    form.write(draft, made)
    for path in draft.rglob("*"):
        sync(path)
    mode = _ARCHIVES.get(target.suffix)
    if mode is None:
        draft.replace(target)
    else:
        _pack(draft, target, mode)
    sync(target.parent)
    return made


def lake_name(settings: Settings) -> str:
    """Returns how a lake is named in a backup, without a password; empty: usage is in a file."""
    place = lake_of(settings)
    return f"{place.shown} {place.data}" if place else ""


def _pack(draft: Path, target: Path, mode: str) -> None:
    partial = target.with_name(f".{draft.name}.partial")
    try:
        partial.touch(mode=0o600)
        with tarfile.open(partial, mode) as archive:  # type: ignore[call-overload]
            archive.add(draft, arcname=".")
        sync(partial)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Brings a file or folder to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
