"""The rules of analytics (pure): who may ask what, pages, money, and the shape of answers."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import orjson

from weirgate.analytics.measures import DIMENSIONS, METRICS, Unit
from weirgate.analytics.question import Filter, Question, columns_of
from weirgate.analytics.rows import Only
from weirgate.analytics.spans import MAX_BUCKETS, Calendar, Span, count_at_least
from weirgate.errors import InvalidInputError, Text
from weirgate.explore.schemas import FreshOut, GroupOut, QueryIn, RowOut, SumsOut
from weirgate.web.usage_scope import ScopeKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from weirgate.web.usage_scope import UsageScope

MAX_SPAN_MS = 5 * 366 * 86_400_000
MAX_OFFSET = 100_000
COSTS = frozenset({"cost", "margin", "margin_share", "cost_known_share"})
UTC = Calendar(ZoneInfo("UTC"))
_DIGITS = Decimal("0.000001")

RANGE_WRONG = Text(
    "时间范围无效", "the range must end after it begins, and span five years at most"
)
TOO_FINE = Text("时间粒度过细", "too many buckets of time: ask for a longer rollup")
PRIVATE = Text("无权查询 {name}", "only administrators may ask for {name}")
ORDER_WRONG = Text(
    "排序无效", "order needs a metric of the question, and change needs a comparison"
)
CURSOR_WRONG = Text("游标无效", "the cursor belongs to another question")
TWICE = Text("重复的名称", "a metric or dimension is named twice")


@dataclass(frozen=True, slots=True)
class Money:
    """How quota becomes the money that is shown."""

    currency: str
    per_unit: int
    rate: Decimal

    def shown(self, quota: Any) -> int | float | None:
        """Returns quota in the currency: exact as quota, else to six digits."""
        if quota is None:
            return None
        if self.currency == "quota":
            return int(quota)
        amount = Decimal(int(quota)) / self.per_unit
        if self.currency == "cny":
            amount *= self.rate
        return float(amount.quantize(_DIGITS))


def hidden(scope: UsageScope) -> frozenset[str]:
    """Returns the metrics and dimensions that a scope does not reach.

    What serving costs is for those who see everything; who called and who served, as in log rows,
    for those who see more than themselves.
    """
    if scope.kind is ScopeKind.ALL:
        return frozenset()
    if scope.is_granted:
        return COSTS
    metrics = [name for name, metric in METRICS.items() if metric.is_private]
    return frozenset(metrics + [name for name, item in DIMENSIONS.items() if item.is_private])


def question(asked: QueryIn, scope: UsageScope) -> Question:
    """Returns the question in the usage store's words, within the scope.

    Raises:
        InvalidInputError: something is not the caller's to ask, or does not fit together.
    """
    _check_names(asked, hidden(scope))
    span = _span(asked)
    calendar = Calendar(ZoneInfo(asked.time_zone))
    if asked.rollup and count_at_least(asked.rollup, span) > MAX_BUCKETS:
        raise InvalidInputError(TOO_FINE)
    order, within = asked.order, scope.within()
    return Question(
        span=span,
        calendar=calendar,
        metrics=tuple(asked.metrics),
        dimensions=tuple(asked.dimensions),
        filters=tuple(Filter(f.dimension, f.operator, tuple(f.values)) for f in asked.filters),
        rollup=asked.rollup,
        before=calendar.before(span) if asked.compare else None,
        order_by=order.metric if order else "",
        by_change=order is not None and order.by == "change",
        ascending=order is not None and order.direction == "asc",
        series=asked.series,
        limit=asked.limit + 1,
        offset=_offset(asked),
        only=Only(groups=within.groups, user_ids=within.user_ids),
    )


def totals_of(asked: Question) -> Question:
    """Returns the same question over all groups and buckets."""
    return replace(asked, dimensions=(), rollup=None, series=0, limit=1, offset=0, by_change=False)


def _span(asked: QueryIn) -> Span:
    start = int(asked.range.start.timestamp() * 1000)
    end = int(asked.range.end.timestamp() * 1000)
    if not 0 <= start < end or end - start > MAX_SPAN_MS:
        raise InvalidInputError(RANGE_WRONG)
    return Span(start, end)


def _check_names(asked: QueryIn, unseen: frozenset[str]) -> None:
    named = {*asked.metrics, *asked.dimensions, *(item.dimension for item in asked.filters)}
    if named & unseen:
        raise InvalidInputError(PRIVATE.format(name=", ".join(sorted(named & unseen))))
    for names in (asked.metrics, asked.dimensions):
        if len(set(names)) != len(names):
            raise InvalidInputError(TWICE)
    order = asked.order
    if order is not None:
        is_blind = order.by == "change" and not asked.compare
        if order.metric not in asked.metrics or is_blind:
            raise InvalidInputError(ORDER_WRONG)


def _digest(asked: QueryIn) -> str:
    text = orjson.dumps(asked.model_dump(mode="json", exclude={"cursor"}))
    return hashlib.sha256(text).hexdigest()[:16]


def cursor(asked: QueryIn, offset: int) -> str | None:
    """Returns the cursor of the page that begins at an offset; None behind the last page."""
    if offset >= MAX_OFFSET:
        return None
    return base64.urlsafe_b64encode(f"{_digest(asked)}:{offset}".encode()).decode()


def _offset(asked: QueryIn) -> int:
    if not asked.cursor:
        return 0
    try:
        digest, _, offset = base64.urlsafe_b64decode(asked.cursor).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError, ValueError) as error:
        raise InvalidInputError(CURSOR_WRONG) from error
    if digest != _digest(asked) or not offset.isdigit() or int(offset) > MAX_OFFSET:
        raise InvalidInputError(CURSOR_WRONG)
    return int(offset)


def buckets(asked: Question) -> list[str]:
    """Returns when each bucket of the period begins."""
    if asked.rollup is None:
        return []
    calendar, rollup, span = asked.calendar, asked.rollup, asked.span
    first = calendar.bucket(rollup, span.start_ms)
    last = calendar.bucket(rollup, span.end_ms - 1)
    return [calendar.begin(rollup, number, span.start_ms) for number in range(first, last + 1)]


def rows(
    asked: Question, found: Sequence[tuple[Any, ...]], money: Money, channels: Mapping[int, str]
) -> list[RowOut]:
    """Returns the statement's rows in the answer's shape."""
    begins = buckets(asked)
    made = []
    for values in found:
        named = dict(zip(columns_of(asked), values, strict=True))
        place = named.get("bucket")
        made.append(
            RowOut(
                # Of a longer month before, the last days have no bucket now.
                time=_begin(asked, begins, place) if place is not None else None,
                dimensions={name: _group(name, named, channels) for name in asked.dimensions},
                metrics={name: number(name, named[name], money) for name in asked.metrics},
                previous=_previous(asked, named, money),
            )
        )
    return made


def sums(asked: Question, found: Sequence[tuple[Any, ...]], money: Money) -> SumsOut:
    """Returns the totals in the answer's shape."""
    named = dict(zip(columns_of(asked), found[0], strict=True)) if found else {}
    return SumsOut(
        metrics={name: number(name, named.get(name), money) for name in asked.metrics},
        previous=_previous(asked, named, money),
    )


