"""Stands in for the data plane: records what it is told and replays given usage.

`FakeGateway` remembers publications; `FakeJournal` hands out scripted batches by position, as the
journal does, and can fail at a chosen place.
"""

from dataclasses import dataclass, field
from typing import Any

import orjson
from weirgate._core import CoreError

from tests.support.factories import Batch, batch, usage_row


class FakeGateway:
    """Keeps the newest routing, users, keys, balances and entries."""

    def __init__(self) -> None:
        self.snapshots: list[dict[str, Any]] = []
        self.users: dict[int, dict[str, Any]] = {}
        self.keys: dict[int, dict[str, Any]] = {}
        self.loads: list[dict[str, Any]] = []
        self.entries: list[list[int]] = []
        self.held: dict[int, tuple[int, int]] = {}
        """User → (held, settled and not drained)."""

        self.drained: dict[int, int] = {}
        self.refuse = ""

    def account(self, user_id: int) -> bytes:
        """Returns a wallet out of what was loaded, sent, held and drained."""
        loaded = [quota for load in self.loads for user, quota in load["users"] if user == user_id]
        sent = sum(entry[3] for entry in self.entries if entry[1] == user_id)
        held, pending = self.held.get(user_id, (0, 0))
        free = sum(loaded) + sent - self.drained.get(user_id, 0) - held - pending
        return orjson.dumps({"known": True, "free": free, "held": held, "pending": pending})

    def publish_snapshot(self, document: bytes) -> None:
        self._may_refuse("snapshot")
        self.snapshots.append(orjson.loads(document))

    def publish_users(self, rows: bytes) -> None:
        self._may_refuse("users")
        _upsert(self.users, rows)

    def publish_keys(self, rows: bytes) -> None:
        self._may_refuse("keys")
        _upsert(self.keys, rows)

    def load_accounts(self, document: bytes) -> None:
        self.loads.append(orjson.loads(document))

    def apply_entries(self, entries: bytes) -> None:
        self._may_refuse("entries")
        self.entries += orjson.loads(entries)

    def _may_refuse(self, what: str) -> None:
        if self.refuse == what:
            raise CoreError(f"{what} refused")


def _upsert(table: dict[int, dict[str, Any]], rows: bytes) -> None:
    for row in orjson.loads(rows):
        if row.get("deleted"):
            table.pop(row["id"], None)
        else:
            table[row["id"]] = row


@dataclass
class Sums:
    """Sums as the data plane hands them over."""

    position: str
    users: list[tuple[int, int, int]] = field(default_factory=list)
    keys: list[tuple[int, int, int]] = field(default_factory=list)
    channels: list[tuple[int, int, int]] = field(default_factory=list)
    records: int = 0
    tasks: bytes = b"[]"


@dataclass
class Call:
    """One settled call in the fake journal."""

    user_id: int
    key_id: int
    channel_id: int
    quota: int


class FakeJournal:
    """A journal of settled calls; position n is behind the n-th call."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.passed: dict[str, str] = {}
        self.fail_next_commit = False

    def append(self, user_id: int, quota: int, *, key_id: int = 0, channel_id: int = 0) -> None:
        self.calls.append(Call(user_id, key_id, channel_id, quota))

    def read_sums(self, position: str, max_records: int) -> Sums:
        begin = _number(position)
        calls = self.calls[begin : begin + max_records]
        return Sums(
            position=self._at(begin + len(calls), position),
            users=[(call.user_id, call.quota, 1) for call in calls],
            keys=[(call.key_id, call.quota, 1000) for call in calls if call.key_id],
            channels=[(call.channel_id, call.quota, 1) for call in calls if call.channel_id],
            records=len(calls),
        )

    def read_rows(self, position: str, max_rows: int) -> Batch:
        begin = _number(position)
        calls = self.calls[begin : begin + max_rows]
        rows = [
            usage_row(user_id=call.user_id, quota=call.quota, byte_offset=place)
            for place, call in enumerate(calls, begin)
        ]
        return batch(self._at(begin + len(calls), position), *rows)

    def commit(self, consumer: str, position: str) -> None:
        if self.fail_next_commit:
            self.fail_next_commit = False
            raise CoreError("the journal is away")
        self.passed[consumer] = position

    def _at(self, number: int, position: str) -> str:
        return f"1:1:{number}" if number else position


def _number(position: str) -> int:
    return int(position.rpartition(":")[2]) if position else 0
