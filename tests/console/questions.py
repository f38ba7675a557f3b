"""The analyst's six questions, asked of a real server by clicks alone, in Chromium.

`python tests/console/questions.py [ROWS]` fills a usage store with ROWS calls of two weeks (20,000
by default), starts a server over it and has questions.mjs count clicks and seconds.
"""

import asyncio
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(ROOT / "python"))

from weirgate.analytics.ingest import UsageWriter  # noqa: E402

from tests.support.factories import batch, usage_row  # noqa: E402
from tests.support.process import Admin, Weirgate  # noqa: E402

CONSOLE = ROOT / "tests/console"
DAY_MS = 86_400_000
DAYS = 14
MODELS = ("gpt-4o", "gpt-4o-mini", "claude-sonnet-4", "gemini-2.5-pro")
PEOPLE = ((2, "alice"), (3, "bob"), (4, "carol"))
GROUPS = ("default", "vip")


def _row(place: int, step_ms: int, begin_ms: int) -> dict[str, object]:
    """Returns one call; carol's grow from week to week, channel 2 fails now and then."""
    user, name = PEOPLE[place % 3]
    ended_ms = begin_ms + place * step_ms
    is_late = place * step_ms > 7 * DAY_MS
    channel = 1 + place % 2
    is_failed = channel == 2 and place % 10 == 1
    quota = 0 if is_failed else 800 + place % 700 + (4000 if is_late and name == "carol" else 0)
    return usage_row(
        user_id=user, username=name, key_id=10 + user, key_name=f"{name}-key", channel_id=channel,
        model=MODELS[place % 4], group_name=GROUPS[place % 2],
        started_ms=ended_ms - 2500 - place % 900, ended_ms=ended_ms,
        first_byte_ms=0 if is_failed else ended_ms - 2000 + place % 300,
        prompt=900 + place % 100, completion=200, cached_read=300 + place % 50,
        quota=quota, quota_list=quota, quota_cost=quota * 6 // 10,
        status=502 if is_failed else 200, end_reason="no_answer" if is_failed else "completed",
    )  # fmt: skip


async def fill(path: Path, rows: int) -> None:
    """Writes the calls as the drain would; the cursor stays where a new journal begins."""
    now_ms = time.time_ns() // 1_000_000
    begin_ms, step_ms = now_ms - DAYS * DAY_MS, DAYS * DAY_MS // rows
    writer = UsageWriter(path)
    await writer.open(begin_ms)
    position = ""
    sample = min(rows, 20_000)
    for first in range(0, sample, 5000):
        some = [
            _row(n, DAYS * DAY_MS // sample, begin_ms)
            for n in range(first, min(first + 5000, sample))
        ]
        following = f"1:1:{first + 1}"
        await writer.ingest(batch(following, *some), position)
        position = following
    if rows > sample:
        _multiply(writer, rows // sample, step_ms)
    await writer.set_position(position, "")
    await writer.close()


def _multiply(writer: UsageWriter, times: int, step_ms: int) -> None:
    """Repeats every call, each a little later than the one before; the sums of hours as well."""
    connection = writer.cursor()
    months = [int(month) for (month,) in connection.execute("SELECT month FROM months").fetchall()]
    for month in months:
        table = f"usage_{month:06d}"
        connection.execute(
            f"INSERT INTO {table} SELECT * EXCLUDE (n) REPLACE ("  # noqa: S608
            f"started_ms + n * {step_ms} AS started_ms,"
            f" ended_ms + n * {step_ms} AS ended_ms,"
            f" CASE WHEN first_byte_ms > 0 THEN first_byte_ms + n * {step_ms} ELSE 0 END"
            f" AS first_byte_ms) FROM {table}, range(1, {times}) AS more(n) ORDER BY ended_ms"
        )
    shown = ", ".join(
        f"{name} * {times} AS {name}"
        for name in ("calls", "failures", "prompt", "completion", "cached_read", "quota",
                     "quota_list", "quota_cost")
    )  # fmt: skip
    connection.execute(
        f"CREATE TEMP TABLE sums AS SELECT * REPLACE ({shown}) FROM usage_hourly"  # noqa: S608
    )
    connection.execute("DELETE FROM usage_hourly")
    connection.execute("INSERT INTO usage_hourly SELECT * FROM sums")
    connection.close()


def main(rows: int) -> int:
    """Asks the questions; returns the exit code."""
    with tempfile.TemporaryDirectory(prefix="weirgate-questions-") as name:
        folder = Path(name)
        asyncio.run(fill(folder / "usage.duckdb", rows))
        with Weirgate(folder) as server:
            admin = Admin(server)
            for kind, channel in ((1, "first"), (14, "second")):
                admin.add_channel("https://example.com", name=channel, type=kind)
            command = ["node", "questions.mjs", server.url]
            return subprocess.run(command, cwd=CONSOLE, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000))
