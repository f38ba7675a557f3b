"""The child's side: a `Gateway` whose work is done in the other process.

Has the methods of `weirgate._core.Gateway`, so that nothing behind it knows that there are two
processes. A call takes a connection that is free, or makes one. When the other process is gone
there is nothing left to serve: every call fails with a CoreError, and the lifeline ends this one.
"""

import socket
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from weirgate._core import CoreError, GapError
from weirgate.split import wire

Sum = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Sums:
    """As `weirgate._core.SumsBatch`."""

    position: str
    users: list[Sum]
    keys: list[Sum]
    channels: list[Sum]
    records: int
    tasks: bytes


@dataclass(frozen=True, slots=True)
class Rows:
    """As `weirgate._core.RowsBatch`."""

    position: str
    rows: int
    columns: dict[str, bytes | list[str]]
    kinds: list[tuple[int | str | bool, ...]]
    payers: list[tuple[int, int, str, str]]
    hours: dict[str, bytes | list[str]]
    refused: list[tuple[int, str, int, int]]


class RemoteGateway:
    """The data plane in the other process."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._free: list[socket.socket] = []

    def publish_snapshot(self, document: bytes) -> None:
        """As `Gateway.publish_snapshot`."""
        self._ask("publish_snapshot", document)

    def tell_counts(self) -> bytes:
        """As `Gateway.tell_counts`."""
        return bytes(self._ask("tell_counts"))

    def hear_counts(self, node: int | None, told: bytes, age_ms: int) -> None:
        """As `Gateway.hear_counts`."""
        self._ask("hear_counts", node, told, age_ms)

    def divide_counts(self, me: int, nodes: list[int], number: int) -> None:
        """As `Gateway.divide_counts`."""
        self._ask("divide_counts", me, nodes, number)

    def publish_users(self, rows: bytes) -> None:
        """As `Gateway.publish_users`."""
        self._ask("publish_users", rows)

    def publish_keys(self, rows: bytes) -> None:
        """As `Gateway.publish_keys`."""
        self._ask("publish_keys", rows)

    def missing_spent(self) -> bytes:
        """As `Gateway.missing_spent`."""
        return bytes(self._ask("missing_spent"))

    def load_spent(self, rows: bytes) -> None:
        """As `Gateway.load_spent`."""
        self._ask("load_spent", rows)

    def load_accounts(self, document: bytes) -> None:
        """As `Gateway.load_accounts`."""
        self._ask("load_accounts", document)

    def apply_entries(self, entries: bytes) -> None:
        """As `Gateway.apply_entries`."""
        self._ask("apply_entries", entries)

    def lease_wants(self, patience_ms: int) -> bytes:
        """As `Gateway.lease_wants`."""
        return bytes(self._ask("lease_wants", patience_ms))

    def lease_answers(self, rows: bytes) -> None:
        """As `Gateway.lease_answers`."""
        self._ask("lease_answers", rows)

    def lease_returns(self, is_round: bool) -> bytes:  # noqa: FBT001
        """As `Gateway.lease_returns`."""
        return bytes(self._ask("lease_returns", is_round))

    def lease_recall(self, rows: bytes) -> None:
        """As `Gateway.lease_recall`."""
        self._ask("lease_recall", rows)

    def lease_reconcile(self, rows: bytes) -> None:
        """As `Gateway.lease_reconcile`."""
        self._ask("lease_reconcile", rows)

    def lease_renewed(self, sent_ms: int) -> None:
        """As `Gateway.lease_renewed`."""
        self._ask("lease_renewed", sent_ms)

    def lease_lapse(self) -> None:
        """As `Gateway.lease_lapse`."""
        self._ask("lease_lapse")

    def read_sums(self, position: str, max_records: int) -> Sums:
        """As `Gateway.read_sums`."""
        found = self._ask("read_sums", position, max_records)
        for name in ("users", "keys", "channels"):
            found[name] = _tuples(found[name])
        return Sums(**found)

    def read_rows(self, position: str, max_rows: int) -> Rows:
        """As `Gateway.read_rows`."""
        found = self._ask("read_rows", position, max_rows)
        for name in ("kinds", "payers", "refused"):
            found[name] = _tuples(found[name])
        return Rows(**found)

    def recent_tasks(self, user_id: int) -> bytes:
        """As `Gateway.recent_tasks`."""
        return bytes(self._ask("recent_tasks", user_id))

    def commit(self, consumer: str, position: str) -> None:
        """As `Gateway.commit`."""
        self._ask("commit", consumer, position)

    def serve(self) -> str:
        """As `Gateway.serve`."""
        return str(self._ask("serve"))

    def admin_address(self) -> str | None:
        """As `Gateway.admin_address`."""
        found: str | None = self._ask("admin_address")
        return found

    def check_key(self, text: str, client_ip: str | None) -> bytes:
        """As `Gateway.check_key`."""
        return bytes(self._ask("check_key", text, client_ip))

    def key_hash(self, text: str) -> str:
        """As `Gateway.key_hash`."""
        return str(self._ask("key_hash", text))

    def plan(self, request: bytes) -> bytes:
        """As `Gateway.plan`."""
        return bytes(self._ask("plan", request))

    def account(self, user_id: int) -> bytes:
        """As `Gateway.account`."""
        return bytes(self._ask("account", user_id))

    def models(self, group: str) -> list[str]:
        """As `Gateway.models`."""
        return list(self._ask("models", group))

    def status(self) -> bytes:
        """As `Gateway.status`."""
        return bytes(self._ask("status"))

    def take_faults(self) -> bytes:
        """As `Gateway.take_faults`."""
        return bytes(self._ask("take_faults"))

    def reload_tls(self) -> None:
        """As `Gateway.reload_tls`."""
        self._ask("reload_tls")

    def clear_breaker(self, channel_id: int) -> None:
        """As `Gateway.clear_breaker`."""
        self._ask("clear_breaker", channel_id)

    def shutdown(self, deadline_ms: int) -> None:
        """As `Gateway.shutdown`."""
        self._ask("shutdown", deadline_ms)

    def _ask(self, name: str, *arguments: Any) -> Any:
        try:
            line = self._take()
            try:
                wire.send(line, [name, list(arguments)])
                answer = wire.receive(line)
            except OSError:
                line.close()
                raise
        except OSError as error:
            raise CoreError(f"the data plane's process is gone: {error}") from error
        with self._lock:
            self._free.append(line)
        if "error" in answer:
            raise _error(answer)
        return answer["value"]

    def _take(self) -> socket.socket:
        with self._lock:
            if self._free:
                return self._free.pop()
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.connect(str(self._path))
        return line


def _tuples(rows: list[list[Any]]) -> list[Any]:
    return [tuple(row) for row in rows]


def _error(answer: dict[str, Any]) -> CoreError:
    gap = answer.get("gap")
    if gap is None:
        return CoreError(answer["error"])
    error = GapError(answer["error"])
    error.oldest, error.newest, error.reason = gap["oldest"], gap["newest"], gap["reason"]
    return error
