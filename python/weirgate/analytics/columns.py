"""The columns of a batch of usage rows, as the journal's reader names them.

Read by ingest (to view the batch's bytes) and by nobody else; a column added here needs a numbered
migration and a line in queries/create_month.sql. What repeats from row to row stands once in
`kinds` and `payers`; a row carries its place in these two lists.
"""

from typing import Protocol

BIGINT = (
    "started_ms",
    "first_byte_ms",
    "ended_ms",
    "prompt",
    "completion",
    "cached_read",
    "cache_write_5m",
    "cache_write_1h",
    "reasoning",
    "audio_in",
    "audio_out",
    "image_in",
    "hold",
    "quota_list",
    "quota",
    "quota_cost",
    "attempt",
    "place",
)
UBIGINT = ("request_hi", "request_lo")
TEXT = ("ip", "attempts")
"""Columns that a batch leaves out when they are empty in all its rows."""

HOUR_BIGINT = (
    "hour",
    "user_id",
    "key_id",
    "channel_id",
    "calls",
    "failures",
    "prompt",
    "completion",
    "cached_read",
    "quota",
    "quota_list",
    "quota_cost",
)
HOUR_TEXT = ("model", "group_name", "username", "key_name")

KIND = (
    "channel_id",
    "model",
    "upstream_model",
    "group_name",
    "endpoint",
    "is_stream",
    "end_reason",
    "usage_source",
    "status",
    "overrun",
    "price",
    "node",
    "journal",
)
PAYER = ("user_id", "key_id", "username", "key_name")

Value = int | str | bool
Columns = dict[str, bytes | list[str]]


class Rows(Protocol):
    """A batch of usage rows as columns: `weirgate._core.RowsBatch`, or a test's own."""

    @property
    def position(self) -> str:
        """Where the next read begins."""

    @property
    def rows(self) -> int:
        """How many rows each column holds."""

    @property
    def columns(self) -> Columns:
        """Little-endian bytes or a list of text, a column; `kind` and `payer` are int32."""

    @property
    def kinds(self) -> list[tuple[Value, ...]]:
        """Distinct values of `KIND`; the column `kind` counts them from 0."""

    @property
    def payers(self) -> list[tuple[int, int, str, str]]:
        """Distinct values of `PAYER`; the column `payer` counts them from 0."""

    @property
    def hours(self) -> Columns:
        """Sums of the rows by hour, user, key, model, channel and group."""

    @property
    def refused(self) -> list[tuple[int, str, int, int]]:
        """Refused requests: minute in Unix seconds, reason, key id, count."""
