"""Asks an analyst's six questions of a usage store of 10,000,000 calls and prints the times.

Calls of 14 days by 300 users with 1,000 keys; their sums of hours are made by the store's own
migration. PASS: the best of three answers within a second, with the one thread and 1 GiB that a
server has by default. Usage: python -m tests.figures.answers [calls]
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
from weirgate.analytics.database import migrations, query, table_of
from weirgate.analytics.ingest import UsageWriter
from weirgate.analytics.question import Question, build, uses_hours
from weirgate.analytics.spans import DAY_MS, HOUR_MS, Calendar, Rollup, Span

from tests.support.factories import usage_row

CALLS = 10_000_000
DAYS = 14
USERS, KEYS = 300, 1_000
MODELS = ("gpt-4o", "gpt-4o-mini", "claude-sonnet-4", "gemini-2.5-pro")
LIMIT_S = 1.0
SUMS_BY_KEY = 3
"""The migration that sums months of calls by hour and key."""

_KINDS = """
INSERT INTO kinds BY NAME
SELECT range + 1 AS id, 1 + range % 8 AS channel_id, $models[1 + range % 4] AS model,
  model AS upstream_model, ['default', 'vip'][1 + range % 2] AS group_name,
  '/v1/chat/completions' AS endpoint, range % 3 = 0 AS is_stream,
  CASE WHEN range % 20 = 7 THEN 'no_answer' ELSE 'completed' END AS end_reason,
  'provider' AS usage_source, CASE WHEN range % 20 = 7 THEN 502 ELSE 200 END AS status,
  false AS overrun, $price AS price, 0 AS node, '1' AS journal
FROM range(160)
"""
_PAYERS = f"""
INSERT INTO payers BY NAME
SELECT range + 1 AS id, 1 + range % {USERS} AS user_id, 1 + range AS key_id,
  'user' || user_id AS username, 'key' || key_id AS key_name
FROM range({KEYS})
"""  # noqa: S608 - numbers of this file
_MONTH = """
INSERT INTO $table BY NAME
SELECT range + 1 AS id, 1 + hash(range) % 160 AS kind,
  1 + floor(pow(hash(range * 7 + 1) % 1000000 / 1e6, 2) * $keys) AS payer,
  hash(range) AS request_hi, range AS request_lo,
  ended_ms - 2500 - range % 900 AS started_ms, ended_ms - 2000 + range % 300 AS first_byte_ms,
  ended_ms, 900 + range % 100 AS prompt, 200 AS completion,
  300 + range % 50 AS cached_read, 0 AS cache_write_5m, 0 AS cache_write_1h, 0 AS reasoning,
  0 AS audio_in, 0 AS audio_out, 0 AS image_in, 500 AS hold,
  CASE WHEN kind % 20 = 8 THEN 0 ELSE 800 + range % 700 END AS quota_list,
  quota_list AS quota, quota_list * 6 // 10 AS quota_cost, 412 AS attempt, range AS place
FROM (SELECT range, ($begin + range * $step)::BIGINT AS ended_ms FROM range($calls))
WHERE ended_ms >= $from AND ended_ms < $to
"""


def questions(end_ms: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yields each question as the console's boards ask it."""
    calendar = Calendar(ZoneInfo("UTC"))
    week, day = Span(end_ms - 7 * DAY_MS, end_ms), Span(end_ms - DAY_MS, end_ms)
    providers = {number: ("OpenAI", "Anthropic")[number % 2] for number in range(1, 9)}

    def asked(span: Span, metrics: tuple[str, ...], dimension: str, **more: Any) -> dict[str, Any]:
        named = {"span": span, "metrics": metrics, "dimensions": (dimension,)}
        return {"calendar": calendar, **named, **more}

    yield "yesterday's spend by model", asked(day, ("spend", "requests", "tokens"), "model")
    yield (
        "growth by user, week on week",
        asked(week, ("spend", "requests"), "user", before=calendar.before(week), by_change=True),
    )
    ttft = {"rollup": Rollup.HOUR, "series": 8}
    yield "p95 first token by channel and hour", asked(day, ("ttft_p95",), "channel", **ttft)
    margin = ("margin", "margin_share", "spend", "cost")
    yield "margin of a group, 7 d", asked(week, margin, "group")
    errors = ("error_rate", "errors")
    yield "error rate by provider, 7 d", asked(week, errors, "provider", providers=providers)
    cached = ("cache_share", "cached_tokens", "prompt_tokens")
    yield "cache share by key, 7 d", asked(week, cached, "key")
    by_day = {"rollup": Rollup.DAY, "series": 8}
    yield "cache share by key and day, 7 d", asked(week, ("cache_share",), "key", **by_day)


