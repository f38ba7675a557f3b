"""Questions of analytics against a real usage store: groups, time, comparison, filters, scope."""

import asyncio
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from weirgate.analytics.ingest import UsageWriter
from weirgate.analytics.measures import DIMENSIONS, METRICS
from weirgate.analytics.question import Filter, Question, build, columns_of, uses_hours
from weirgate.analytics.rows import Only
from weirgate.analytics.spans import Calendar, Rollup, Span

from tests.support.factories import NOON_MS, batch, usage_row

HOUR = 3_600_000
DAY = 24 * HOUR
UTC = Calendar(ZoneInfo("UTC"))
TODAY = Span(NOON_MS - 12 * HOUR, NOON_MS + 12 * HOUR)

ROWS = [
    usage_row(ended_ms=NOON_MS - DAY, quota=40, quota_list=40, model="o1"),
    usage_row(ended_ms=NOON_MS - DAY, quota=10, quota_list=10),
    usage_row(ended_ms=NOON_MS - HOUR, quota=30, quota_list=60, quota_cost=20, prompt=100,
              cached_read=25, started_ms=NOON_MS - HOUR - 900, first_byte_ms=NOON_MS - HOUR - 500),
    usage_row(quota=5, channel_id=2, group_name="vip", user_id=3, username="bob", key_id=8),
    usage_row(quota=0, quota_list=0, status=502, channel_id=2, end_reason="no_answer",
              first_byte_ms=0, model="o1"),
]  # fmt: skip


class Desk:
    def __init__(self, folder: Path) -> None:
        self.writer = UsageWriter(folder / "usage.duckdb")
        asyncio.run(self._fill())
        self.connection = self.writer.cursor()

    async def _fill(self) -> None:
        await self.writer.open(NOON_MS)
        await self.writer.ingest(batch("1:1:9", *ROWS), "")

    def ask(self, **asked: Any) -> list[dict[str, Any]]:
        given: dict[str, Any] = {"span": TODAY, "calendar": UTC, "metrics": ("spend",)} | asked
        question = Question(**given)
        statement = build(question)
        found = self.connection.execute(statement.text, statement.parameters).fetchall()
        return [dict(zip(columns_of(question), row, strict=True)) for row in found]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    made = Desk(tmp_path_factory.mktemp("usage"))
    yield made
    made.connection.close()
    asyncio.run(made.writer.close())


def test_every_metric_and_dimension_is_sql_over_calls_and_hours(desk: Desk) -> None:
    fine, before = (
        Span(TODAY.start_ms + 1, TODAY.end_ms),
        Span(TODAY.start_ms - DAY, TODAY.start_ms),
    )
    for name in METRICS:
        assert desk.ask(metrics=(name,), rollup=Rollup.DAY, before=before)
        assert desk.ask(metrics=(name,), span=fine)
    for name in DIMENSIONS:
        asked: dict[str, Any] = {"dimensions": (name,), "filters": (Filter(name, "in", ("?",)),)}
        asked |= {"providers": {1: "OpenAI"}} if name == "provider" else {}
        assert desk.ask(**asked, before=before) == []
        assert desk.ask(**asked, span=fine, rollup=Rollup.MONTH, series=2) == []


def test_calls_and_sums_of_hours_agree(desk: Desk) -> None:
    metrics = (
        "requests", "calls", "errors", "spend", "tokens", "cost", "margin", "cache_share", "keys",
    )  # fmt: skip
    dimensions = ("model", "user", "key", "channel", "group")
    asked: dict[str, Any] = {"metrics": metrics, "dimensions": dimensions}
    fine = Span(TODAY.start_ms + 1, TODAY.end_ms)
    assert uses_hours(Question(span=TODAY, calendar=UTC, **asked))
    assert not uses_hours(Question(span=fine, calendar=UTC, **asked))
    assert desk.ask(**asked) == desk.ask(**asked, span=fine)


def test_groups_come_greatest_first_with_names(desk: Desk) -> None:
    found = desk.ask(dimensions=("user",))
    assert found == [
        {"user": "2", "user_name": "alice", "spend": 30},
        {"user": "3", "user_name": "bob", "spend": 5},
    ]


