"""A lake takes each node's batches once, whatever happens to the node or to the catalogue."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest
from weirgate.analytics.home import FOR_EVER_MS
from weirgate.analytics.ingest import JOURNAL, OUTBOX, CursorMovedError, LogEntry, UsageWriter
from weirgate.analytics.lake_home import Place, with_password_file
from weirgate.analytics.reader import UsageReader
from weirgate.analytics.upkeep import LakeUpkeep
from weirgate.errors import UnavailableError
from weirgate.settings import StartError

from tests.support.factories import NOON_MS, Batch, batch, usage_row
from tests.support.lake import lake_writer
from tests.support.postgres import postgres_server, postgres_url

__all__ = ["postgres_server", "postgres_url"]

Work = Callable[..., Awaitable[Any]]
OCTOBER_MS = NOON_MS - 40 * 86_400_000


def asked(writer: UsageWriter, text: str) -> list[tuple[Any, ...]]:
    connection = writer.cursor()
    try:
        return connection.execute(text).fetchall()
    finally:
        connection.close()


@pytest.fixture
def run(postgres_url: str, tmp_path: Path) -> Callable[..., Any]:
    """Runs work with the writers of these nodes, all open."""

    def whole(work: Work, *nodes: int) -> Any:
        async def inner() -> Any:
            writers = [lake_writer(postgres_url, tmp_path, node=node) for node in nodes or (1,)]
            try:
                for writer in writers:
                    await writer.open(NOON_MS)
                return await work(*writers)
            finally:
                for writer in writers:
                    await writer.close()

        return asyncio.run(inner())

    return whole


def test_a_batch_is_written_once_with_its_sums_names_and_cursor(run: Callable[..., Any]) -> None:
    rows = [usage_row(), usage_row(quota=7, model="o1"), usage_row(status=500, quota=0)]
    refused = [(NOON_MS // 1000, "key_unknown", 0, 3)]

    async def work(writer: UsageWriter) -> None:
        sent = Batch("1:1:300", rows, refused)
        assert await writer.ingest(sent, "") == 3
        with pytest.raises(CursorMovedError):
            await writer.ingest(sent, "")
        assert await writer.position(JOURNAL) == writer.kept(JOURNAL) == "1:1:300"
        assert await writer.add_logs([LogEntry(created_ms=1, type=3, user_id=2)], "", "4") == 1
        assert asked(writer, "SELECT id, model, quota FROM usage ORDER BY id") == [
            (2**42 + 1, "gpt-4o", 100),
            (2**42 + 2, "o1", 7),
            (2**42 + 3, "gpt-4o", 0),
        ]
        assert asked(writer, "SELECT id FROM logs") == [(2**42 + 4,)]
        sums = "SELECT node, key_id, sum(calls), sum(failures), sum(quota) FROM usage_hourly"
        assert asked(writer, sums + " GROUP BY ALL") == [(1, 7, 2, 1, 107)]
        assert (
            asked(writer, "SELECT minute_s, reason, key_id, count FROM refused_minutes") == refused
        )

    async def again(writer: UsageWriter) -> None:
        assert await writer.position(JOURNAL) == "1:1:300"
        assert await writer.position(OUTBOX) == "4"
        await writer.ingest(batch("1:1:400", usage_row()), "1:1:300")
        assert asked(writer, "SELECT max(id), count(*) FROM usage") == [(2**42 + 5, 4)]
        assert asked(writer, "SELECT count(*) FROM kinds") == [(3,)]

    run(work)
    run(again)


def test_nodes_write_side_by_side_and_see_each_other(run: Callable[..., Any]) -> None:
    async def work(*writers: UsageWriter) -> None:
        position = ""
        for number in range(1, 4):
            sent = batch(
                f"1:1:{number}", usage_row(), usage_row(ended_ms=OCTOBER_MS, key_name="old")
            )
            await asyncio.gather(*(taken(writer, sent, position) for writer in writers))
            position = f"1:1:{number}"
        for writer in writers:
            assert asked(writer, "SELECT count(*), sum(quota) FROM usage") == [(18, 1800)]
            assert asked(writer, "SELECT count(DISTINCT id) FROM usage") == [(18,)]
            assert asked(writer, "SELECT sum(calls), sum(quota) FROM usage_hourly") == [(18, 1800)]
        assert asked(writers[0], "SELECT month FROM months ORDER BY ALL") == [(202610,), (202611,)]

    run(work, 1, 2, 3)


async def taken(writer: UsageWriter, sent: Batch, previous: str) -> None:
    """Takes a batch in as the drain does: after a conflict again, from where the cursor is."""
    while await writer.position(JOURNAL) == previous:
        try:
            await writer.ingest(sent, previous)
        except duckdb.Error:
            await asyncio.sleep(0.01)


def ended(url: str, node: int) -> int:
    """Ends a node's sessions in the catalogue, as a database does that goes down."""
    text = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s"
    with psycopg.connect(url, autocommit=True) as connection:
        return len(connection.execute(text, [f"weirgate-usage-{node}"]).fetchall())


