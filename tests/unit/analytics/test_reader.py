"""Questions about usage get the rows and sums that were written, filtered as asked."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from weirgate.analytics.ingest import LogEntry, UsageWriter
from weirgate.analytics.reader import UsageReader
from weirgate.analytics.rows import Bucket, Only, Stat, Totals, UsageFilter

from tests.support.factories import NOON_MS, batch, usage_row

NOON_S = NOON_MS // 1000
ROWS = [
    usage_row(ended_ms=NOON_MS - 3_600_000, model="gpt-4.1", quota=10),
    usage_row(),
    usage_row(user_id=3, username="bob", key_id=9, key_name="b%", model="o1_mini", channel_id=2),
    usage_row(status=502, quota=0, prompt=0, completion=0, group_name="vip"),
    usage_row(ended_ms=NOON_MS + 30_000, quota=3, is_stream=True),
]
ENTRIES = [LogEntry(created_ms=NOON_MS, type=1, user_id=2, username="alice", content="Gift")]


def with_reader(path: Path, work: Callable[[UsageReader], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        writer = UsageWriter(path / "usage.duckdb")
        await writer.open(NOON_MS)
        reader = UsageReader(writer)
        reader.open()
        try:
            await writer.ingest(batch("1:1:9", *ROWS), "")
            await writer.add_logs(ENTRIES, "", "1")
            return await work(reader)
        finally:
            reader.close()
            await writer.close()

    return asyncio.run(run())


FILTERS = [
    (UsageFilter(), 6),
    (UsageFilter(type=2), 4),
    (UsageFilter(type=5), 1),
    (UsageFilter(type=1), 1),
    (UsageFilter(type=3), 0),
    (UsageFilter(user_id=2), 5),
    (UsageFilter(username="bob"), 1),
    (UsageFilter(key_name="b%"), 1),
    (UsageFilter(key_name="b"), 0),
    (UsageFilter(key_id=9), 1),
    (UsageFilter(model="gpt-4"), 0),
    (UsageFilter(model="gpt-4%"), 4),
    (UsageFilter(model="o1_mini"), 1),
    (UsageFilter(channel_id=2), 1),
    (UsageFilter(group="vip"), 1),
    (UsageFilter(request_id=str(ROWS[1]["request_id"])), 1),
    (UsageFilter(start_s=NOON_S), 5),
    (UsageFilter(end_s=NOON_S), 5),
    (UsageFilter(start_s=NOON_S, end_s=NOON_S), 4),
    (UsageFilter(keyword="BOB"), 1),
    (UsageFilter(keyword="gift"), 1),
    (UsageFilter(keyword="' OR 1=1 --"), 0),
    (UsageFilter(keyword="gpt-4.1", type=2, start_s=1, end_s=NOON_S), 1),
]


@pytest.mark.parametrize(("wanted", "expected"), FILTERS)
def test_a_filter_selects_these_rows_and_counts_them(
    tmp_path: Path, wanted: UsageFilter, expected: int
) -> None:
    page = with_reader(tmp_path, lambda reader: reader.logs(wanted, limit=100, offset=0))
    assert (len(page.rows), page.total) == (expected, expected)


@pytest.mark.parametrize("windows", [(), (1,), (2, 4), (3, 100)])
def test_pages_are_newest_first_and_do_not_overlap(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, windows: tuple[int, ...]
) -> None:
    monkeypatch.setattr("weirgate.analytics.reader.NEWEST_ROWS", windows)

    async def work(reader: UsageReader) -> list[int]:
        pages = [await reader.logs(UsageFilter(), limit=2, offset=at) for at in (0, 2, 4, 6)]
        return [row.id for page in pages for row in page.rows]

    assert with_reader(tmp_path, work) == [6, 5, 4, 3, 2, 1]


@pytest.mark.parametrize("windows", [(), (1,), (2, 4)])
def test_a_rare_row_is_found_behind_the_newest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, windows: tuple[int, ...]
) -> None:
    monkeypatch.setattr("weirgate.analytics.reader.NEWEST_ROWS", windows)
    wanted = UsageFilter(end_s=NOON_S - 1)
    page = with_reader(tmp_path, lambda reader: reader.logs(wanted, limit=1, offset=0))
    assert ([row.quota for row in page.rows], page.total) == ([10], 1)


def test_a_row_reads_back_as_it_was_written(tmp_path: Path) -> None:
    wanted = UsageFilter(request_id=str(ROWS[4]["request_id"]))
    page = with_reader(tmp_path, lambda reader: reader.logs(wanted, limit=1, offset=0))
    (row,) = page.rows
    given = ROWS[4]
    same = set(row.__slots__) & set(given)
    assert {name: getattr(row, name) for name in same} == {name: given[name] for name in same}


def test_stat_sums_the_range_and_counts_the_last_minute(tmp_path: Path) -> None:
    async def work(reader: UsageReader) -> list[Stat]:
        now_ms = NOON_MS + 59_000
        asked = [UsageFilter(end_s=NOON_S - 1), UsageFilter(user_id=3), UsageFilter()]
        return [await reader.stat(wanted, now_ms=now_ms) for wanted in asked]

    ranged, bob, everybody = with_reader(tmp_path, work)
    assert ranged == Stat(quota=10, tokens=15, rpm=3, tpm=45)
    assert bob == Stat(quota=100, tokens=15, rpm=1, tpm=15)
    assert everybody == Stat(quota=213, tokens=60, rpm=3, tpm=45)


def test_buckets_hold_whole_hours_by_model_or_by_user(tmp_path: Path) -> None:
    async def work(reader: UsageReader) -> None:
        by_model = await reader.buckets_by_model(0, 2 * NOON_S)
        assert by_model == [
            Bucket(NOON_S - 3600, 0, "", "gpt-4.1", 1, 10, 15),
            Bucket(NOON_S, 0, "", "gpt-4o", 2, 103, 30),
            Bucket(NOON_S, 0, "", "o1_mini", 1, 100, 15),
        ]
        alice = await reader.buckets_of_user(0, 2 * NOON_S, user_id=2)
        assert [(item.username, item.quota) for item in alice] == [("alice", 10), ("alice", 103)]
        assert await reader.buckets_of_user(0, 2 * NOON_S, username="bob") == [
            Bucket(NOON_S, 3, "bob", "o1_mini", 1, 100, 15)
        ]
        by_user = await reader.buckets_by_user(NOON_S, 2 * NOON_S)
        assert [(item.user_id, item.quota) for item in by_user] == [(2, 103), (3, 100)]

    with_reader(tmp_path, work)


def test_totals_agree_with_the_rows(tmp_path: Path) -> None:
    async def work(reader: UsageReader) -> None:
        assert await reader.totals(0, 2 * NOON_S) == Totals(4, 1, 213, 40, 20, 0)
        assert (await reader.totals(0, 2 * NOON_S, Only(user_ids=(3,)))).quota == 100
        assert [item.quota for item in await reader.hours(0, 2 * NOON_S)] == [10, 203]
        top = await reader.top_models(0, 2 * NOON_S)
        assert [item.model for item in top] == ["gpt-4o", "o1_mini", "gpt-4.1"]

    with_reader(tmp_path, work)
