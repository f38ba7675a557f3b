"""The columns of a usage row, as the journal names them and in the table's order.

Read by ingest (to view the batch's bytes) and by nobody else; a column added here needs a numbered
migration and a line in queries/create_month.sql.
"""

from typing import Protocol

TEXT = (
    "request_id",
    "username",
    "key_name",
    "model",
    "upstream_model",
    "group_name",
    "endpoint",
    "end_reason",
    "usage_source",
    "ip",
    "attempts",
    "price",
    "journal",
)
BOOLEAN = ("is_stream", "overrun")
INTEGER = (
    "user_id",
    "key_id",
    "channel_id",
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
    "status",
    "node",
    "segment",
    "byte_offset",
)


class Rows(Protocol):
    """A batch of usage rows as columns: `weirgate._core.RowsBatch`, or a test's own."""

    @property
    def position(self) -> str:
        """Where the next read begins."""

    @property
    def rows(self) -> int:
        """How many rows each column holds."""

    @property
    def columns(self) -> dict[str, bytes | list[str]]:
        """Little-endian int64 or uint8 bytes, or a list of text, a column."""

    @property
    def refused(self) -> list[tuple[int, str, int, int]]:
        """Refused requests: minute in Unix seconds, reason, key id, count."""
