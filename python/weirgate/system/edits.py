"""Notes edits of channels and options, for the history; the services call `record` as they write.

Runs inside the edit's own transaction, so that neither is there without the other. What is older
than the option `weirgate.history_days` goes as new edits come.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import orjson

from weirgate.store.tables import Edit
from weirgate.system.repository import SystemRepository

if TYPE_CHECKING:
    from weirgate.store import UnitOfWork
    from weirgate.web.auth import Caller

CHANNEL, OPTION = "channel", "option"
HISTORY_DAYS = "weirgate.history_days"
DEFAULT_DAYS = 180
_DAY_MS = 86_400_000

State = dict[str, Any]


async def record(
    uow: UnitOfWork,
    caller: Caller,
    kind: str,
    target: str,
    before: State | None,
    after: State | None,
) -> None:
    """Adds an edit to the history; one that changed nothing is none."""
    if before == after:
        return
    now_ms = time.time_ns() // 1_000_000
    repository = SystemRepository(uow.session)
    kept = await repository.option(HISTORY_DAYS)
    days = int(kept) if kept.isascii() and kept.isdigit() else DEFAULT_DAYS
    await repository.forget_edits(now_ms - days * _DAY_MS)
    uow.session.add(
        Edit(
            at_ms=now_ms,
            user_id=caller.user_id,
            username=caller.username,
            kind=kind,
            target=target,
            before=_text(before),
            after=_text(after),
        )
    )


def _text(state: State | None) -> str | None:
    return None if state is None else orjson.dumps(state, option=orjson.OPT_SORT_KEYS).decode()