def fill(connection: duckdb.DuckDBPyConnection, calls: int, end_ms: int) -> None:
    """Writes the calls and their sums as ingest leaves them."""
    row = usage_row()
    connection.execute(_KINDS, {"models": list(MODELS), "price": row["price"]})
    connection.execute(_PAYERS)
    begin_ms = end_ms - DAYS * DAY_MS
    for month, first_ms, last_ms in _months(connection, begin_ms, end_ms):
        given = {"begin": begin_ms, "step": DAYS * DAY_MS / calls, "calls": calls, "keys": KEYS}
        text = _MONTH.replace("$table", table_of(month))
        connection.execute(text, given | {"from": first_ms, "to": last_ms})
        sums = next(step for step in migrations() if step.number == SUMS_BY_KEY)
        connection.execute(sums.month_text.replace("$table", table_of(month)))


def _months(
    connection: duckdb.DuckDBPyConnection, begin_ms: int, end_ms: int
) -> list[tuple[int, int, int]]:
    """Makes the months' tables and the view over them; returns each with its range."""
    text = (
        "SELECT (strftime(m, '%Y%m'))::INTEGER, epoch_ms(m), epoch_ms(m + INTERVAL 1 MONTH)"
        " FROM (SELECT unnest(generate_series(date_trunc('month', make_timestamp($1 * 1000)),"
        " make_timestamp($2 * 1000 - 1), INTERVAL 1 MONTH)) AS m)"
    )
    found = connection.execute(text, [begin_ms, end_ms]).fetchall()
    held = {month for (month,) in connection.execute("SELECT month FROM months").fetchall()}
    for month, _, _ in found:
        if month not in held:
            text = query("create_month").replace("$table", table_of(month))
            connection.execute(text.replace("$number", "INTEGER"))
            connection.execute("INSERT INTO months VALUES (?)", [month])
    parts = " UNION ALL ".join(f"FROM {table_of(month)}" for month, _, _ in found)
    connection.execute(f"CREATE OR REPLACE VIEW calls AS {parts}")
    connection.execute(query("view"))
    return found


async def run(folder: Path, calls: int) -> bool:
    """Fills a store, asks, and prints a line a question; returns whether all held."""
    writer = UsageWriter(folder / "usage.duckdb")
    end_ms = time.time_ns() // 1_000_000 // HOUR_MS * HOUR_MS
    await writer.open(end_ms - 1)
    connection = writer.cursor()
    holds = True
    try:
        fill(connection, calls, end_ms)
        await writer.checkpoint()
        for name, asked in questions(end_ms):
            question = Question(**asked)
            best_s = _best_s(connection, question)
            holds = holds and best_s <= LIMIT_S
            source = "sums of hours" if uses_hours(question) else "calls"
            word = "PASS" if best_s <= LIMIT_S else "FAIL"
            sys.stdout.write(f"{word} {name}: {best_s * 1000:.0f} ms of {calls} calls ({source})\n")
            sys.stdout.flush()
    finally:
        connection.close()
        await writer.close()
    return holds


def _best_s(connection: duckdb.DuckDBPyConnection, question: Question) -> float:
    statement = build(question)
    times = []
    for _ in range(3):
        began = time.perf_counter()
        assert connection.execute(statement.text, statement.parameters).fetchall()
        times.append(time.perf_counter() - began)
    return min(times)


def main() -> int:
    """Runs once."""
    calls = int(sys.argv[1]) if len(sys.argv) > 1 else CALLS
    with tempfile.TemporaryDirectory() as folder:
        return 0 if asyncio.run(run(Path(folder), calls)) else 1


if __name__ == "__main__":
    sys.exit(main())
