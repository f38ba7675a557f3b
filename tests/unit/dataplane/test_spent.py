"""What was spent before limits began to count comes out of the usage store, once and whole."""

import asyncio
from pathlib import Path
from typing import Any

import orjson
from weirgate.analytics.ingest import UsageWriter
from weirgate.analytics.reader import UsageReader
from weirgate.dataplane.spent import MARGIN_MS, SpentTeller

from tests.support.factories import NOON_MS, batch, usage_row

HOUR_MS = 3_600_000
BEGINS = [NOON_MS - 12 * HOUR_MS, NOON_MS - 60 * HOUR_MS, NOON_MS - 200 * HOUR_MS]
SINCE = NOON_MS + 1000
FAILED = [{"channel_id": 2, "key_index": 0}, {"channel_id": 1, "key_index": 3}]
ROWS = [
    usage_row(quota=5),
    usage_row(quota=7, ended_ms=NOON_MS - 13 * HOUR_MS, model="o1"),
    usage_row(quota=11, ended_ms=NOON_MS - 61 * HOUR_MS, group_name="vip"),
    usage_row(quota=13, ended_ms=NOON_MS - 201 * HOUR_MS),
    usage_row(quota=17, ended_ms=SINCE),
    usage_row(quota=19, user_id=3, key_id=9, attempts=orjson.dumps(FAILED).decode()),
]


class Counts:
    """The counting part of a gateway."""

    def __init__(self, *subjects: tuple[str, int, str], since_ms: int = SINCE) -> None:
        self.told: list[dict[str, Any]] = []
        self._missing = [
            {"scope": scope, "id": number, "name": name, "since_ms": since_ms, "begins_ms": BEGINS}
            for scope, number, name in subjects
        ]

    def missing_spent(self) -> bytes:
        return orjson.dumps(self._missing)

    def load_spent(self, rows: bytes) -> None:
        self.told += orjson.loads(rows)
        told = {(view["scope"], view["id"], view["name"]) for view in self.told}
        self._missing = [
            view for view in self._missing if (view["scope"], view["id"], view["name"]) not in told
        ]


def told(path: Path, counts: Counts, whole_until_ms: int) -> dict[str, Any]:
    async def run() -> None:
        writer = UsageWriter(path / "usage.duckdb")
        await writer.open(NOON_MS)
        reader = UsageReader(writer)
        reader.open()
        try:
            await writer.ingest(batch("1:1:9", *ROWS), "")
            writer.whole_until_ms = whole_until_ms
            teller = SpentTeller(counts, reader)
            await teller.look()
        finally:
            reader.close()
            await writer.close()

    asyncio.run(run())
    views = {f"{view['scope']} {view['name'] or view['id']}": view for view in counts.told}
    return {name: (view["requests"], view["spent"]) for name, view in views.items()}


def test_each_scope_gets_what_ended_in_its_periods_before_it_counted(tmp_path: Path) -> None:
    counts = Counts(
        ("user", 2, ""),
        ("user", 77, ""),
        ("key", 9, ""),
        ("group", 0, "vip"),
        ("model", 0, "o1"),
        ("channel", 1, ""),
        ("channel_key", 1, "3"),
        ("channel_key", 1, "0"),
    )
    assert told(tmp_path, counts, SINCE + MARGIN_MS) == {
        "user 2": (1, [5, 12, 23]),
        "user 77": (0, [0, 0, 0]),
        "key 9": (1, [19, 19, 19]),
        "group vip": (0, [0, 0, 11]),
        "model o1": (0, [0, 7, 7]),
        "channel 1": (2, [24, 31, 42]),
        "channel_key 3": (1, [19, 19, 19]),
        "channel_key 0": (1, [5, 12, 23]),
    }


def test_nothing_is_told_before_the_store_holds_everything(tmp_path: Path) -> None:
    assert told(tmp_path, Counts(("user", 2, "")), SINCE + MARGIN_MS - 1) == {}
