"""New tasks of a journal batch → rows, in the transaction that books their charges.

The cursor's move makes sure that each comes once; the poller takes over from there.
"""

import time
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from weirgate.store.tables import Task

_FACTS = (
    "task_id", "request_id", "platform", "action", "upstream_id", "key_index", "user_id", "key_id",
    "username", "key_name", "group", "channel_id", "model", "upstream_model", "quota",
)  # fmt: skip


async def begin_tasks(session: AsyncSession, document: bytes) -> None:
    """Writes the rows of a batch's tasks."""
    documents: list[dict[str, Any]] = orjson.loads(document)
    if not documents:
        return
    now_ms = time.time_ns() // 1_000_000
    ids = [task["task_id"] for task in documents]
    known = set(await session.scalars(select(Task.task_id).where(Task.task_id.in_(ids))))
    for task in documents:
        if task["task_id"] not in known:
            known.add(task["task_id"])
            session.add(Task(**task_columns(task, now_ms)))
    await session.flush()


def task_columns(task: dict[str, Any], now_ms: int) -> dict[str, Any]:
    """Returns a task's columns from what the journal keeps of it."""
    is_done = task["properties"].get("done") is True
    return {
        **{name: task[name] for name in _FACTS},
        "status": "SUCCESS" if is_done else "SUBMITTED",
        "progress": "100%" if is_done else "10%",
        "submit_ms": task["started_ms"],
        "finish_ms": task["ended_ms"] if is_done else 0,
        "updated_ms": now_ms,
        "next_poll_ms": task["ended_ms"],
        "properties": orjson.dumps(task["properties"]).decode(),
    }
