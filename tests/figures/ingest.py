"""Drains a source that grows by 20,000 rows a second for 60 s into DuckDB and the SQL ledger.

Prints PASS or FAIL a claim: none lost, none doubled, never more than 2 s behind, batches of 1,000
rows and more. The source stands for the journal: rows arrive by the clock, columns are made ahead,
so that what is measured is the drain and both stores. Usage: python -m tests.figures.ingest [s]
"""

import asyncio
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from weirgate.analytics.columns import HOUR_BIGINT, Columns
from weirgate.analytics.ingest import UsageWriter
from weirgate.analytics.reader import UsageReader
from weirgate.dataplane.drain import MAX_ROWS, Drain
from weirgate.store import Store
from weirgate.store.migrate import migrate
from weirgate.store.tables import Channel, Key, User

from tests.support.factories import Batch, usage_row
from tests.support.gateway import Sums

RATE = 20_000
SECONDS = 60
USERS = 50
ROUND = 100
MODELS = ("gpt-4o", "gpt-4.1", "o1", "claude-sonnet-4-5")
MAX_LAG_S = 2.0
SETTLE_S = 2.0
USUAL_BATCH = 1_000


@dataclass
class Slice:
    """Some rows of the prepared columns."""

    position: str
    rows: int
    columns: Columns
    kinds: list[tuple[Any, ...]]
    payers: list[tuple[Any, ...]]
    hours: Columns
    refused: list[tuple[int, str, int, int]] = field(default_factory=list)


class Source:
    """A journal that grows by the clock; position n is behind the n-th row."""

    def __init__(self, seconds: int) -> None:
        now_ms = time.time_ns() // 1_000_000
        rows = [
            usage_row(
                user_id=1 + number % USERS,
                username=f"user{1 + number % USERS}",
                key_id=1 + number % USERS,
                model=MODELS[number % len(MODELS)],
                quota=1,
                ended_ms=now_ms,
                byte_offset=number,
                attempts="",
                attempt=412,
            )
            for number in range(MAX_ROWS)
        ]
        made = Batch("", rows)
        self._columns = made.columns
        self._shared = (made.kinds, made.payers)
        # Rows repeat after this many, and each of a round's rows has sums of its own.
        self._round = Batch("", rows[:ROUND]).hours
        self.total = seconds * RATE
        self._began = time.monotonic()
        self.passed = {"sql": 0, "analytics": 0}
        self.worst_s = {"sql": 0.0, "analytics": 0.0}

    def arrived(self) -> int:
        """Returns how many rows are there by now."""
        return min(int((time.monotonic() - self._began) * RATE), self.total)

    def read_rows(self, position: str, max_rows: int) -> Slice:
        begin = _number(position)
        count = min(self.arrived() - begin, max_rows)
        columns = {name: _cut(name, made, count) for name, made in self._columns.items()}
        position = f"1:1:{begin + count}" if begin + count else ""
        return Slice(position, count, columns, *self._shared, self._hours(count))

    def _hours(self, count: int) -> Columns:
        rounds, rest = divmod(count, ROUND)
        times = np.array([rounds + (place < rest) for place in range(ROUND)], dtype="<i8")
        made = dict(self._round)
        for name in HOUR_BIGINT[4:]:
            once = np.frombuffer(_bytes(made[name]), dtype="<i8")
            made[name] = (once * times).tobytes()
        return made

    def read_sums(self, position: str, max_records: int) -> Sums:
        begin = _number(position)
        count = min(self.arrived() - begin, max_records)
        whole, rest = divmod(count, USERS)
        shares = [(user, whole + (user <= rest)) for user in range(1, USERS + 1)]
        sums = [(user, share, share) for user, share in shares if share]
        position = f"1:1:{begin + count}" if begin + count else ""
        return Sums(position, sums, sums, [(1, count, count)] if count else [], count)

    def commit(self, consumer: str, position: str) -> None:
        self.passed[consumer] = _number(position)

    def note_lag(self) -> None:
        """Remembers how far behind the consumers are: the age of the oldest row not applied."""
        since = time.monotonic() - self._began
        for consumer, passed in self.passed.items():
            if passed < self.arrived():
                self.worst_s[consumer] = max(self.worst_s[consumer], since - passed / RATE)


def _number(position: str) -> int:
    return int(position.rpartition(":")[2]) if position else 0


def _cut(name: str, made: bytes | list[str], count: int) -> bytes | list[str]:
    if isinstance(made, list):
        return made[:count]
    return made[: count * (4 if name in {"kind", "payer"} else 8)]


def _bytes(column: bytes | list[str]) -> bytes:
    assert isinstance(column, bytes)
    return column


async def fill(store: Store) -> None:
    """Makes the accounts that pay."""
    async with store.unit_of_work() as uow:
        for number in range(1, USERS + 1):
            uow.session.add(User(id=number, username=f"user{number}"))
            uow.session.add(Key(id=number, user_id=number, key_hash=f"{number:064x}"))
        uow.session.add(Channel(id=1, name="up"))


async def run(folder: Path, seconds: int) -> list[tuple[bool, str]]:
    """Drains for the time and returns the claims with their outcome."""
    url = f"sqlite:///{folder}/weirgate.db"
    migrate(url)
    store = Store(url)
    writer = UsageWriter(folder / "usage.duckdb")
    await writer.open(time.time_ns() // 1_000_000)
    reader = UsageReader(writer)
    reader.open()
    await fill(store)
    source = Source(seconds)
    drain = Drain(store, writer, source, node=0)
    drain.start()
    try:
        while source.arrived() < source.total:
            await asyncio.sleep(0.02)
            source.note_lag()
        await asyncio.sleep(SETTLE_S)
        counted = await reader.totals(0, 1 << 40)
    finally:
        await drain.stop()
        reader.close()
        await writer.close()
        await store.close()
    progress = drain.rows.progress
    mean = progress.records / max(progress.batches, 1)
    worst = source.worst_s
    return [
        (counted.calls == source.total, f"usage store: {counted.calls} of {source.total} rows"),
        (source.passed["sql"] == source.total, f"ledger: {source.passed['sql']} calls"),
        (worst["analytics"] <= MAX_LAG_S, f"usage store lag at most {worst['analytics']:.2f} s"),
        (worst["sql"] <= MAX_LAG_S, f"ledger lag at most {worst['sql']:.2f} s"),
        (mean >= USUAL_BATCH, f"{progress.batches} batches of {mean:.0f} rows in the mean"),
        (drain.rows.progress.failures == 0, "no batch failed"),
    ]


def main() -> int:
    """Runs once and prints the claims."""
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    with tempfile.TemporaryDirectory() as folder:
        claims = asyncio.run(run(Path(folder), seconds))
    for holds, claim in claims:
        sys.stdout.write(f"{'PASS' if holds else 'FAIL'} {RATE} rows/s for {seconds} s: {claim}\n")
    return 0 if all(holds for holds, _ in claims) else 1


if __name__ == "__main__":
    sys.exit(main())
