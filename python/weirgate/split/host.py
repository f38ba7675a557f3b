"""The data plane's side: answers the child's calls on the one `Gateway` of this node.

A thread a connection; the child opens as many as it has calls at once. Calls go to the same methods
that one process uses, by name, and only to those listed. The child can never stop the data plane:
`shutdown` is refused until this process itself was asked to end.
"""

import contextlib
import socket
import threading
from pathlib import Path
from typing import Any

import structlog

from weirgate._core import CoreError, GapError, Gateway, RowsBatch, SumsBatch
from weirgate.split import wire

CALLS = frozenset(
    {
        "account",
        "admin_address",
        "apply_entries",
        "check_key",
        "clear_breaker",
        "commit",
        "divide_counts",
        "hear_counts",
        "key_hash",
        "lease_answers",
        "lease_lapse",
        "lease_recall",
        "lease_reconcile",
        "lease_renewed",
        "lease_returns",
        "lease_wants",
        "load_accounts",
        "load_spent",
        "missing_spent",
        "models",
        "plan",
        "publish_keys",
        "publish_snapshot",
        "publish_users",
        "read_rows",
        "read_sums",
        "recent_tasks",
        "reload_tls",
        "status",
        "take_faults",
        "tell_counts",
    }
)
BACKLOG = 128

log = structlog.get_logger("weirgate.split")


class GatewayHost:
    """Serves one gateway on a socket."""

    def __init__(self, gateway: Gateway, path: Path) -> None:
        self.address = ""
        """Where the gateway serves; empty until the first child has asked it to."""

        self.is_stopping = False
        self._gateway = gateway
        self._path = path
        self._serving = threading.Lock()
        self._listener: socket.socket | None = None

    def start(self) -> None:
        """Listens; a stale socket is taken over, since the data folder is locked by us."""
        self._path.unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.bind(str(self._path))
        self._path.chmod(0o600)
        listener.listen(BACKLOG)
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True, name="host").start()

    def stop(self) -> None:
        """Stops listening."""
        if self._listener is not None:
            self._listener.close()
            self._path.unlink(missing_ok=True)

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                line, _ = listener.accept()
                threading.Thread(target=self._converse, args=(line,), daemon=True).start()

    def _converse(self, line: socket.socket) -> None:
        # A child that is killed leaves its connections in the middle of something.
        with line, contextlib.suppress(OSError):
            while True:
                name, arguments = wire.receive(line)
                wire.send(line, self._answer(name, arguments))

    def _answer(self, name: str, arguments: list[Any]) -> dict[str, Any]:
        try:
            return {"value": self._call(name, arguments)}
        except GapError as gap:
            told = {"oldest": gap.oldest, "newest": gap.newest, "reason": gap.reason}
            return {"error": str(gap), "gap": told}
        except CoreError as error:
            return {"error": str(error)}
        except (TypeError, ValueError, OverflowError) as error:
            log.exception("a call of the child could not be made", call=name)
            return {"error": f"{name}: {error}"}

    def _call(self, name: str, arguments: list[Any]) -> Any:
        if name == "serve":
            return self._serve()
        if name == "shutdown":
            return self._shutdown(*arguments)
        if name not in CALLS:
            raise CoreError(f"no such call: {name}")
        value = getattr(self._gateway, name)(*arguments)
        if isinstance(value, SumsBatch):
            return _sums(value)
        return _rows(value) if isinstance(value, RowsBatch) else value

    def _serve(self) -> str:
        """Serves at the first call; a child that comes back finds it serving."""
        with self._serving:
            if not self.address:
                self.address = self._gateway.serve()
            return self.address

    def _shutdown(self, deadline_ms: int) -> None:
        if not self.is_stopping:
            raise CoreError("the data plane goes on: only its own process ends it")
        self._gateway.shutdown(deadline_ms)


def _sums(batch: SumsBatch) -> dict[str, Any]:
    return {
        "position": batch.position,
        "users": batch.users,
        "keys": batch.keys,
        "channels": batch.channels,
        "records": batch.records,
        "tasks": bytes(batch.tasks),
    }


def _rows(batch: RowsBatch) -> dict[str, Any]:
    return {
        "position": batch.position,
        "rows": batch.rows,
        "columns": batch.columns,
        "kinds": batch.kinds,
        "payers": batch.payers,
        "hours": batch.hours,
        "refused": batch.refused,
    }
