"""`kill -9` in the middle of traffic: every call that a client began to receive is paid once."""

import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.support.clock import until
from tests.support.fake_upstream import FakeUpstream, Reply, Request, behave
from tests.support.postgres import postgres_server, postgres_url
from tests.support.process import Admin, Weirgate
from tests.support.traffic import Tally, Traffic

__all__ = ["postgres_server", "postgres_url"]

# (11 prompt + 7 completion x 4) x 1.25, rounded half away from zero.
CALL_QUOTA = 49
SEED = 20_261_121


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    if request.param == "sqlite":
        yield {}
    else:
        yield {"WEIRGATE_DATABASE_URL": request.getfixturevalue("postgres_url")}


def slow_streams(request: Request) -> Reply:
    """Answers well, streams with a short pause between chunks so that kills hit them."""
    reply = behave(request)
    if not reply.chunks:
        return reply
    return Reply(content_type=reply.content_type, chunks=reply.chunks, pause_s=0.005)


def kill_while_calling(server: Weirgate, traffic: Traffic, kills: int, calls: int) -> None:
    dice = random.Random(SEED)  # noqa: S311 - moments, not secrets
    for number in range(1, kills + 1):
        goal = calls * number // (kills + 1)
        until(
            lambda: traffic.tally.finished,
            lambda finished, goal=goal: finished >= goal,  # type: ignore[misc]
            120,
        )
        time.sleep(dice.random() * 0.05)
        server.kill()
        server.start()
    until(lambda: traffic.is_running, lambda running: not running, 300)


def rows_of(folder: Path) -> list[tuple[Any, ...]]:
    connection = duckdb.connect(str(folder / "usage.duckdb"), read_only=True)
    try:
        return connection.execute(
            "SELECT request_id, quota, end_reason, journal, segment, byte_offset FROM usage"
        ).fetchall()
    finally:
        connection.close()


def outbox_entries(folder: Path) -> int:
    connection = duckdb.connect(str(folder / "usage.duckdb"), read_only=True)
    try:
        (count,) = connection.execute("SELECT count(*) FROM logs").fetchall()[0]
        return int(count)
    finally:
        connection.close()


def check_books(server: Weirgate, tally: Tally) -> None:
    rows = rows_of(server.folder)
    ids = [row[0] for row in rows]
    assert len(ids) == len(set(ids)), "a call was written twice"
    assert len({row[3:] for row in rows}) == len(rows), "a journal position was written twice"
    missing = set(tally.began) - set(ids)
    assert not missing, f"{len(missing)} of {len(tally.began)} begun answers have no row"
    completed = [row for row in rows if row[2] == "completed"]
    assert {row[1] for row in completed} == {CALL_QUOTA}
    assert len(completed) >= tally.finished
    report = server.verify()
    assert report["is_sound"] is True, report
    assert report["stores_agree"] is True, report
    assert report["sql_charged"] == sum(row[1] for row in rows)
    assert report["suspense_quota"] == 0
    # Setting up, signing in and adding a channel were told through the outbox.
    assert outbox_entries(server.folder) > 0


def run_killing(folder: Path, environment: dict[str, str], *, kills: int, calls: int) -> None:
    with FakeUpstream(slow_streams) as upstream, Weirgate(folder, **environment) as server:
        admin = Admin(server)
        try:
            admin.add_channel(upstream.base_url)
            key = admin.add_key()
            credited = admin.me()["quota"]
            with Traffic(server.url, key, calls) as traffic:
                kill_while_calling(server, traffic, kills, calls)
            assert not traffic.tally.refused
            assert server.stop() == 0
            assert "will be tried again" not in server.output
            check_books(server, traffic.tally)
            server.start()
            me = admin.me()
            assert me["quota"] + me["used_quota"] == credited
            assert me["request_count"] == len(rows_after_stop(server))
        finally:
            admin.client.close()


def rows_after_stop(server: Weirgate) -> list[tuple[Any, ...]]:
    server.stop()
    return rows_of(server.folder)


def test_three_kills_lose_and_double_nothing(tmp_path: Path, database: dict[str, str]) -> None:
    run_killing(tmp_path / "data", database, kills=3, calls=600)


@pytest.mark.full
def test_twenty_kills_lose_and_double_nothing(tmp_path: Path, database: dict[str, str]) -> None:
    run_killing(tmp_path / "data", database, kills=20, calls=5000)
