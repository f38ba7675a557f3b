"""Makes test values with sensible defaults; a test names only what it is about."""

import itertools
import operator
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import orjson
from weirgate.analytics import columns
from weirgate.analytics.columns import Columns

NOON_MS = 1_795_262_400_000
"""2026-11-21 12:00:00 UTC."""

_numbers = itertools.count(1)


def usage_row(**values: Any) -> dict[str, Any]:
    """Returns one usage row by column name: a completed call of 15 tokens for 100 units."""
    number = next(_numbers)
    row: dict[str, Any] = {
        "request_id": f"{number:032x}",
        "user_id": 2,
        "key_id": 7,
        "channel_id": 1,
        "username": "alice",
        "key_name": "first",
        "model": "gpt-4o",
        "upstream_model": "gpt-4o",
        "group_name": "default",
        "endpoint": "/v1/chat/completions",
        "is_stream": False,
        "started_ms": NOON_MS - 2000,
        "first_byte_ms": NOON_MS - 1500,
        "ended_ms": NOON_MS,
        "prompt": 10,
        "completion": 5,
        "hold": 500,
        "quota_list": 100,
        "quota": 100,
        "end_reason": "completed",
        "usage_source": "provider",
        "status": 200,
        "overrun": False,
        "attempts": orjson.dumps([{"channel_id": 1, "key_index": 0, "status": 200}]).decode(),
        "price": orjson.dumps({"model_ratio": "1.25", "group_ratio": "1"}).decode(),
        "journal": "1",
        "segment": 1,
        "byte_offset": number,
    }
    row.update(values)
    return row


def _distinct(values: list[Any]) -> tuple[list[Any], "np.ndarray[Any, Any]"]:
    found = list(dict.fromkeys(values))
    places = {value: place for place, value in enumerate(found)}
    return found, np.array([places[value] for value in values], dtype="<i4")


@dataclass
class Batch:
    """A batch of usage rows as the data plane hands it over; rows are those of `usage_row`."""

    position: str
    given: list[dict[str, Any]] = field(default_factory=list)
    refused: list[tuple[int, str, int, int]] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return len(self.given)

    @property
    def columns(self) -> Columns:
        ids = [int(str(row["request_id"]), 16) for row in self.given]
        made: Columns = {
            "request_hi": np.array([number >> 64 for number in ids], dtype="<u8").tobytes(),
            "request_lo": np.array([number % 2**64 for number in ids], dtype="<u8").tobytes(),
            "kind": _distinct(self._values(columns.KIND))[1].tobytes(),
            "payer": _distinct(self._values(columns.PAYER))[1].tobytes(),
        }
        for row in self.given:
            row["place"] = (row["segment"] << 32) + row["byte_offset"]
        for name in columns.BIGINT:
            made[name] = np.array([row.get(name, 0) for row in self.given], dtype="<i8").tobytes()
        for name in columns.TEXT:
            if any(row.get(name) for row in self.given):
                made[name] = [str(row.get(name, "")) for row in self.given]
        return made

    @property
    def kinds(self) -> list[tuple[Any, ...]]:
        return _distinct(self._values(columns.KIND))[0]

    @property
    def payers(self) -> list[tuple[Any, ...]]:
        return _distinct(self._values(columns.PAYER))[0]

    @property
    def hours(self) -> Columns:
        keys = ("hour", "user_id", "key_id", "channel_id", "model", "group_name")
        sums: dict[tuple[Any, ...], Counter[str]] = {}
        names: dict[tuple[Any, ...], tuple[str, str]] = {}
        for row in sorted(self.given, key=operator.itemgetter("ended_ms")):
            shared = [row[name] for name in keys[1:]]
            hour = (row["ended_ms"] // 3_600_000 * 3600, *shared)
            is_failed = row["status"] >= 400 and row["quota"] == 0
            sums.setdefault(hour, Counter())["failures" if is_failed else "calls"] += 1
            for name in columns.HOUR_BIGINT[6:]:
                sums[hour][name] += row.get(name, 0)
            names[hour] = (row["username"], row["key_name"])
        whole = [dict(zip(keys, hour, strict=True)) | sums[hour] for hour in sums]
        made: Columns = {
            name: np.array([hour.get(name, 0) for hour in whole], dtype="<i8").tobytes()
            for name in columns.HOUR_BIGINT
        }
        texts = {name: [str(hour[name]) for hour in whole] for name in ("model", "group_name")}
        users, shown = ([name[place] for name in names.values()] for place in (0, 1))
        return made | texts | {"username": users, "key_name": shown}

    def _values(self, names: tuple[str, ...]) -> list[tuple[Any, ...]]:
        return [tuple(row.get(name, 0) for name in names) for row in self.given]


def batch(position: str, *rows: dict[str, Any]) -> Batch:
    """Returns a batch that ends at `position`."""
    return Batch(position, list(rows))