def test_the_period_before_is_aligned_bucket_by_bucket(desk: Desk) -> None:
    before = UTC.before(TODAY)
    found = desk.ask(dimensions=("model",), before=before, by_change=True)
    assert found == [
        {"model": "gpt-4o", "spend": 35, "previous_spend": 10},
        {"model": "o1", "spend": 0, "previous_spend": 40},
    ]
    hours = desk.ask(rollup=Rollup.HOUR, before=before)
    assert hours == [
        {"bucket": 11, "spend": 30, "previous_spend": None},
        {"bucket": 12, "spend": 5, "previous_spend": 50},
    ]


def test_no_data_is_not_zero(desk: Desk) -> None:
    quiet = Span(TODAY.end_ms, TODAY.end_ms + DAY)
    assert desk.ask(span=quiet, metrics=("requests", "spend", "ttft_p95", "users")) == [
        {"requests": None, "spend": None, "ttft_p95": None, "users": None}
    ]
    found = desk.ask(dimensions=("model",), metrics=("spend", "errors", "cost", "ttft_p95"),
                     filters=(Filter("model", "in", ("o1",)),))  # fmt: skip
    assert found == [{"model": "o1", "spend": 0, "errors": 1, "cost": 0, "ttft_p95": None}]


def test_a_cost_that_is_not_known_is_not_nothing(desk: Desk) -> None:
    metrics = ("cost", "margin", "cost_known_share")
    asked: dict[str, Any] = {"dimensions": ("group",), "metrics": metrics, "order_by": "margin"}
    assert desk.ask(**asked) == [
        {"group": "default", "cost": 20, "margin": 10, "cost_known_share": 1.0},
        {"group": "vip", "cost": None, "margin": None, "cost_known_share": None},
    ]


def test_days_are_those_of_the_zone(desk: Desk) -> None:
    tokyo = Calendar(ZoneInfo("Asia/Tokyo"))
    start = datetime(2026, 11, 20, tzinfo=tokyo.zone).timestamp() * 1000
    span = Span(int(start), int(start) + 3 * DAY)
    found = desk.ask(span=span, calendar=tokyo, rollup=Rollup.DAY, metrics=("requests",))
    assert found == [{"bucket": 0, "requests": 2}, {"bucket": 1, "requests": 3}]


def test_filters_and_own_rows(desk: Desk) -> None:
    fine = Span(TODAY.start_ms + 1, TODAY.end_ms)
    assert desk.ask(only=Only(user_ids=(3,))) == [{"spend": 5}]
    assert desk.ask(only=Only(user_ids=(3,)), span=fine) == [{"spend": 5}]
    for span in (TODAY, fine):
        assert desk.ask(only=Only(groups=("vip",)), span=span) == [{"spend": 5}]
        assert desk.ask(only=Only(groups=()), span=span) == [{"spend": None}]
        assert desk.ask(only=Only(user_ids=()), span=span) == [{"spend": None}]
    not_vip = (Filter("group", "not_in", ("vip",)),)
    assert desk.ask(filters=not_vip) == [{"spend": 30}]
    assert desk.ask(filters=(Filter("model", "contains", ("GPT",)),)) == [{"spend": 35}]
    hostile = (Filter("key", "in", ("8') OR ('1'='1",)),)
    assert desk.ask(filters=hostile) == [{"spend": None}]


def test_errors_by_provider(desk: Desk) -> None:
    found = desk.ask(dimensions=("provider",), metrics=("error_rate",),
                     providers={1: "OpenAI", 2: "Anthropic"})  # fmt: skip
    assert found == [
        {"provider": "Anthropic", "error_rate": 0.5},
        {"provider": "OpenAI", "error_rate": 0.0},
    ]


def test_a_series_keeps_the_first_groups_in_every_bucket(desk: Desk) -> None:
    span = Span(TODAY.start_ms - DAY, TODAY.end_ms)
    found = desk.ask(span=span, dimensions=("model",), rollup=Rollup.DAY, series=1)
    assert found == [
        {"bucket": 0, "model": "gpt-4o", "spend": 10},
        {"bucket": 1, "model": "gpt-4o", "spend": 35},
    ]
