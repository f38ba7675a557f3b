"""The SQL editor's child process: it answers, it is bounded, and nothing gets out of it."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from weirgate.analytics.editor import SqlEditor, Table
from weirgate.errors import ConflictError, RefusedError, UnavailableError

USER = 2
ENDLESS = "SELECT count(*) FROM range(1000000000000) a WHERE a.range % 7 = 3"


@pytest.fixture(scope="module")
def usage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("handed") / "usage.parquet"
    duckdb.sql("SELECT range AS id, 'gpt-4o' AS model FROM range(5)").write_parquet(str(path))
    return path


def run(usage: Path, sql: str, *, rows: int = 100, **limits: int) -> Table:
    async def work() -> Table:
        editor = SqlEditor(**limits)
        editor.claim(USER)
        return await editor.run(USER, sql, {"usage": str(usage)}, rows)

    return asyncio.run(work())


def test_a_select_is_answered(usage: Path) -> None:
    found = run(usage, "SELECT model, sum(id) AS ids, NULL AS none FROM usage GROUP BY model;")
    assert [column["name"] for column in found.columns] == ["model", "ids", "none"]
    assert (found.rows, found.is_cut) == ([["gpt-4o", 10, None]], False)


def test_values_that_json_lacks_are_text(usage: Path) -> None:
    found = run(usage, "SELECT 9007199254740993, DATE '2026-11-21', 1.5::DECIMAL(4,2), [1,2]")
    assert found.rows == [["9007199254740993", "2026-11-21", "1.50", "[1, 2]"]]


def test_a_long_answer_is_cut_at_the_limit(usage: Path) -> None:
    found = run(usage, "SELECT range FROM range(100000)", rows=3)
    assert (found.rows, found.is_cut) == ([[0], [1], [2]], True)
    exact = run(usage, "SELECT id FROM usage", rows=5)
    assert (len(exact.rows), exact.is_cut) == (5, False)
    wide = run(usage, "SELECT repeat('x', 100000) FROM range(1000)", rows=1000)
    assert wide.is_cut
    assert len(wide.rows) == 41


ESCAPES = [
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM glob('/etc/*')",
    "SELECT * FROM read_blob('/proc/self/environ')",
    "SELECT * FROM read_parquet('{folder}/*.parquet')",
    "SELECT * FROM read_parquet('{folder}/other.parquet')",
    "SELECT * FROM read_parquet('{usage}/../other.parquet')",
    "SELECT * FROM read_csv('https://example.com/x.csv')",
    "SELECT * FROM parquet_metadata('/etc/passwd')",
    "SELECT * FROM sniff_csv('/etc/passwd')",
    "COPY (SELECT 1) TO '{folder}/out.csv'",
    "COPY usage TO '{usage}'",
    "ATTACH '{folder}/x.db'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET enable_external_access = true",
    "SET lock_configuration = false",
    "RESET allowed_paths",
    "PRAGMA enable_external_access",
    "CALL pragma_version()",
    "CREATE TABLE mine AS SELECT 1",
    "CREATE SECRET s (TYPE s3, KEY_ID 'a', SECRET 'b')",
    "EXPORT DATABASE '{folder}/all'",
    "SELECT 1; SELECT 2",
    "SELECT 1; ATTACH '{folder}/x.db'",
    "SELECT * FROM task",
    "SELECT * FROM rows",
    "SELECT getenv('PATH')",
    "SELECT * FROM query('ATTACH ''x.db''')",
    "EXPLAIN ANALYZE COPY usage TO '{folder}/out.csv'",
    "DELETE FROM usage",
    "",
    "nonsense",
]


def test_nothing_gets_out_of_the_child(usage: Path) -> None:
    (usage.parent / "other.parquet").write_bytes(usage.read_bytes())
    before = usage.read_bytes()

    async def work() -> list[str]:
        editor, passed = SqlEditor(), []
        for text in ESCAPES:
            sql = text.format(folder=usage.parent, usage=usage)
            try:
                found = await editor.run(USER, sql, {"usage": str(usage)}, 10)
            except RefusedError:
                continue
            passed.append(f"{sql}: {found.rows}")
        return passed

    assert asyncio.run(work()) == []
    assert usage.read_bytes() == before
    names = {found.name for found in usage.parent.iterdir()}
    assert names == {"usage.parquet", "other.parquet"}


def test_a_query_that_takes_too_long_or_too_much_is_ended(usage: Path) -> None:
    with pytest.raises(RefusedError):
        run(usage, ENDLESS, time_s=1)
    with pytest.raises(RefusedError, match=r"[Mm]emory"):
        run(usage, "SELECT list(range) FROM range(100000000)", memory_bytes=64 * 1024 * 1024)


def test_a_running_query_is_stopped(usage: Path) -> None:
    async def stopped(stop: Callable[[SqlEditor], int]) -> None:
        editor = SqlEditor()
        editor.claim(USER)
        running = asyncio.create_task(editor.run(USER, ENDLESS, {"usage": str(usage)}, 1))
        while stop(editor) == 0 and not running.done():  # noqa: ASYNC110 - a process tells nobody
            await asyncio.sleep(0.01)
        with pytest.raises(RefusedError):
            await running

    async def work() -> None:
        await stopped(lambda editor: editor.stop(USER))
        await stopped(lambda editor: editor.stop())

    asyncio.run(work())


def test_a_user_runs_one_query_and_few_run_at_all() -> None:
    editor = SqlEditor()
    editor.claim(1)
    with pytest.raises(ConflictError):
        editor.claim(1)
    editor.claim(2)
    with pytest.raises(UnavailableError):
        editor.claim(3)
    editor.release(1)
    editor.claim(3)
    assert editor.stop() == 0


def test_a_client_that_leaves_ends_its_query(usage: Path) -> None:
    async def work() -> None:
        editor = SqlEditor()
        running = asyncio.create_task(editor.run(USER, ENDLESS, {"usage": str(usage)}, 1))
        while (process := editor._running.get(USER)) is None:  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.01)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert process.returncode is not None

    asyncio.run(work())
