"""Makes test values with sensible defaults; a test names only what it is about."""

import itertools
from dataclasses import dataclass, field

import numpy as np
import orjson
from weirgate.analytics import columns

NOON_MS = 1_795_262_400_000
"""2026-11-21 12:00:00 UTC."""

_numbers = itertools.count(1)


def usage_row(**values: object) -> dict[str, object]:
    """Returns one usage row by column name: a completed call of 15 tokens for 100 units."""
    number = next(_numbers)
    row: dict[str, object] = {
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


@dataclass
class Batch:
    """A batch of usage rows as the data plane hands it over."""

    position: str
    given: list[dict[str, object]] = field(default_factory=list)
    refused: list[tuple[int, str, int, int]] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return len(self.given)

    @property
    def columns(self) -> dict[str, bytes | list[str]]:
        made: dict[str, bytes | list[str]] = {}
        for name in columns.INTEGER:
            made[name] = np.array([row.get(name, 0) for row in self.given], dtype="<i8").tobytes()
        for name in columns.BOOLEAN:
            made[name] = np.array([row.get(name) for row in self.given], dtype="|u1").tobytes()
        for name in columns.TEXT:
            made[name] = [str(row.get(name, "")) for row in self.given]
        return made


def batch(position: str, *rows: dict[str, object]) -> Batch:
    """Returns a batch that ends at `position`."""
    return Batch(position, list(rows))
