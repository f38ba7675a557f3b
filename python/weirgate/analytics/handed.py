"""What the SQL editor is handed: tables, columns with their meaning, and the scoped COPY (pure).

The tables that an asker sees are files with that asker's rows and columns only. A column is `costs`
or `serving` when not everybody may know it. Names here are the editor's schema help.
"""

from dataclasses import dataclass

from weirgate.analytics.rows import Only

MOST_ROWS = 1_000_000
"""Rows of one table that are handed over."""


@dataclass(frozen=True, slots=True)
class HandedColumn:
    """One column: its SQL over the store's own table, its type, and what it means."""

    sql: str
    kind: str
    note: str
    guard: str = ""
    """The metric or dimension that the asker must be allowed to see; empty: everybody."""


_COST, _CHANNEL = "cost", "channel"

_CALLS = {
    "request_id": HandedColumn("request_id", "VARCHAR", "id of the call"),
    "started_at": HandedColumn("make_timestamp(started_ms * 1000)", "TIMESTAMP", "UTC"),
    "ended_at": HandedColumn("make_timestamp(ended_ms * 1000)", "TIMESTAMP", "UTC"),
    "first_byte_ms": HandedColumn(
        "CASE WHEN first_byte_ms > 0 THEN first_byte_ms - started_ms END",
        "BIGINT", "milliseconds to the first byte; NULL: there was none"),
    "duration_ms": HandedColumn("ended_ms - started_ms", "BIGINT", "milliseconds of the call"),
    "user_id": HandedColumn("user_id", "BIGINT", "who paid"),
    "username": HandedColumn("username", "VARCHAR", "their name at the time"),
    "key_id": HandedColumn("key_id", "BIGINT", "the API key"),
    "key_name": HandedColumn("key_name", "VARCHAR", "its name at the time"),
    "model": HandedColumn("model", "VARCHAR", "the model that was asked for"),
    "group_name": HandedColumn("group_name", "VARCHAR", "the group that was billed"),
    "endpoint": HandedColumn("endpoint", "VARCHAR", "the path that was called"),
    "is_stream": HandedColumn("is_stream", "BOOLEAN", "whether the answer was streamed"),
    "status": HandedColumn("status", "BIGINT", "HTTP status"),
    "end_reason": HandedColumn("end_reason", "VARCHAR", "how the call ended"),
    "prompt": HandedColumn("prompt", "BIGINT", "input tokens, cached ones too"),
    "completion": HandedColumn("completion", "BIGINT", "output tokens"),
    "cached_read": HandedColumn("cached_read", "BIGINT", "input tokens read from a cache"),
    "cache_write_5m": HandedColumn("cache_write_5m", "BIGINT", "tokens written for 5 minutes"),
    "cache_write_1h": HandedColumn("cache_write_1h", "BIGINT", "tokens written for an hour"),
    "reasoning": HandedColumn("reasoning", "BIGINT", "output tokens of reasoning"),
    "quota": HandedColumn("quota", "BIGINT", "what was charged; 500,000 = 1 USD by default"),
    "quota_list": HandedColumn("quota_list", "BIGINT", "the list price"),
    "quota_cost": HandedColumn(
        "CASE WHEN quota_cost <> 0 OR quota_list = 0 THEN quota_cost END",
        "BIGINT", "what the channel cost; NULL: not known", _COST),
    "channel_id": HandedColumn("channel_id", "BIGINT", "the channel that served", _CHANNEL),
    "upstream_model": HandedColumn("upstream_model", "VARCHAR", "its name there", _CHANNEL),
    "usage_source": HandedColumn("usage_source", "VARCHAR", "who counted the tokens", _CHANNEL),
}  # fmt: skip

_HOURS = {
    "hour": HandedColumn("make_timestamp(hour * 1000000)", "TIMESTAMP", "begin of the hour, UTC"),
    "user_id": HandedColumn("user_id", "BIGINT", "who paid"),
    "username": HandedColumn("username", "VARCHAR", "their name"),
    "key_id": HandedColumn("key_id", "BIGINT", "the API key; 0: not known of old hours"),
    "key_name": HandedColumn("key_name", "VARCHAR", "its name"),
    "model": HandedColumn("model", "VARCHAR", "the model that was asked for"),
    "group_name": HandedColumn("group_name", "VARCHAR", "the group that was billed"),
    "calls": HandedColumn("calls", "BIGINT", "calls that went well"),
    "failures": HandedColumn("failures", "BIGINT", "calls that failed and were not charged"),
    "prompt": HandedColumn("prompt", "BIGINT", "input tokens"),
    "completion": HandedColumn("completion", "BIGINT", "output tokens"),
    "cached_read": HandedColumn("cached_read", "BIGINT", "input tokens read from a cache"),
    "quota": HandedColumn("quota", "BIGINT", "what was charged"),
    "quota_list": HandedColumn("quota_list", "BIGINT", "the list price"),
    "quota_cost": HandedColumn(
        "CASE WHEN quota_cost <> 0 OR quota_list = 0 THEN quota_cost END",
        "BIGINT", "what channels cost; NULL: not known", _COST),
    "channel_id": HandedColumn("channel_id", "BIGINT", "the channel that served", _CHANNEL),
}  # fmt: skip

TABLES = {"usage": _CALLS, "usage_hourly": _HOURS}
_MOMENTS = {"usage": "ended_ms", "usage_hourly": "hour * 1000"}


@dataclass(frozen=True, slots=True)
class Handing:
    """How one table is handed over: how many rows there are, and the COPY without its target."""

    table: str
    count: str
    copy: str
    parameters: dict[str, int | list[int] | list[str]]


def columns_seen(table: str, unseen: frozenset[str]) -> dict[str, HandedColumn]:
    """Returns the columns of a table that an asker may know."""
    return {name: item for name, item in TABLES[table].items() if item.guard not in unseen}


def handing(table: str, span_ms: tuple[int, int], only: Only, unseen: frozenset[str]) -> Handing:
    """Returns the statements that hand over the asker's rows of a range of time."""
    shown = ", ".join(f"{item.sql} AS {name}" for name, item in columns_seen(table, unseen).items())
    moment = _MOMENTS[table]
    parameters: dict[str, int | list[int] | list[str]] = {"start": span_ms[0], "end": span_ms[1]}
    clauses = [f"{moment} >= $start", f"{moment} < $end"]
    if only.user_ids is not None:
        parameters["users"] = list(only.user_ids)
        clauses.append("list_contains($users::BIGINT[], user_id)")
    if only.groups is not None:
        parameters["groups"] = list(only.groups)
        clauses.append("list_contains($groups::VARCHAR[], group_name)")
    source = f"FROM {table} WHERE {' AND '.join(clauses)}"
    count = f"SELECT count(*) {source}"
    return Handing(table, count, f"COPY (SELECT {shown} {source})", parameters)
