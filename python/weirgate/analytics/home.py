"""Where the usage store lives, as its writer sees it: a file of this process, or a lake of many.

The writer makes the transactions and says what goes into them; a home knows what differs: how the
store is opened, how a cursor moves, how sums are added, and when a commit is safe. Homes are used
on the writer's thread only.
"""

from pathlib import Path
from typing import Protocol

import duckdb

NAME = "usage"
"""What the store is called inside DuckDB."""

JOURNAL = "journal"
OUTBOX = "outbox"
NODE_BITS = 42
"""Numbers of a node begin at node * 2^42: 1,024 nodes fit into 2^53."""


FOR_EVER_MS = 1 << 53
"""Up to when the calls of a node are here that has stopped with nothing left."""

Places = tuple[str, str]
"""Where a cursor was, and where it goes."""


class CursorMovedError(Exception):
    """The cursor is not where the caller believed: read it again and go on from there."""

    def __init__(self, consumer: str, previous: str) -> None:
        super().__init__(f"the {consumer} cursor is not at {previous or 'the begin'}")


class Home(Protocol):
    """What differs between a file and a lake."""

    is_shared: bool
    """Whether other processes write the same store."""

    number_type: str
    """SQL type of the numbers of shared values."""

    first: int
    """Numbers of this node's shared values and rows are greater than this."""

    whole_ms: int
    """Calls of this node that ended before are all here."""

    others_whole_ms: int
    """Calls of other nodes that ended before are all here, as far as these have said."""

    def open(self) -> duckdb.DuckDBPyConnection:
        """Opens the store and brings it to the newest shape. Raises StartError."""

    def opened(self) -> None:
        """Hears that the opening is over, well or not."""

    def cursor(self, connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
        """Returns another connection to the same store."""

    def load(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Reads anew what is remembered of the cursors."""

    def position(self, connection: duckdb.DuckDBPyConnection, consumer: str) -> str:
        """Returns how far a consumer has been taken in; empty: not begun."""

    def move(
        self,
        connection: duckdb.DuckDBPyConnection,
        consumer: str,
        places: tuple[str, str],
        ids: int,
    ) -> int:
        """Moves a cursor from the first place to the second; returns the first of so many row ids.

        Raises CursorMovedError.
        """

    def is_look_due(self) -> bool:
        """Whether `look` should be called, in a transaction of its own."""

    def look(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Says how far this node is, and hears how far the others are."""

    def leave(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Says that nothing of this node is left anywhere else."""

    def add_hours(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Adds the sums of the table `hours`."""

    def before_commit(self) -> None:
        """Brings to the disk what the commit will refer to."""

    def checkpoint(self, connection: duckdb.DuckDBPyConnection, *, waits: bool) -> None:
        """Makes safe what was committed; may refuse with a TransactionException unless it waits."""

    def copy(self, target: Path) -> None:
        """Copies the store to `target` if it is one file."""
