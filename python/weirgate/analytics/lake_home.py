"""The usage store as a DuckLake: a catalogue in PostgreSQL, Parquet in a folder or a bucket.

Many nodes write it, so nothing that ingest wrote is changed by ingest: a cursor is its newest row,
sums are rows of their own, numbers carry their node. A commit whose reply was lost may still happen
while its session lives: before a cursor is read anew, the sessions that this node left are ended.
DuckDB names the address in its errors: the password goes through a file that only this user reads.
"""

import ctypes
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

import duckdb
import psycopg

from weirgate.analytics.database import (
    Limits,
    config,
    migrate,
    migrations,
    pending,
    query,
)
from weirgate.analytics.home import (
    FOR_EVER_MS,
    JOURNAL,
    NAME,
    NODE_BITS,
    CursorMovedError,
    Places,
)
from weirgate.settings import StartError

PREFIX: Final = "ducklake:"
SCHEMA: Final = "weirgate_usage"
"""The schema of the catalogue in its database."""

S3: Final = "s3://"
EXTENSIONS: Final = ("postgres_scanner", "ducklake")
MISSING: Final = "the usage lake needs DuckDB's extensions: pip install 'weirgate[lake]'"
ENDING_S: Final = 10.0
"""How long a session that was ended may take to go."""

CONNECT_S: Final = 10
SILENT_MS: Final = 86_400_000
"""A node that was not heard of for so long is not waited for any more."""

NOTE_S: Final = 60.0
LOOK_S: Final = 10.0
"""How often a node without calls says that it has none, and looks how far the others are."""

_SYNC_FAILED = "the lake's folder could not be synced"


@dataclass(frozen=True, slots=True)
class Bucket:
    """How an S3-compatible store is reached; empty: what its service has by default."""

    key_id: str = ""
    secret: str = field(default="", repr=False)
    region: str = ""
    endpoint: str = ""
    """`https://host:port`, or `http://` where there is no TLS; then also buckets in the path."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a lake is."""

    url: str = field(repr=False)
    """`postgresql://...` of the catalogue."""

    data: str
    """A folder that all nodes share, or `s3://bucket/prefix`."""

    folder: Path
    """This process's data folder."""

    bucket: Bucket = Bucket()

    @property
    def is_remote(self) -> bool:
        """Whether the rows are in a bucket."""
        return self.data.startswith(S3)

    @property
    def shown(self) -> str:
        """The catalogue's address without its password."""
        parts = urlsplit(self.url)
        named = f"{parts.username}@" if parts.username else ""
        port = f":{parts.port}" if parts.port else ""
        return f"{PREFIX}postgresql://{named}{parts.hostname or ''}{port}{parts.path}"


