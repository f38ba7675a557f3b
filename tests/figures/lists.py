"""Asks for lists, searches and sums over 1,000,000 users and keys and 10,000,000 calls.

Through HTTP on SQLite and the usage store, while balances are booked and calls come in 50 times a
second. PASS: 95 of 100 answers within 200 ms. Usage: python -m tests.figures.lists [users] [calls]
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
import threading
import time
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from weirgate.analytics.ingest import UsageWriter
from weirgate.analytics.reader import UsageReader
from weirgate.analytics.spans import HOUR_MS
from weirgate.store.tables import Key, User
from weirgate.usage import routes as usage_routes
from weirgate.usage.service import UsageService

from tests.api.conftest import ALICE, ROOT, Plane, planned, set_up
from tests.figures.answers import DAYS, fill
from tests.support.factories import batch, usage_row
from tests.support.management import running_management

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx
    from weirgate.store.crypto import Sealer
    from weirgate.web.router import Route

    from tests.support.management import Management

USERS, CALLS = 1_000_000, 10_000_000
LIMIT_MS = 200.0
ASKED = 60
PAUSE_S = 0.02


def grow(database: Path, users: int, sealer: Sealer) -> None:
    """Copies a user and a key until there are so many; 1,000 keys are alice's."""
    with closing(sqlite3.connect(database, timeout=60)) as connection:
        for table, changed in (
            (User, {"username": "'user' || i", "email": "'u' || i || '@example.org'",
                    "display_name": "'Name ' || (i * 7919 % 1000003)", "aff_code": "NULL"}),
            (Key, {"key_hash": "'h' || i", "name": "'key ' || i",
                   "user_id": f"CASE WHEN i % {users // 1000 or 1} = 0 THEN {ALICE} ELSE i END"}),
        ):  # fmt: skip
            names = [column.name for column in table.__table__.columns if column.name != "id"]
            values = ", ".join(changed.get(name, f'"{name}"') for name in names)
            columns = ", ".join(f'"{name}"' for name in names)
            name = table.__tablename__
            connection.execute(
                f"WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < {users}) "  # noqa: S608, E501 - names of this file
                f"INSERT INTO {name} (id, {columns}) SELECT i, {values} FROM n, "
                f"(SELECT * FROM {name} ORDER BY id LIMIT 1)"
            )
            connection.commit()
        own = connection.execute(f"SELECT id FROM tokens WHERE user_id = {ALICE}").fetchall()  # noqa: S608
        sealed = [(sealer.seal("k" * 48, f"token:{number}"), number) for (number,) in own]
        connection.executemany("UPDATE tokens SET key_encrypted = ? WHERE id = ?", sealed)
        connection.execute("ANALYZE")
        connection.commit()


@contextmanager
def traffic(management: Management, writer: UsageWriter) -> Iterator[None]:
    """Books a balance and brings a call 50 times a second."""
    ended = threading.Event()

    async def step(number: int) -> None:
        async with management.store.unit_of_work() as uow:
            user = await uow.session.get(User, ALICE)
            if user is not None:
                user.request_count += 1
        row = usage_row(user_id=ALICE, username="alice", ended_ms=time.time_ns() // 1_000_000)
        before = f"9:{number - 1}:9" if number > 1 else ""
        await writer.ingest(batch(f"9:{number}:9", row), before)

    def work() -> None:
        number = 1
        while not ended.wait(PAUSE_S):
            management.run(step(number))
            number += 1

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def questions(end_s: int) -> Iterator[tuple[str, int, str, dict[str, Any]]]:
    """Yields what is asked, by whom, where and how; `#` stands for a changing number."""
    week = {"start_timestamp": end_s - 7 * 86_400, "end_timestamp": end_s}
    yield "users, first page", ROOT, "/api/user/", {"page_size": 100}
    yield "users, page 500", ROOT, "/api/user/", {"p": 500, "page_size": 100}
    yield "users by a rare part", ROOT, "/api/user/search", {"keyword": "ser99#"}
    yield "users by a common part", ROOT, "/api/user/search", {"keyword": "user"}
    yield "users by an address", ROOT, "/api/user/search", {"keyword": "u12#@exam"}
    yield "users by two letters", ROOT, "/api/user/search", {"keyword": "us"}
    yield "keys, first page", ALICE, "/api/token/", {"page_size": 100}
    yield "keys by a name", ALICE, "/api/token/search", {"keyword": "key 9#"}
    yield "log, first page", ROOT, "/api/log/", {"page_size": 100}
    yield "log of a week, a model", ROOT, "/api/log/", {**week, "model_name": "gpt-4o"}
    yield "log of a user", ROOT, "/api/log/", {**week, "username": "user7"}
    yield "log by a keyword", ROOT, "/api/log/search", {"keyword": "user1#"}
    yield "sums of everything", ROOT, "/api/log/stat", {}
    yield "sums of a week", ROOT, "/api/log/stat", week
    yield "sums of a user", ROOT, "/api/log/stat", {"username": "user7"}
    yield "own sums", ALICE, "/api/log/self/stat", week
    yield "hours of two weeks", ROOT, "/api/data/", {"start_timestamp": end_s - DAYS * 86_400}


def p95_ms(client: httpx.Client, path: str, query: dict[str, Any]) -> float:
    """Asks often and returns how long 95 of 100 took at most."""
    took = []
    for number in range(ASKED):
        sent = {key: str(value).replace("#", str(number)) for key, value in query.items()}
        begin = time.perf_counter()
        answer = client.get(path, params=sent)
        took.append((time.perf_counter() - begin) * 1000)
        assert answer.json()["success"], answer.text[:200]
    return sorted(took)[int(len(took) * 0.95) - 1]


def run(folder: Path, users: int, calls: int) -> bool:
    """Fills both stores, asks, and prints a line a question; returns whether all held."""
    end_ms = time.time_ns() // 1_000_000 // HOUR_MS * HOUR_MS
    writer = UsageWriter(folder / "usage.duckdb")
    reader = UsageReader(writer)
    made: list[Plane] = []

    def wire(management: Management) -> list[Route]:
        management.run(writer.open(end_ms - 1))
        reader.open()
        plane, rows = planned(management)
        made.append(plane)
        return [*rows, *usage_routes.routes(UsageService(reader, writer))]

    holds = True
    with running_management(folder, wire) as management:
        plane = set_up(made[0])
        plane.as_user(ALICE).post("/api/token/", json={"name": "first"})
        (database,) = (path for path in folder.glob("*.db"))
        grow(database, users, plane.sealer)
        fill(writer.cursor(), calls, end_ms)
        management.run(writer.checkpoint())
        with traffic(management, writer):
            for name, user_id, path, query in questions(end_ms // 1000):
                found = p95_ms(plane.kept(user_id), path, query)
                holds &= found <= LIMIT_MS
                print(f"{'PASS' if found <= LIMIT_MS else 'FAIL'} {name}: p95 {found:.0f} ms")
        plane.close()
        reader.close()
        management.run(writer.close())
    return holds


def main() -> int:
    """Runs with the sizes of the command line."""
    users, calls = [*(int(text) for text in sys.argv[1:]), *(USERS, CALLS)[len(sys.argv) - 1 :]]
    with tempfile.TemporaryDirectory() as folder:
        return 0 if run(Path(folder), users, calls) else 1


if __name__ == "__main__":
    sys.exit(main())
