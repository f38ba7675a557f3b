"""The allow-list of analytics: every metric and dimension, as fixed SQL over fixed columns.

A question names entries of these tables and nothing else reaches SQL as text; values travel as
parameters. What is marked `is_private` is the operator's alone: what a channel costs, and who
serves. Read by `question`; must never hold a value of a request.
"""

from dataclasses import dataclass
from enum import StrEnum


class Unit(StrEnum):
    """What a metric's number is."""

    COUNT = "count"
    MONEY = "money"
    TOKENS = "tokens"
    SHARE = "share"
    """A part of a whole, from 0 to 1 as a rule."""
    MILLISECONDS = "milliseconds"
    RATE = "rate"
    """Tokens a second."""


@dataclass(frozen=True, slots=True)
class Column:
    """A number of one call, and the same of an hour's sum; empty where the sums do not have it."""

    of_call: str
    of_hour: str = ""
    needs_kind: bool = False
    needs_payer: bool = False


# A channel without a cost sheet costs 0 on the row: its cost is not known, which is not nothing.
_KNOWN = "CASE WHEN quota_cost <> 0 OR quota_list = 0 THEN {} END"
_STREAMED = "CASE WHEN first_byte_ms > 0 AND ended_ms > first_byte_ms THEN {} END"

COLUMNS = {
    "requests": Column("1::BIGINT", "calls + failures"),
    "errors": Column("(status >= 400 AND quota = 0)::BIGINT", "failures", needs_kind=True),
    "quota": Column("quota", "quota"),
    "quota_list": Column("quota_list", "quota_list"),
    "cost": Column(_KNOWN.format("quota_cost"), _KNOWN.format("quota_cost")),
    "costed": Column(_KNOWN.format("quota"), _KNOWN.format("quota")),
    "prompt": Column("prompt", "prompt"),
    "completion": Column("completion", "completion"),
    "cached_read": Column("cached_read", "cached_read"),
    "cache_write": Column("cache_write_5m + cache_write_1h"),
    "reasoning": Column("reasoning"),
    "ttft": Column("CASE WHEN first_byte_ms > 0 THEN first_byte_ms - started_ms END"),
    "duration": Column("CASE WHEN status < 400 THEN ended_ms - started_ms END", needs_kind=True),
    "spoken": Column(_STREAMED.format("completion")),
    "speaking_ms": Column(_STREAMED.format("ended_ms - first_byte_ms")),
    "user_no": Column("user_id", "user_id", needs_payer=True),
    "key_no": Column("key_id", "key_id", needs_payer=True),
    "model_name": Column("model", "model", needs_kind=True),
}


@dataclass(frozen=True, slots=True)
class Metric:
    """One aggregate; `{f}` in `sql` is where the period's FILTER clause goes."""

    sql: str
    columns: tuple[str, ...]
    unit: Unit
    is_private: bool = False


def _sum(column: str, unit: Unit, *, is_private: bool = False) -> Metric:
    return Metric(f"sum({column}) {{f}}", (column,), unit, is_private)


def _share(part: str, whole: str, *columns: str, is_private: bool = False) -> Metric:
    text = f"(sum({part}) {{f}})::DOUBLE / nullif(sum({whole}) {{f}}, 0)"
    return Metric(text, columns or (part, whole), Unit.SHARE, is_private)


def _quantile(column: str, share: str) -> Metric:
    return Metric(f"quantile_disc({column}, {share}) {{f}}", (column,), Unit.MILLISECONDS)


METRICS = {
    "requests": _sum("requests", Unit.COUNT),
    "calls": Metric("sum(requests - errors) {f}", ("requests", "errors"), Unit.COUNT),
    "errors": _sum("errors", Unit.COUNT),
    "error_rate": _share("errors", "requests"),
    "spend": _sum("quota", Unit.MONEY),
    "list_price": _sum("quota_list", Unit.MONEY),
    "cost": _sum("cost", Unit.MONEY, is_private=True),
    "margin": Metric("sum(costed - cost) {f}", ("costed", "cost"), Unit.MONEY, is_private=True),
    "margin_share": _share("costed - cost", "costed", "costed", "cost", is_private=True),
    "cost_known_share": _share("costed", "quota", is_private=True),
    "tokens": Metric("sum(prompt + completion) {f}", ("prompt", "completion"), Unit.TOKENS),
    "prompt_tokens": _sum("prompt", Unit.TOKENS),
    "completion_tokens": _sum("completion", Unit.TOKENS),
    "cached_tokens": _sum("cached_read", Unit.TOKENS),
    "cache_write_tokens": _sum("cache_write", Unit.TOKENS),
    "reasoning_tokens": _sum("reasoning", Unit.TOKENS),
    "cache_share": _share("cached_read", "prompt"),
    "ttft_avg": Metric("avg(ttft) {f}", ("ttft",), Unit.MILLISECONDS),
    "ttft_p50": _quantile("ttft", "0.5"),
    "ttft_p95": _quantile("ttft", "0.95"),
    "ttft_p99": _quantile("ttft", "0.99"),
    "duration_p50": _quantile("duration", "0.5"),
    "duration_p95": _quantile("duration", "0.95"),
    "duration_p99": _quantile("duration", "0.99"),
    "tokens_per_second": Metric(
        "(sum(spoken) {f})::DOUBLE * 1000 / nullif(sum(speaking_ms) {f}, 0)",
        ("spoken", "speaking_ms"),
        Unit.RATE,
    ),
    "users": Metric(
        "nullif(count(DISTINCT user_no) {f}, 0)", ("user_no",), Unit.COUNT, is_private=True
    ),
    "keys": Metric("nullif(count(DISTINCT key_no) {f}, 0)", ("key_no",), Unit.COUNT),
    "models": Metric("nullif(count(DISTINCT model_name) {f}, 0)", ("model_name",), Unit.COUNT),
}


class Place(StrEnum):
    """Where a dimension's value stands."""

    KIND = "kind"
    PAYER = "payer"


@dataclass(frozen=True, slots=True)
class Dimension:
    """What rows may be grouped and filtered by, as text; `label` is a name beside a number."""

    sql: str
    place: Place
    in_hours: bool = False
    label: str = ""
    is_private: bool = False


_KIND, _PAYER = Place.KIND, Place.PAYER

DIMENSIONS = {
    "user": Dimension("user_id::VARCHAR", _PAYER, in_hours=True, label="username", is_private=True),
    "key": Dimension("key_id::VARCHAR", _PAYER, in_hours=True, label="key_name"),
    "model": Dimension("model", _KIND, in_hours=True),
    "group": Dimension("group_name", _KIND, in_hours=True),
    "channel": Dimension("channel_id::VARCHAR", _KIND, in_hours=True, is_private=True),
    "provider": Dimension("provider", _KIND, in_hours=True, is_private=True),
    "upstream_model": Dimension("upstream_model", _KIND, is_private=True),
    "endpoint": Dimension("endpoint", _KIND),
    "stream": Dimension("is_stream::VARCHAR", _KIND),
    "status": Dimension("status::VARCHAR", _KIND),
    "end_reason": Dimension("end_reason", _KIND),
    "usage_source": Dimension("usage_source", _KIND),
    "node": Dimension("node::VARCHAR", _KIND, is_private=True),
}