def number(metric: str, value: Any, money: Money) -> int | float | None:
    """Returns a metric's number as it is shown; no data stays None."""
    unit = METRICS[metric].unit
    if value is None:
        return None
    if unit is Unit.MONEY:
        return money.shown(value)
    if unit in {Unit.COUNT, Unit.TOKENS}:
        return int(value)
    return round(float(value), 6)


def freshness(complete_until_ms: int, now_ms: int) -> FreshOut:
    """Returns up to when an answer is complete."""
    if not complete_until_ms:
        return FreshOut(complete_until=None, lag_ms=None)
    lag_ms = max(now_ms - complete_until_ms, 0)
    return FreshOut(complete_until=UTC.text(complete_until_ms), lag_ms=lag_ms)


def utc_range(start_ms: int, end_ms: int) -> dict[str, str]:
    """Returns a range as it is shown."""
    return {"start": UTC.text(start_ms), "end": UTC.text(end_ms)}


def _begin(asked: Question, begins: list[str], place: int) -> str:
    if place < len(begins):
        return begins[place]
    assert asked.rollup is not None  # noqa: S101 - a bucket comes with a rollup
    first = asked.calendar.bucket(asked.rollup, asked.span.start_ms)
    return asked.calendar.begin(asked.rollup, first + place, asked.span.start_ms)


def _group(name: str, named: Mapping[str, Any], channels: Mapping[int, str]) -> GroupOut:
    value = str(named[name])
    label = str(named.get(f"{name}_name") or value)
    if name == "channel":
        label = channels.get(int(value), value)
    return GroupOut(value=value, label=label)


def _previous(
    asked: Question, named: Mapping[str, Any], money: Money
) -> dict[str, int | float | None] | None:
    if asked.before is None:
        return None
    return {name: number(name, named.get(f"previous_{name}"), money) for name in asked.metrics}
