"""Views a batch's bytes as numpy arrays, and lends arrays to SQL as tables. Copies no numbers."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import duckdb
import numpy as np

from weirgate.analytics import columns

Array = np.ndarray[tuple[int], np.dtype[Any]]
Arrays = dict[str, Array]


def month_of(times_ms: Array) -> Array:
    """Returns the UTC months, as YYYYMM, of times in milliseconds."""
    since_1970 = times_ms.astype("datetime64[ms]").astype("datetime64[M]").astype("<i8")
    months: Array = (since_1970 // 12 + 1970) * 100 + since_1970 % 12 + 1
    return months


def arrays(batch: columns.Rows) -> Arrays:
    """Views the batch's columns as arrays, without copying numbers."""
    given = batch.columns
    view = _viewed(given, columns.BIGINT, "<i8") | _viewed(given, columns.UBIGINT, "<u8")
    view |= _viewed(given, ("kind", "payer"), "<i4")
    for name in columns.TEXT:
        if name in given:
            view[name] = np.array(given[name], dtype=object)
    return view


def hours(batch: columns.Rows) -> Arrays:
    """Views the sums of the batch's hours as arrays."""
    given = batch.hours
    view = _viewed(given, columns.HOUR_BIGINT, "<i8")
    for name in columns.HOUR_TEXT:
        view[name] = np.array(given[name], dtype=object)
    return view


def given(names: Sequence[str], rows: Sequence[tuple[columns.Value, ...]]) -> Arrays:
    """Returns rows of plain values as arrays by column."""
    view: Arrays = {}
    for name, column in zip(names, zip(*rows, strict=True), strict=True):
        view[name] = np.array(column, dtype=object if isinstance(column[0], str) else None)
    return view


@contextmanager
def registered(connection: duckdb.DuckDBPyConnection, name: str, view: Arrays) -> Iterator[None]:
    """Lets SQL read arrays as a table of that name."""
    connection.register(name, view)
    try:
        yield
    finally:
        connection.unregister(name)


def _viewed(given: columns.Columns, names: Sequence[str], kind: str) -> Arrays:
    return {name: np.frombuffer(_bytes(given[name]), dtype=kind) for name in names}


def _bytes(column: bytes | list[str]) -> bytes:
    if isinstance(column, bytes):
        return column
    message = "a column of numbers came as text"
    raise TypeError(message)