class LakeHome:
    """This node's part of a lake."""

    is_shared: bool = True
    number_type: str = "BIGINT"

    def __init__(self, place: Place, *, node: int, limits: Limits) -> None:
        self.first = node << NODE_BITS
        self._place = place
        self._node = node
        self._limits = limits
        self._name = f"weirgate-usage-{node}"
        self._positions: dict[str, str] = {}
        self._number = 0
        self._next = 1
        self._is_sure = True
        self._lock: psycopg.Connection | None = None
        self._noted_s = 0.0
        self._looked_s = 0.0
        self.whole_ms = 0
        self.others_whole_ms = FOR_EVER_MS

    def open(self) -> duckdb.DuckDBPyConnection:
        """Opens the lake, makes it or brings it to the newest shape, one node at a time."""
        with self._reached() as connection:
            self._take_lock()
            # What this node's last process left must be over before its cursor is read.
            self._end_sessions()
            self._attach(connection)
            migrate(connection, is_lake=True)
            return connection

    def pending(self) -> list[int]:
        """Returns the numbers of migrations that are not applied yet; changes nothing."""
        with self._reached() as connection:
            exists = "SELECT to_regclass(%s) IS NOT NULL"
            with self._plain() as plain:
                is_made = plain.execute(exists, [f"{SCHEMA}.ducklake_metadata"]).fetchone()
            if is_made != (True,):
                return [step.number for step in migrations(is_lake=True)]
            self._attach(connection, "READ_ONLY, ")
            return pending(connection)

    @contextmanager
    def _reached(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Yields a DuckDB that knows lakes; what goes wrong is one line, and closes it."""
        self._place.folder.mkdir(parents=True, exist_ok=True)
        connection = duckdb.connect(":memory:", config=config(self._limits, self._place.folder))
        try:
            load_extensions(connection, remote=self._place.is_remote)
            yield connection
        except (duckdb.Error, psycopg.Error, OSError) as error:
            connection.close()
            message = f"usage lake {self._place.shown}: {str(error).splitlines()[0]}"
            raise StartError(message) from error
        except BaseException:
            connection.close()
            raise

    def opened(self) -> None:
        """Lets the next node open."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def cursor(self, connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
        """Returns another connection to the same lake."""
        made = connection.cursor()
        made.execute(f"USE {NAME}")
        return made

    def load(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Reads this node's newest cursors, when no commit of its own can still happen."""
        if not self._is_sure:
            self._end_sessions()
            self._is_sure = True
        given = {"node": self._node, "for_ever": FOR_EVER_MS}
        rows = connection.execute(query("cursors"), given).fetchall()
        self._positions = {consumer: position for consumer, position, *_ in rows}
        self._number = max((number for _, _, number, *_ in rows), default=0)
        self._next = max((following for *_, following, _ in rows), default=1)
        said = [whole_ms for *_, whole_ms in rows]
        self.whole_ms = max([self.whole_ms, *said])

    def position(self, connection: duckdb.DuckDBPyConnection, consumer: str) -> str:  # noqa: ARG002
        """Returns how far a consumer has been taken in; empty: not begun."""
        return self._positions.get(consumer, "")

    def move(
        self, connection: duckdb.DuckDBPyConnection, consumer: str, places: Places, ids: int
    ) -> int:
        """Adds a row that says where the cursor is now; returns the first of the row ids."""
        previous, position = places
        if self._positions.get(consumer, "") != previous:
            raise CursorMovedError(consumer, previous)
        first = self._next
        self._next += ids
        self._positions[consumer] = position
        self._append(connection, consumer, self.whole_ms)
        return self.first + first

    def is_look_due(self) -> bool:
        """Whether it is time to hear of the other nodes, and to be heard."""
        return time.monotonic() - self._looked_s >= LOOK_S

    def look(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Says that nothing new is here, if that was not said lately; hears how far others are."""
        self._looked_s = time.monotonic()
        if self._looked_s - self._noted_s >= NOTE_S:
            self._append(connection, JOURNAL, self.whole_ms)
        since_ms = time.time_ns() // 1_000_000 - SILENT_MS
        given = {"node": self._node, "since_ms": since_ms}
        row = connection.execute(query("others_whole"), given).fetchone()
        self.others_whole_ms = int(row[0]) if row and row[0] is not None else FOR_EVER_MS

    def leave(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Says that nothing of this node is left anywhere else."""
        self._append(connection, JOURNAL, FOR_EVER_MS)

    def _append(self, connection: duckdb.DuckDBPyConnection, consumer: str, whole_ms: int) -> None:
        self._number += 1
        self._noted_s = time.monotonic()
        given = {
            "node": self._node,
            "number": self._number,
            "consumer": consumer,
            "position": self._positions.get(consumer, ""),
            "next": self._next,
            "moved_ms": time.time_ns() // 1_000_000,
            "whole_ms": whole_ms,
        }
        connection.execute(query("append_cursor"), given)

    def add_hours(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Adds the sums as rows of this node."""
        connection.execute(query("append_rollup"), {"node": self._node})

    def before_commit(self) -> None:
        """Brings the files to the disk that the commit will name; a bucket keeps them at once."""
        # Until the commit has answered nobody knows whether it happened.
        self._is_sure = False
        if self._place.is_remote:
            return
        # The files have names of DuckLake's choice: all of that file system is synced.
        descriptor = os.open(self._place.data, os.O_RDONLY)
        try:
            if ctypes.CDLL(None, use_errno=True).syncfs(descriptor) != 0:
                raise OSError(ctypes.get_errno(), _SYNC_FAILED)
        finally:
            os.close(descriptor)

    def checkpoint(self, connection: duckdb.DuckDBPyConnection, *, waits: bool) -> None:  # noqa: ARG002
        """Notes that the commit has answered; it is safe already."""
        self._is_sure = True

    def copy(self, target: Path) -> None:
        """Copies nothing: the lake outlives this node."""

    def _attach(self, connection: duckdb.DuckDBPyConnection, how: str = "") -> None:
        place = self._place
        if place.is_remote:
            connection.execute(_secret(place.bucket))
            data = place.data.rstrip("/") + "/"
        else:
            Path(place.data).mkdir(parents=True, exist_ok=True)
            data = f"{Path(place.data).absolute()}/"
        address = with_password_file(place.url, place.folder, self._name).replace("'", "''")
        quoted = data.replace("'", "''")
        connection.execute(
            f"ATTACH '{PREFIX}postgres:{address}' AS {NAME}"
            f" ({how}DATA_PATH '{quoted}', METADATA_SCHEMA '{SCHEMA}')"
        )
        connection.execute(f"USE {NAME}")

    def _take_lock(self) -> None:
        """Waits until no other node opens: DuckLake makes its tables without asking."""
        self._lock = self._plain()
        self._lock.execute("SELECT pg_advisory_lock(hashtext(%s))", [SCHEMA])

    def _end_sessions(self) -> None:
        """Ends what this node's number still runs in the catalogue, and waits until it is gone."""
        ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s"
        deadline = time.monotonic() + ENDING_S
        with self._plain() as connection:
            while connection.execute(ended, [self._name]).fetchall():
                if time.monotonic() > deadline:
                    message = "sessions of this node's number do not end in the catalogue"
                    raise duckdb.IOException(message)
                time.sleep(0.02)

    def _plain(self) -> psycopg.Connection:
        try:
            return psycopg.connect(self._place.url, autocommit=True, connect_timeout=CONNECT_S)
        except psycopg.Error as error:
            # As DuckDB says it itself, so that whoever waits for the catalogue waits here too.
            raise duckdb.IOException(str(error).splitlines()[0]) from error


def load_extensions(connection: duckdb.DuckDBPyConnection, *, remote: bool) -> None:
    """Loads what a lake needs from the installed packages; nothing is fetched.

    Raises:
        StartError: a package is missing.
    """
    for name in (*EXTENSIONS, "httpfs") if remote else EXTENSIONS:
        found = find_spec(f"duckdb_extension_{name}")
        folders = found.submodule_search_locations if found else None
        pattern = f"extensions/v{duckdb.__version__}/*.duckdb_extension"
        files = [*Path(folders[0]).glob(pattern)] if folders else []
        if not files:
            raise StartError(f"{MISSING} ({name} for {duckdb.__version__} is missing)")
        quoted = str(files[0]).replace("'", "''")
        connection.execute(f"LOAD '{quoted}'")
    connection.execute("SET autoload_known_extensions = false")


def with_password_file(url: str, folder: Path, name: str) -> str:
    """Returns the address with the session's name and, in place of its password, a file's path."""
    parts = urlsplit(url)
    given = dict(parse_qsl(parts.query)) | {
        "application_name": name,
        "connect_timeout": str(CONNECT_S),
    }
    host = parts.netloc.rpartition("@")[2]
    user = (parts.username or "") + "@" if parts.username else ""
    password = parts.password or given.pop("password", "")
    if password:
        kept = folder / "usage.pgpass"
        draft = folder / f".usage.pgpass.{os.getpid()}"
        draft.unlink(missing_ok=True)
        draft.touch(mode=0o600)
        escaped = unquote(password).replace("\\", "\\\\").replace(":", "\\:")
        draft.write_text(f"*:*:*:*:{escaped}\n")
        draft.replace(kept)
        given["passfile"] = str(kept.absolute())
    return urlunsplit((parts.scheme, user + host, parts.path, urlencode(given), ""))


def _secret(bucket: Bucket) -> str:
    """Returns the statement that tells DuckDB how the bucket is reached."""
    named = {
        "KEY_ID": bucket.key_id,
        "SECRET": bucket.secret,
        "REGION": bucket.region,
    }
    if bucket.endpoint:
        scheme, _, host = bucket.endpoint.rpartition("://")
        named |= {"ENDPOINT": host.rstrip("/"), "URL_STYLE": "path"}
        named["USE_SSL"] = "false" if scheme == "http" else "true"
    quoted = (
        f"{name} '{value.replace(chr(39), chr(39) * 2)}'" for name, value in named.items() if value
    )
    return f"CREATE SECRET usage_bucket (TYPE s3, {', '.join(quoted)})"
