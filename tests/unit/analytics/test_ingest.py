"""The usage store takes each batch once, with its sums, ids and cursor, or not at all."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typing_extensions import override
from weirgate.analytics import ingest, shared
from weirgate.analytics.ingest import JOURNAL, OUTBOX, CursorMovedError, LogEntry, UsageWriter
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
        def columns(self) -> dict[str, Any]:
            good = super().columns
            return {**good, "attempts": ["one too many", *good["attempts"]]}

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


def left_by_a_kill(path: Path, name: str) -> Path:
    """Returns a copy of what is in the file at this moment: all that a killed process leaves."""
    copy = path.with_name(name)
    shutil.copy(path, copy)
    assert not path.with_name(path.name + ".wal").exists()
    return copy


def test_what_is_newer_than_the_checkpoint_is_taken_in_again_after_a_kill(path: Path) -> None:
    first = batch("1:1:300", usage_row(key_name="old", quota=1))
    second = batch("1:1:600", usage_row(key_name="new", quota=10), usage_row(model="o3", quota=100))
    copies: list[Path] = []

    async def work(writer: UsageWriter) -> None:
        await writer.ingest(first, "")
        await writer.checkpoint()
        assert writer.kept(JOURNAL) == "1:1:300"
        await writer.ingest(second, "1:1:300")
        await writer.add_logs([LogEntry(created_ms=NOON_MS, type=1, user_id=2)], "", "4")
        assert (writer.kept(JOURNAL), writer.kept(OUTBOX)) == ("1:1:300", "")
        copies.append(left_by_a_kill(path, "killed.duckdb"))

    async def again(writer: UsageWriter) -> None:
        assert await writer.position(JOURNAL) == writer.kept(JOURNAL) == "1:1:300"
        assert await writer.position(OUTBOX) == ""
        assert await writer.ingest(second, "1:1:300") == 2
        found = asked(writer, "SELECT id, key_name, model, quota FROM usage ORDER BY id")
        assert found == [
            (1, "old", "gpt-4o", 1),
            (2, "new", "gpt-4o", 10),
            (3, "first", "o3", 100),
        ]
        assert asked(writer, "SELECT sum(quota), sum(calls) FROM usage_hourly") == [(111, 3)]

    with_writer(path, work)
    with_writer(copies[0], again)


def test_a_clean_stop_keeps_everything_and_leaves_no_log(path: Path) -> None:
    with_writer(path, lambda writer: writer.ingest(batch("1:1:300", usage_row()), ""))
    assert [found.name for found in path.parent.iterdir()] == ["usage.duckdb"]

    async def work(writer: UsageWriter) -> None:
        assert writer.kept(JOURNAL) == "1:1:300"

    with_writer(path, work)


def due(writer: UsageWriter) -> bool:
    return writer.is_checkpoint_due


def test_a_checkpoint_is_due_by_rows_and_by_time(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def work(writer: UsageWriter) -> None:
        assert not due(writer)
        await writer.ingest(batch("1:1:1", usage_row()), "")
        assert not due(writer)
        monkeypatch.setattr(ingest, "CHECKPOINT_ROWS", 2)
        await writer.ingest(batch("1:1:2", usage_row()), "1:1:1")
        assert due(writer)
        await writer.checkpoint()
        assert not due(writer)
        monkeypatch.setattr(ingest, "CHECKPOINT_S", 0.0)
        assert not due(writer), "nothing has changed"
        await writer.ingest(Batch("1:1:3"), "1:1:2")
        assert due(writer)

    with_writer(path, work)


def test_a_checkpoint_waits_for_a_question_only_when_it_is_overdue(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def work(writer: UsageWriter) -> None:
        await writer.ingest(batch("1:1:1", usage_row()), "")
        reader = writer.cursor()
        reader.begin()
        assert reader.execute("SELECT count(*) FROM usage").fetchall() == [(1,)]
        await writer.ingest(batch("1:1:2", usage_row()), "1:1:1")
        await writer.try_checkpoint()
        assert writer.kept(JOURNAL) == ""
        await writer.ingest(batch("1:1:3", usage_row()), "1:1:2")
        monkeypatch.setattr(ingest, "CHECKPOINT_S", 0.0)
        waiting = asyncio.create_task(writer.try_checkpoint())
        assert await asyncio.wait({waiting}, timeout=0.1) == (set(), {waiting})
        assert reader.execute("SELECT count(*) FROM usage").fetchall() == [(1,)]
        reader.rollback()
        await waiting
        assert writer.kept(JOURNAL) == "1:1:3"
        reader.close()

    with_writer(path, work)
    connection = duckdb.connect(str(left_by_a_kill(path, "killed.duckdb")), read_only=True)
    assert connection.execute("SELECT count(*) FROM usage").fetchall() == [(3,)]
    connection.close()


def test_a_deletion_survives_a_kill(path: Path) -> None:
    async def work(writer: UsageWriter) -> None:
        rows = [usage_row(ended_ms=NOON_MS - 1, key_name="gone", model="old"), usage_row()]
        await writer.ingest(batch("1:1:9", *rows), "")
        assert await writer.delete_before(NOON_MS) == 1
        left_by_a_kill(path, "killed.duckdb")
        # Names that no row has any more go with the rows.
        assert asked(writer, "SELECT model FROM kinds") == [("gpt-4o",)]
        assert asked(writer, "SELECT key_name FROM payers") == [("first",)]
        await writer.ingest(batch("1:1:10", usage_row(model="old")), "1:1:9")
        assert asked(writer, "SELECT count(*) FROM usage") == [(2,)]

    with_writer(path, work)
    killed = path.with_name("killed.duckdb")
    with_writer(killed, lambda writer: count_is(writer, 1))


async def count_is(writer: UsageWriter, expected: int) -> None:
    assert asked(writer, "SELECT count(*) FROM usage") == [(expected,)]


def test_shared_values_are_stored_once_and_found_again(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rows(first: int) -> list[dict[str, Any]]:
        names = [f"key {number}" for number in range(first, first + 5)]
        return [usage_row(key_name=name) for name in names]

    async def work(writer: UsageWriter) -> None:
        position = ""
        for number, first in enumerate([0, 2, 5, 0, 20, 3]):
            behind = f"1:1:{number + 1}"
            await writer.ingest(batch(behind, *rows(first)), position)
            position = behind
        assert asked(writer, "SELECT count(*), count(DISTINCT id) FROM payers") == [(15, 15)]
        assert asked(writer, "SELECT count(*) FROM kinds") == [(1,)]
        assert asked(writer, "SELECT count(*) FROM usage WHERE key_name = 'key 3'") == [(4,)]

    # Fewer are remembered than there are: what is forgotten is looked up.
    monkeypatch.setattr(shared, "MAX_KNOWN", 8)
    with_writer(path, work)


def test_a_rolled_back_batch_leaves_no_shared_values(path: Path) -> None:
    class Broken(Batch):
        @property
        @override
        def hours(self) -> dict[str, Any]:
            return {**super().hours, "model": []}

    async def work(writer: UsageWriter) -> None:
        with pytest.raises(duckdb.Error):
            await writer.ingest(Broken("1:1:300", [usage_row(model="o9")]), "")
        assert asked(writer, "SELECT count(*) FROM kinds") == [(0,)]
        assert await writer.ingest(batch("1:1:300", usage_row(model="o9")), "") == 1
        assert asked(writer, "SELECT id, model FROM usage") == [(1, "o9")]

    with_writer(path, work)


def test_one_plain_attempt_is_told_without_its_text(path: Path) -> None:
    plain = usage_row(attempts="", attempt=(2 << 32) + 412, channel_id=7)

    async def work(writer: UsageWriter) -> None:
        await writer.ingest(batch("1:1:1", plain), "")
        told = '[{"channel_id":7,"key_index":2,"status":200,"ms":412,"error":""}]'
        assert asked(writer, "SELECT attempts FROM usage") == [(told,)]

    with_writer(path, work)
