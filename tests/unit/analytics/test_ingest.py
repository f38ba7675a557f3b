"""The usage store takes each batch once, with its sums, ids and cursor, or not at all."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typing_extensions import override
from weirgate.analytics.ingest import JOURNAL, CursorMovedError, LogEntry, UsageWriter
from weirgate.settings import StartError

from tests.support.factories import NOON_MS, Batch, batch, usage_row


def with_writer(path: Path, work: Callable[[UsageWriter], Awaitable[Any]], *, node: int = 0) -> Any:
    async def run() -> Any:
        writer = UsageWriter(path, node=node)
        await writer.open(NOON_MS)
        try:
            return await work(writer)
        finally:
            await writer.close()

    return asyncio.run(run())


def asked(writer: UsageWriter, text: str) -> list[tuple[Any, ...]]:
    connection = writer.cursor()
    try:
        return connection.execute(text).fetchall()
    finally:
        connection.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "usage.duckdb"


def test_a_batch_is_written_with_its_cursor_and_its_hourly_sums(path: Path) -> None:
    async def work(writer: UsageWriter) -> None:
        rows = [usage_row(), usage_row(quota=7, prompt=1), usage_row(status=500, quota=0)]
        assert await writer.ingest(batch("1:1:300", *rows), "") == 3
        assert await writer.position(JOURNAL) == "1:1:300"
        assert asked(writer, "SELECT sum(quota), count(*) FROM usage") == [(107, 3)]
        sums = asked(writer, "SELECT hour, calls, failures, quota, prompt FROM usage_hourly")
        assert sums == [(NOON_MS // 1000, 2, 1, 107, 21)]

    with_writer(path, work)


def test_a_batch_sent_twice_is_written_once(path: Path) -> None:
    sent = batch("1:1:300", usage_row())

    async def work(writer: UsageWriter) -> None:
        await writer.ingest(sent, "")
        with pytest.raises(CursorMovedError):
            await writer.ingest(sent, "")
        assert asked(writer, "SELECT count(*) FROM usage") == [(1,)]
        assert asked(writer, "SELECT sum(calls) FROM usage_hourly") == [(1,)]

    with_writer(path, work)


def test_the_cursor_survives_a_restart(path: Path) -> None:
    with_writer(path, lambda writer: writer.ingest(batch("1:1:300", usage_row()), ""))

    async def work(writer: UsageWriter) -> None:
        assert await writer.position(JOURNAL) == "1:1:300"
        assert await writer.ingest(batch("1:1:600", usage_row()), "1:1:300") == 1
        assert asked(writer, "SELECT id FROM usage ORDER BY id") == [(1,), (2,)]

    with_writer(path, work)


def test_a_broken_batch_leaves_nothing_behind(path: Path) -> None:
    class Broken(Batch):
        @property
        @override
        def columns(self) -> dict[str, bytes | list[str]]:
            good = super().columns
            return {**good, "price": ["one too many", *good["price"]]}

    async def work(writer: UsageWriter) -> None:
        with pytest.raises(duckdb.Error):
            await writer.ingest(
                Broken("1:1:300", [usage_row(ended_ms=NOON_MS + 40 * 86_400_000)]), ""
            )
        assert await writer.position(JOURNAL) == ""
        assert await writer.ingest(batch("1:1:300", usage_row()), "") == 1
        assert asked(writer, "SELECT id FROM usage") == [(1,)]

    with_writer(path, work)


def test_rows_of_two_months_go_to_two_tables_behind_one_view(path: Path) -> None:
    async def work(writer: UsageWriter) -> None:
        december = NOON_MS + 20 * 86_400_000
        await writer.ingest(batch("1:1:9", usage_row(), usage_row(ended_ms=december)), "")
        assert asked(writer, "SELECT count(*) FROM usage_202611") == [(1,)]
        assert asked(writer, "SELECT count(*) FROM usage_202612") == [(1,)]
        assert asked(writer, "SELECT count(*) FROM usage") == [(2,)]

    with_writer(path, work)


def test_ids_carry_the_node_and_are_shared_by_all_log_types(path: Path) -> None:
    async def work(writer: UsageWriter) -> None:
        await writer.ingest(batch("1:1:9", usage_row()), "")
        entry = LogEntry(created_ms=NOON_MS, type=1, user_id=2, content="topped up")
        assert await writer.add_logs([entry], "", "4") == 1
        assert asked(writer, "SELECT id FROM usage") == [(3 * 2**42 + 1,)]
        assert asked(writer, "SELECT id, content FROM logs") == [(3 * 2**42 + 2, "topped up")]
        with pytest.raises(CursorMovedError):
            await writer.add_logs([entry], "", "4")

    with_writer(path, work, node=3)


def test_counts_of_refused_requests_come_with_their_batch(path: Path) -> None:
    refused = [(NOON_MS // 1000, "key_unknown", 0, 3)]

    async def work(writer: UsageWriter) -> None:
        await writer.ingest(Batch("1:1:9", [], refused), "")
        assert asked(writer, "SELECT * FROM refused_minutes") == refused

    with_writer(path, work)


def test_deleting_old_rows_keeps_their_hourly_sums(path: Path) -> None:
    async def work(writer: UsageWriter) -> None:
        october = NOON_MS - 40 * 86_400_000
        rows = [usage_row(ended_ms=october), usage_row(ended_ms=NOON_MS - 1), usage_row()]
        await writer.ingest(batch("1:1:9", *rows), "")
        await writer.add_logs([LogEntry(created_ms=october, type=3, user_id=1)], "", "1")
        assert await writer.delete_before(NOON_MS) == 3
        assert asked(writer, "SELECT count(*) FROM usage") == [(1,)]
        assert asked(writer, "SELECT month FROM months") == [(202611,)]
        assert asked(writer, "SELECT sum(calls) FROM usage_hourly") == [(3,)]

    with_writer(path, work)


def test_a_file_of_a_newer_version_is_refused_in_one_line(path: Path) -> None:
    connection = duckdb.connect(str(path))
    connection.execute("CREATE TABLE schema_version (number INTEGER)")
    connection.execute("INSERT INTO schema_version VALUES (999)")
    connection.close()
    with pytest.raises(StartError, match="has shape 999"):
        with_writer(path, lambda writer: writer.position(JOURNAL))
