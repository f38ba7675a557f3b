"""What a backup says of itself: where it was cut, and the size and SHA-256 of each file.

Written last, so that a folder with a manifest is whole; read first, and every file is held against
it before a restore touches anything.
"""

import hashlib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from weirgate.settings import NODE_FILE, StartError

NAME = "manifest.json"
FORMAT = 1
SQLITE = "weirgate.db"
POSTGRESQL = "postgresql"
"""Folder of one file a table."""

USAGE = "usage.duckdb"
JOURNAL = "journal"
KEY = "secret.key"
NODE = NODE_FILE
_PIECE = 1 << 20


class BackupError(StartError):
    """No backup can be made there, or this is none; the text is one line."""


class File(BaseModel):
    """One file of a backup."""

    model_config = ConfigDict(frozen=True)

    bytes: int
    sha256: str


class Manifest(BaseModel):
    """The first thing that a restore reads."""

    model_config = ConfigDict(frozen=True)

    format: int = FORMAT
    version: str
    """Of the program that made it."""

    created_ms: int
    node: int
    sql: Literal["sqlite", "postgresql"]
    sql_revision: str
    """Shape of the SQL tables; a restored database is brought on from there at the next start."""

    journal_end: str
    """Up to where the journal was copied, `journal:segment:offset`; empty: to its end."""

    has_key: bool
    """False: the master secret comes from the environment and must be given again."""

    lake: str = ""
    """Catalogue and data of the usage lake, which is not in the backup; empty: usage is in it."""

    files: dict[str, File]


def files_below(folder: Path) -> dict[str, File]:
    """Measures every file below a folder."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != NAME:
            name = path.relative_to(folder).as_posix()
            found[name] = File(bytes=path.stat().st_size, sha256=_digest(path))
    return found


def write(folder: Path, manifest: Manifest) -> None:
    """Writes the manifest of a folder."""
    (folder / NAME).write_text(manifest.model_dump_json(indent=2) + "\n")


def checked(folder: Path) -> Manifest:
    """Returns the manifest of a folder whose files are all there and unchanged.

    Raises:
        BackupError: it is no backup, one of a newer version, or a file is missing or changed.
    """
    try:
        manifest = Manifest.model_validate_json((folder / NAME).read_bytes())
    except FileNotFoundError as error:
        raise BackupError(f"{folder} is no backup: it has no {NAME}") from error
    except ValidationError as error:
        raise BackupError(f"{folder / NAME} cannot be read") from error
    if manifest.format > FORMAT:
        text = f"{folder} has format {manifest.format}, this version knows {FORMAT}: upgrade"
        raise BackupError(text)
    found = files_below(folder)
    for name in sorted(manifest.files.keys() | found.keys()):
        if name not in found:
            raise BackupError(f"{folder} lacks {name}")
        if name not in manifest.files:
            raise BackupError(f"{folder} holds {name}, which its manifest does not know")
        if manifest.files[name] != found[name]:
            raise BackupError(f"{folder / name} is not what the manifest says: damaged")
    return manifest


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()