def test_a_failure_before_the_commit_leaves_nothing_and_is_taken_in_again(
    run: Callable[..., Any], postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def work(writer: UsageWriter) -> None:
        home = writer._home
        real = home.before_commit

        def broken() -> None:
            real()
            assert ended(postgres_url, 1) > 0

        monkeypatch.setattr(home, "before_commit", broken)
        sent = batch("1:1:300", usage_row())
        with pytest.raises(duckdb.Error):
            await writer.ingest(sent, "")
        monkeypatch.setattr(home, "before_commit", real)
        assert await writer.position(JOURNAL) == ""
        assert await writer.ingest(sent, "") == 1
        assert asked(writer, "SELECT id FROM usage") == [(2**42 + 1,)]

    run(work)


class LostReply:
    """A connection whose commit happens, and whose answer does not come."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def commit(self) -> None:
        self._connection.commit()
        raise duckdb.IOException("server closed the connection unexpectedly")


def test_a_commit_whose_answer_is_lost_is_not_done_twice(run: Callable[..., Any]) -> None:
    async def work(writer: UsageWriter) -> None:
        connection = writer._owned()
        writer._connection = LostReply(connection)  # type: ignore[assignment]
        sent = batch("1:1:300", usage_row())
        with pytest.raises(duckdb.IOException):
            await writer.ingest(sent, "")
        writer._connection = connection
        # The drain reads the cursor anew after any failure: it has moved.
        assert await writer.position(JOURNAL) == "1:1:300"
        assert writer.kept(JOURNAL) == "1:1:300"
        with pytest.raises(CursorMovedError):
            await writer.ingest(sent, "")
        assert asked(writer, "SELECT count(*) FROM usage") == [(1,)]
        await writer.ingest(batch("1:1:400", usage_row()), "1:1:300")
        assert asked(writer, "SELECT max(id) FROM usage") == [(2**42 + 2,)]

    run(work)


def test_answers_are_complete_up_to_where_the_last_node_is(run: Callable[..., Any]) -> None:
    async def work(one: UsageWriter, two: UsageWriter) -> None:
        await two.ingest(batch("1:1:1", usage_row()), "", NOON_MS)
        await one.found_whole(NOON_MS + 500)
        assert (one.whole_until_ms, one.complete_until_ms) == (NOON_MS + 500, NOON_MS)
        await two.leave()
        one._home._looked_s = -100.0  # type: ignore[attr-defined]
        await one.found_whole(NOON_MS + 900)
        assert one.complete_until_ms == NOON_MS + 900
        assert one._home.others_whole_ms == FOR_EVER_MS

    run(work, 1, 2)


def test_deleting_takes_months_away_and_keeps_the_sums(run: Callable[..., Any]) -> None:
    async def work(one: UsageWriter, two: UsageWriter) -> None:
        rows = [usage_row(ended_ms=OCTOBER_MS), usage_row(ended_ms=NOON_MS - 1), usage_row()]
        for writer in (one, two):
            await taken(writer, batch("1:1:9", *rows), "")
        assert await one.delete_before(NOON_MS) == 4
        for writer in (one, two):
            assert asked(writer, "SELECT count(*) FROM usage") == [(2,)]
            assert asked(writer, "SELECT sum(calls) FROM usage_hourly") == [(6,)]
        # The other node does not know yet that the month is gone.
        await taken(two, batch("1:1:10", usage_row(ended_ms=OCTOBER_MS)), "1:1:9")
        assert asked(one, "SELECT count(*) FROM usage") == [(3,)]

    run(work, 1, 2)


def test_no_error_tells_the_password(tmp_path: Path) -> None:
    url = "postgresql://someone:very%3Asecret@127.0.0.1:1/none?sslmode=disable"
    place = Place(url=url, data=str(tmp_path / "lake"), folder=tmp_path)
    assert "secret" not in repr(place) + place.shown
    address = with_password_file(url, tmp_path, "weirgate-usage-1")
    assert "secret" not in address
    kept = tmp_path / "usage.pgpass"
    assert kept.read_text() == "*:*:*:*:very\\:secret\n"
    assert kept.stat().st_mode & 0o777 == 0o600
    with pytest.raises(StartError) as raised:
        asyncio.run(lake_writer(url, tmp_path).open(NOON_MS))
    assert "very" not in str(raised.value)
    assert "postgresql://someone@127.0.0.1:1/none" in str(raised.value)


class Steps:
    """Hears how far a run is."""

    def set(self, done: int, total: int) -> None:
        assert 0 <= done < total


def test_upkeep_puts_together_what_batches_left_and_changes_no_sum(
    run: Callable[..., Any], tmp_path: Path
) -> None:
    def told(writer: UsageWriter) -> list[Any]:
        calls = "SELECT count(*), sum(quota), count(DISTINCT id) FROM usage"
        sums = "SELECT sum(calls), sum(quota), sum(prompt), count(DISTINCT node) FROM usage_hourly"
        return asked(writer, calls) + asked(writer, sums)

    def files() -> int:
        return len(list((tmp_path / "lake").rglob("usage_202611/*.parquet")))

    async def work(one: UsageWriter, two: UsageWriter) -> None:
        rows = [usage_row() for _ in range(20)]
        for writer in (one, two):
            for number in range(1, 5):
                previous = f"1:1:{number - 1}" if number > 1 else ""
                await taken(writer, batch(f"1:1:{number}", *rows), previous)
        before = told(one)
        assert before[0] == (160, 16_000, 160)
        assert asked(one, "SELECT count(*) FROM usage_hourly") == [(8,)]
        upkeep = LakeUpkeep(one, lambda: NOON_MS + 3 * 3_600_000)
        done = await upkeep.run(Steps())
        assert "put the sums of 1 hours together" in done
        assert "files together" in done
        assert told(one) == told(two) == before
        assert asked(two, "SELECT node, count(*) FROM usage_hourly GROUP BY ALL ORDER BY ALL") == [
            (1, 1),
            (2, 1),
        ]
        # A batch of an hour that was put together is added to it.
        await taken(two, batch("1:1:5", usage_row(quota=1)), "1:1:4")
        assert asked(one, "SELECT sum(quota) FROM usage_hourly") == [(16_001,)]
        assert await one.position(JOURNAL) == "1:1:4"

    run(work, 1, 2)


def test_cursors_are_trimmed_to_their_newest(run: Callable[..., Any]) -> None:
    async def work(one: UsageWriter) -> None:
        for number in range(1, 4):
            previous = f"1:1:{number - 1}" if number > 1 else ""
            await one.ingest(batch(f"1:1:{number}", usage_row()), previous)
        await one.add_logs([LogEntry(created_ms=1, type=3, user_id=2)], "", "4")
        later = LakeUpkeep(one, lambda: time.time_ns() // 1_000_000 + 2 * 3_600_000)
        assert "forgot 2 old cursors" in await later.run(Steps())
        assert asked(one, "SELECT consumer, position FROM cursors ORDER BY ALL") == [
            ("journal", "1:1:3"),
            ("outbox", "4"),
        ]
        one._is_loaded = False
        assert await one.position(JOURNAL) == "1:1:3"
        await one.ingest(batch("1:1:4", usage_row()), "1:1:3")
        assert asked(one, "SELECT count(DISTINCT id) FROM usage") == [(4,)]

    run(work)


def test_while_the_catalogue_is_away_nothing_is_lost_and_boards_say_so(
    run: Callable[..., Any], postgres_url: str, postgres_server: str
) -> None:
    name = postgres_url.rpartition("/")[2]

    def set_open(server: psycopg.Connection, word: str) -> None:
        server.execute(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS {word}')  # type: ignore[call-overload,unused-ignore]

    async def work(writer: UsageWriter) -> None:
        reader = UsageReader(writer)
        reader.open()
        try:
            await writer.ingest(batch("1:1:1", usage_row()), "")
            sent = batch("1:1:2", usage_row())
            with psycopg.connect(postgres_server, autocommit=True) as server:
                set_open(server, "false")
                try:
                    assert ended(postgres_server, 1) > 0
                    for _ in range(2):
                        with pytest.raises(duckdb.Error):
                            await writer.ingest(sent, "1:1:1")
                    with pytest.raises(UnavailableError):
                        await reader.totals(0, 1 << 40)
                    assert writer.kept(JOURNAL) == "1:1:1"
                finally:
                    set_open(server, "true")
            assert await writer.position(JOURNAL) == "1:1:1"
            assert await writer.ingest(sent, "1:1:1") == 1
            assert (await reader.totals(0, 1 << 40)).calls == 2
        finally:
            reader.close()

    run(work)
