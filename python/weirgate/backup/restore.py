"""Puts a backup into a data folder, and into PostgreSQL where the ledger lives there.

Checks everything first: the backup is whole, of this node and this kind of database, and nothing is
in its way. With `force` what is there is moved aside, never deleted; only a PostgreSQL database
loses its tables. Starts no server: the next `weirgate serve` books what the journal still holds.
"""

import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from weirgate.backup import manifest as form
from weirgate.backup.manifest import BackupError, Manifest
from weirgate.backup.take import sync
from weirgate.dataplane import supervise
from weirgate.settings import Settings
from weirgate.store import copies
from weirgate.store.engine import parse

LOCK = "weirgate.lock"
ASIDE = "before-restore-"


def restore(
    source: Path, settings: Settings, *, force: bool = False, journal: Path | None = None
) -> list[str]:
    """Restores and returns what was done, a line each.

    `journal` is the folder of a journal that outlived its stores: it stands in for the backup's
    and brings everything up to its end.

    Raises:
        BackupError: nothing was changed; the text says what is in the way.
    """
    with _opened(source) as folder:
        manifest = form.checked(folder)
        if form.NODE not in manifest.files:
            _check_node(manifest, settings)
        _check(manifest, settings, journal)
        if not force:
            _check_free(settings)
        with supervise.owned(settings.data_dir):
            done = _set_aside(settings)
            _place(folder, manifest, settings, journal, force=force)
    made = datetime.fromtimestamp(manifest.created_ms / 1000, UTC).isoformat(timespec="seconds")
    done.append(f"restored the backup of {made} (version {manifest.version})")
    if manifest.lake:
        done.append(f"usage stays in the lake {manifest.lake}, which no backup holds")
    return done


@contextmanager
def _opened(source: Path) -> Iterator[Path]:
    if source.is_dir():
        yield source
        return
    with tempfile.TemporaryDirectory(prefix="weirgate-restore-", dir=source.parent) as folder:
        try:
            with tarfile.open(source) as archive:
                archive.extractall(folder, filter="data")
        except (tarfile.TarError, FileNotFoundError, EOFError) as error:
            raise BackupError(f"{source} is no backup: {error}") from error
        yield Path(folder)


def _check(manifest: Manifest, settings: Settings, journal: Path | None) -> None:
    if manifest.sql != copies.dialect(settings.sql_url):
        raise BackupError(f"the backup's ledger is {manifest.sql}; see --database-url")
    if not manifest.has_key and not settings.secret:
        text = "the backup has no key file: its master secret was in WEIRGATE_SECRET; set that"
        raise BackupError(text)
    if bool(manifest.lake) != bool(settings.lake_url):
        kind = f"in the lake {manifest.lake}" if manifest.lake else "in the backup, in a file"
        raise BackupError(f"the backup's usage is {kind}; see WEIRGATE_USAGE_URL")
    if journal is not None and not any(journal.glob("*.seg")):
        raise BackupError(f"{journal} holds no journal")


def _check_node(manifest: Manifest, settings: Settings) -> None:
    """For backups that do not say who they are: made before data folders knew."""
    if manifest.node != settings.node:
        raise BackupError(f"the backup is of node {manifest.node}; set WEIRGATE_NODE to it")


def _check_free(settings: Settings) -> None:
    folder = settings.data_dir
    if folder.is_dir() and any(path.name != LOCK for path in folder.iterdir()):
        raise BackupError(f"data folder {folder} is not empty: --force moves what is there aside")
    database = _database(settings)
    if database is None:
        if not copies.is_empty(settings.sql_url):
            raise BackupError("the database is not empty: --force drops its tables")
    elif database.exists():
        raise BackupError(f"{database} is there already: --force moves it aside")


def _database(settings: Settings) -> Path | None:
    """Returns the SQLite file, None on PostgreSQL."""
    if copies.dialect(settings.sql_url) != "sqlite":
        return None
    return Path(str(parse(settings.sql_url).database))


def _set_aside(settings: Settings) -> list[str]:
    """Moves what is in the way into one folder of the data folder."""
    folder = settings.data_dir
    there = [path for path in folder.iterdir() if path.name != LOCK]
    there = [path for path in there if not path.name.startswith(ASIDE)]
    database = _database(settings)
    if database is not None and folder not in database.parents:
        there += database.parent.glob(f"{database.name}*")
    if not there:
        return []
    aside = folder / f"{ASIDE}{datetime.now(UTC):%Y%m%dT%H%M%S}"
    aside.mkdir(mode=0o700)
    for path in there:
        shutil.move(path, aside / path.name)
    return [f"moved what was there to {aside}"]


def _place(
    folder: Path, manifest: Manifest, settings: Settings, journal: Path | None, *, force: bool
) -> None:
    data = settings.data_dir
    database = _database(settings)
    if database is None:
        copies.restore_postgresql(
            settings.sql_url,
            folder / form.POSTGRESQL,
            shape=manifest.sql_revision,
            replace=force,
        )
    else:
        _copy(folder / form.SQLITE, database)
    for name in (form.USAGE, form.KEY, form.NODE):
        if (folder / name).exists():
            _copy(folder / name, data / name)
    target = data / form.JOURNAL
    target.mkdir(mode=0o700)
    for path in sorted((journal or folder / form.JOURNAL).glob("*.seg")):
        _copy(path, target / path.name)
    sync(target)
    sync(data)


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    target.chmod(0o600)
    sync(target)
