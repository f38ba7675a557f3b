"""Drains a real journal of calls into both stores and prints the processor time a row, by part.

The journal is written by `cargo run --release -p weirgate-relay --example fill_journal`. Time is
that of the whole process (user and system), so DuckDB's and the journal's threads count too.
Usage: python -m tests.figures.cost FOLDER ROWS_A_BATCH [USERS]; FOLDER holds `journal`.
"""

import asyncio
import resource
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
from weirgate._core import Gateway
from weirgate.analytics.ingest import UsageWriter
from weirgate.dataplane.drain import LedgerDrain, RowsDrain
from weirgate.store import Store
from weirgate.store.migrate import migrate
from weirgate.store.tables import Channel, Key, User

Spent = dict[str, float]


def processor_s() -> float:
    """Returns the processor time of this process so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


class Metered:
    """The gateway with a limit a batch, and its reading measured."""

    def __init__(self, gateway: Gateway, rows: int, spent: Spent) -> None:
        self._gateway = gateway
        self._rows = rows
        self._spent = spent

    def read_sums(self, position: str, _: int) -> Any:
        return self._measured("read sums", lambda: self._gateway.read_sums(position, self._rows))

    def read_rows(self, position: str, _: int) -> Any:
        return self._measured("read rows", lambda: self._gateway.read_rows(position, self._rows))

    def commit(self, consumer: str, position: str) -> None:
        self._gateway.commit(consumer, position)

    def _measured(self, part: str, call: Callable[[], Any]) -> Any:
        began = processor_s()
        try:
            return call()
        finally:
            self._spent[part] += processor_s() - began


async def fill(store: Store, users: int) -> None:
    """Makes the accounts that pay."""
    async with store.unit_of_work() as uow:
        for number in range(1, users + 1):
            uow.session.add(User(id=number, username=f"user{number}"))
            uow.session.add(Key(id=number, user_id=number, key_hash=f"{number:064x}"))
        uow.session.add(Channel(id=1, name="up"))


async def emptied(step: Callable[[], Any]) -> int:
    """Takes steps until nothing is left; returns the records."""
    records = 0
    while (moved := await step()) is not None:
        records += moved
    return records


async def run(data: Path, folder: Path, rows: int, users: int) -> tuple[int, Spent]:
    """Drains everything and returns the rows and what each part cost, in seconds."""
    spent: Spent = defaultdict(float)
    url = f"sqlite:///{folder}/weirgate.db"
    migrate(url)
    store = Store(url)
    await store.open()
    await fill(store, users)
    writer = UsageWriter(folder / "usage.duckdb")
    await writer.open(time.time_ns() // 1_000_000)
    config = {
        "listen": "127.0.0.1:0",
        "management_socket": str(folder / "management.sock"),
        "data_dir": str(data),
        "key_secret": "0" * 64,
        "node": 0,
    }
    gateway = Gateway(orjson.dumps(config))
    metered = Metered(gateway, rows, spent)
    began = processor_s()
    await emptied(LedgerDrain(store, metered, node=0).step)
    spent["ledger, all"] = processor_s() - began
    began = processor_s()
    total = await emptied(RowsDrain(writer, metered).step)
    spent["usage store, all"] = processor_s() - began
    began = processor_s()
    await writer.close()
    spent["close"] = processor_s() - began
    await store.close()
    gateway.shutdown(1000)
    return total, spent


def main() -> None:
    """Runs once and prints µs a row."""
    data, rows = Path(sys.argv[1]).absolute(), int(sys.argv[2])
    users = int(sys.argv[3]) if len(sys.argv) > 3 else 50
    with tempfile.TemporaryDirectory(dir=data) as folder:
        total, spent = asyncio.run(run(data, Path(folder), rows, users))
    whole = spent["ledger, all"] + spent["usage store, all"] + spent["close"]
    for part, seconds in [*spent.items(), ("everything", whole)]:
        sys.stdout.write(f"{part:20} {seconds / total * 1e6:6.2f} µs a row\n")
    sys.stdout.write(f"{total} rows, {rows} a batch\n")


if __name__ == "__main__":
    main()
