"""A usage store that an older version wrote is brought to this shape with every row and sum."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
from weirgate.analytics.database import migrations
from weirgate.analytics.ingest import JOURNAL, UsageWriter

from tests.support.factories import NOON_MS, batch, usage_row

OLD_MONTH = """
CREATE TABLE usage_{month} (
  id BIGINT NOT NULL, request_id TEXT NOT NULL, user_id BIGINT NOT NULL, key_id BIGINT NOT NULL,
  channel_id BIGINT NOT NULL, username TEXT NOT NULL, key_name TEXT NOT NULL, model TEXT NOT NULL,
  upstream_model TEXT NOT NULL, group_name TEXT NOT NULL, endpoint TEXT NOT NULL,
  is_stream BOOLEAN NOT NULL, started_ms BIGINT NOT NULL, first_byte_ms BIGINT NOT NULL,
  ended_ms BIGINT NOT NULL, prompt BIGINT NOT NULL, completion BIGINT NOT NULL,
  cached_read BIGINT NOT NULL, cache_write_5m BIGINT NOT NULL, cache_write_1h BIGINT NOT NULL,
  reasoning BIGINT NOT NULL, audio_in BIGINT NOT NULL, audio_out BIGINT NOT NULL,
  image_in BIGINT NOT NULL, hold BIGINT NOT NULL, quota_list BIGINT NOT NULL, quota BIGINT NOT NULL,
  quota_cost BIGINT NOT NULL, end_reason TEXT NOT NULL, usage_source TEXT NOT NULL,
  status BIGINT NOT NULL, overrun BOOLEAN NOT NULL, ip TEXT NOT NULL, attempts TEXT NOT NULL,
  price TEXT NOT NULL, node BIGINT NOT NULL, journal TEXT NOT NULL, segment BIGINT NOT NULL,
  byte_offset BIGINT NOT NULL
);
INSERT INTO months VALUES ({month});
"""
VIEW = "CREATE OR REPLACE VIEW usage AS FROM usage_202610 UNION ALL FROM usage_202611"
ROWS = {
    202610: [usage_row(ended_ms=NOON_MS - 31 * 86_400_000, ip="10.0.0.1", model="o1")],
    202611: [
        usage_row(request_id="f" * 32, journal=str(2**64 - 1), segment=3),
        usage_row(key_name="it's", status=500, quota=0, attempts="[]"),
    ],
}
NOON_S = NOON_MS // 1000
# The first has its call, the second more than are there, the third none any more.
HOURS = [
    (NOON_S - 31 * 86_400, "o1", 1, 1, 100),
    (NOON_S, "gpt-4o", 1, 5, 300),
    (NOON_S - 99 * 86_400, "gpt-4o", 1, 7, 900),
]
ALL = [row for rows in ROWS.values() for row in rows]
# The process that writes the old store makes these rows anew: their ids must not depend on what
# other rows were made before.
for _place, _row in enumerate(ALL):
    _row["byte_offset"] = 100 + _place
    if _row["request_id"] != "f" * 32:
        _row["request_id"] = f"{_place + 1:032x}"


def write_old(path: Path) -> None:
    """Writes a store of the first shape; what is behind the checkpoint stays in its log."""
    connection = duckdb.connect(str(path))
    connection.execute("CREATE TABLE schema_version (number INTEGER NOT NULL)")
    connection.execute(migrations()[0].text)
    connection.execute("INSERT INTO schema_version VALUES (1)")
    number = 0
    for month, rows in ROWS.items():
        connection.execute(OLD_MONTH.format(month=month))
        for row in rows:
            number += 1
            add_row(connection, month, {"id": number, **row})
    connection.execute(VIEW)
    for hour, model, channel, calls, quota in HOURS:
        connection.execute(
            "INSERT INTO usage_hourly"
            " VALUES (?, 2, ?, ?, 'default', 'alice', ?, 0, 1, 2, 3, ?, 5, 6)",
            [hour, model, channel, calls, quota],
        )
    connection.execute("CHECKPOINT")
    connection.execute("UPDATE cursors SET position = '1:1:900' WHERE consumer = 'journal'")
    connection.execute("UPDATE sequence SET next = 4")
    os._exit(0)


def add_row(connection: duckdb.DuckDBPyConnection, month: int, row: dict[str, Any]) -> None:
    named = connection.table(f"usage_{month}").columns
    values = [row.get(name, "" if name == "ip" else 0) for name in named]
    places = ", ".join("?" for _ in values)
    connection.execute(f"INSERT INTO usage_{month} VALUES ({places})", values)  # noqa: S608


def test_rows_sums_and_cursor_of_the_first_shape_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "usage.duckdb"
    code = f"from pathlib import Path; import {__name__} as own; own.write_old(Path({str(path)!r}))"
    subprocess.run([sys.executable, "-c", code], check=True)
    assert path.with_name("usage.duckdb.wal").exists(), "the old version left its log"

    async def run() -> None:
        writer = UsageWriter(path)
        await writer.open(NOON_MS)
        try:
            assert await writer.position(JOURNAL) == writer.kept(JOURNAL) == "1:1:900"
            await writer.ingest(batch("1:1:950", usage_row(key_name="it's")), "1:1:900")
            check(writer)
        finally:
            await writer.close()

    asyncio.run(run())
    assert [found.name for found in tmp_path.iterdir()] == ["usage.duckdb"]


def check(writer: UsageWriter) -> None:
    """Compares every column of every row."""
    connection = writer.cursor()
    cursor = connection.execute("SELECT * FROM usage ORDER BY id")
    names = [column[0] for column in cursor.description or []]
    found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    assert [row["id"] for row in found] == [1, 2, 3, 4]
    for row, given in zip(found, ALL, strict=False):
        for name in names[1:]:
            expected = given.get(name, "" if name == "ip" else 0)
            assert row[name] == expected, name
    assert connection.execute("SELECT count(*) FROM payers").fetchall() == [(2,)]
    # An hour is told by key where its calls are there; what they do not tell stays without one.
    hours = "SELECT hour, model, key_id, key_name, calls, quota FROM usage_hourly ORDER BY ALL"
    assert connection.execute(hours).fetchall() == [
        (NOON_S - 99 * 86_400, "gpt-4o", 0, "", 7, 900),
        (NOON_S - 31 * 86_400, "o1", 7, "first", 1, 100),
        (NOON_S, "gpt-4o", 0, "", 5, 300),
        (NOON_S, "gpt-4o", 7, "it's", 1, 100),
    ]
    connection.close()
