"""Numbers for what usage rows share: the tables `kinds` and `payers`, each value once a node.

Ingest asks for the numbers of a batch's values inside its transaction; what is new is added there.
The numbers met last are remembered, bounded; after a rollback they must be loaded anew.
"""

from collections.abc import Sequence

import duckdb
import numpy as np

from weirgate.analytics.arrays import Array, Arrays, registered
from weirgate.analytics.columns import Value
from weirgate.analytics.home import NODE_BITS

MAX_KNOWN = 50_000
"""Values that are remembered; a batch that meets more asks the table."""


class SharedValues:
    """One table of values, and the numbers of those met last."""

    def __init__(self, table: str, columns: Sequence[str], first: int = 0) -> None:
        """Takes after which number those of this node begin."""
        self._table = table
        self._first = first
        self._type = "<i8" if first else "<i4"
        self._columns = columns
        self._listed = ", ".join(columns)
        self._same = " AND ".join(f"held.{name} = given.{name}" for name in columns)
        self._own = f"id BETWEEN {first + 1} AND {first + (1 << NODE_BITS) - 1}"
        self._known: dict[tuple[Value, ...], int] = {}
        self._is_whole = False
        self._next = 0

    def load(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Forgets what is remembered and reads the newest values."""
        text = (
            f"SELECT id, {self._listed} FROM {self._table} WHERE {self._own}"  # noqa: S608
            f" ORDER BY id DESC LIMIT {MAX_KNOWN}"
        )
        found = connection.execute(text).fetchall()
        self._known = {values: number for number, *rest in found for values in (tuple(rest),)}
        self._is_whole = len(found) < MAX_KNOWN
        self._next = found[0][0] + 1 if found else self._first + 1

    def numbers(
        self, connection: duckdb.DuckDBPyConnection, values: Sequence[tuple[Value, ...]]
    ) -> Array:
        """Returns the numbers of distinct values, adding those that are new."""
        missing = [value for value in values if value not in self._known]
        if missing and len(self._known) + len(missing) > MAX_KNOWN:
            self._known, self._is_whole = {}, False
            missing = list(values)
        if missing and not self._is_whole:
            missing = self._found(connection, missing)
        if missing:
            self._add(connection, missing)
        return np.fromiter((self._known[value] for value in values), self._type, len(values))

    def _found(
        self, connection: duckdb.DuckDBPyConnection, values: list[tuple[Value, ...]]
    ) -> list[tuple[Value, ...]]:
        """Remembers those that the table holds; returns the others."""
        given = self._table_of(values, np.arange(len(values), dtype="<i4"))
        own = f"(FROM {self._table} WHERE {self._own}) held"
        text = f"SELECT given.id, held.id FROM given JOIN {own} ON {self._same}"  # noqa: S608
        with registered(connection, "given", given):
            found = connection.execute(text).fetchall()
        self._known.update({values[place]: number for place, number in found})
        return [value for value in values if value not in self._known]

    def _add(self, connection: duckdb.DuckDBPyConnection, values: list[tuple[Value, ...]]) -> None:
        numbers = np.arange(self._next, self._next + len(values), dtype=self._type)
        given = self._table_of(values, numbers)
        text = f"INSERT INTO {self._table} BY NAME SELECT id, {self._listed} FROM given"  # noqa: S608
        with registered(connection, "given", given):
            connection.execute(text)
        self._known.update(zip(values, numbers.tolist(), strict=True))
        self._next += len(values)

    def _table_of(self, values: list[tuple[Value, ...]], numbers: Array) -> Arrays:
        given: Arrays = {"id": numbers}
        for name, column in zip(self._columns, zip(*values, strict=True), strict=True):
            kind = object if isinstance(column[0], str) else None
            given[name] = np.array(column, dtype=kind)
        return given
