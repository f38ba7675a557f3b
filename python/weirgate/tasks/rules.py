"""Tasks without I/O: states, when to ask again, when to give up, and what clients are shown.

Shapes are the family's (relay contract 7). The provider's own ids never appear in an answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from weirgate.store.tables import Task

SUBMITTED = "SUBMITTED"
QUEUED = "QUEUED"
IN_PROGRESS = "IN_PROGRESS"
SUCCESS = "SUCCESS"
FAILURE = "FAILURE"
MODAL = "MODAL"
MIDJOURNEY = "midjourney"
SUNO = "suno"

FIRST_PAUSE_MS = 3_000
LONGEST_PAUSE_MS = 30_000
MIDJOURNEY_TIMEOUT_MS = 3_600_000
TIMEOUT_MS = 86_400_000
MAX_DATA = 256 << 10
"""Longest provider's document kept with a task, in bytes; a longer one is not kept."""

_VIDEO_STATUS = {
    SUBMITTED: "queued",
    QUEUED: "queued",
    IN_PROGRESS: "in_progress",
    SUCCESS: "completed",
    FAILURE: "failed",
}
_KLING_STATUS = {SUCCESS: "succeed", FAILURE: "failed", IN_PROGRESS: "processing"}
_JIMENG_STATUS = {SUCCESS: "done", IN_PROGRESS: "generating", FAILURE: "failed"}
_PROGRESS = {SUBMITTED: "10%", QUEUED: "20%", IN_PROGRESS: "30%", MODAL: "30%"}


@dataclass(frozen=True, slots=True)
class Progress:
    """What a provider says of one task."""

    status: str
    progress: str = ""
    fail_reason: str = ""
    result_url: str = ""
    start_ms: int = 0
    data: Any = None


def is_over(status: str) -> bool:
    """Says whether nothing more will happen to a task."""
    return status in {SUCCESS, FAILURE}


def pause_ms(polls: int) -> int:
    """Returns the wait before a task is asked for again: growing, bounded."""
    doublings = min(polls // 4, 10)
    return min(FIRST_PAUSE_MS << doublings, LONGEST_PAUSE_MS)


def is_late(platform: str, submit_ms: int, now_ms: int, timeout_ms: int = TIMEOUT_MS) -> bool:
    """Says whether a task has had its time; Midjourney's is an hour, as in the family."""
    limit = min(MIDJOURNEY_TIMEOUT_MS, timeout_ms) if platform == MIDJOURNEY else timeout_ms
    return now_ms - submit_ms > limit


def progress_text(progress: Progress) -> str:
    """Returns the percentage that the family shows."""
    if is_over(progress.status):
        return "100%"
    return progress.progress or _PROGRESS.get(progress.status, "10%")


def kept_data(data: Any) -> str:
    """Returns the provider's document as it is kept."""
    if data is None:
        return ""
    text = orjson.dumps(data)
    return text.decode() if len(text) <= MAX_DATA else ""


def properties(task: Task) -> dict[str, Any]:
    """Returns what the submit said."""
    value = orjson.loads(task.properties or "{}")
    return value if isinstance(value, dict) else {}


def data(task: Task) -> dict[str, Any]:
    """Returns the provider's document; empty when there is none."""
    value = orjson.loads(task.data) if task.data else {}
    return value if isinstance(value, dict) else {}


def midjourney(task: Task, image_url: str) -> dict[str, Any]:
    """Returns a task as Midjourney's clients read it."""
    found, said = data(task), properties(task)
    return {
        "id": task.task_id,
        "action": task.action,
        "customId": found.get("customId") or "",
        "botType": found.get("botType") or said.get("botType") or "",
        "prompt": said.get("input") or found.get("prompt") or "",
        "promptEn": found.get("promptEn") or "",
        "description": found.get("description") or "",
        "state": said.get("state") or "",
        "submitTime": task.submit_ms,
        "startTime": task.start_ms,
        "finishTime": task.finish_ms,
        "imageUrl": image_url,
        "videoUrl": found.get("videoUrl") or "",
        "videoUrls": found.get("videoUrls") or [],
        "status": task.status,
        "progress": task.progress,
        "failReason": task.fail_reason,
        "buttons": found.get("buttons") or [],
        "maskBase64": found.get("maskBase64") or "",
        "properties": found.get("properties") or {},
    }


def row(task: Task) -> dict[str, Any]:
    """Returns a task as the family's task lists and fetches show it."""
    said = properties(task)
    return {
        "id": task.id or 0,
        "created_at": task.submit_ms // 1000,
        "updated_at": task.updated_ms // 1000,
        "task_id": task.task_id,
        "platform": task.platform,
        "user_id": task.user_id,
        "group": task.group,
        "channel_id": task.channel_id,
        "quota": task.quota,
        "action": task.action,
        "status": task.status,
        "fail_reason": task.fail_reason,
        "result_url": task.result_url,
        "submit_time": task.submit_ms // 1000,
        "start_time": task.start_ms // 1000,
        "finish_time": task.finish_ms // 1000,
        "progress": task.progress,
        "properties": {
            "input": said.get("input", ""),
            "upstream_model_name": task.upstream_model,
            "origin_model_name": task.model,
        },
        "username": task.username,
        "data": _without_ids(task),
    }


def _without_ids(task: Task) -> Any:
    """Returns the provider's document with our id in place of its own."""
    if not task.data:
        return None
    text = task.data
    if len(task.upstream_id) >= 4:
        text = text.replace(orjson.dumps(task.upstream_id).decode(), f'"{task.task_id}"')
    return orjson.loads(text)


def for_user(shown: dict[str, Any]) -> dict[str, Any]:
    """Returns a task's row without what is the operator's business."""
    return {name: value for name, value in shown.items() if name not in {"channel_id", "username"}}


def openai_video(task: Task) -> dict[str, Any]:
    """Returns a task as the videos API shows it."""
    said = properties(task)
    shown: dict[str, Any] = {
        "id": task.task_id,
        "task_id": task.task_id,
        "object": "video",
        "model": task.model,
        "status": _VIDEO_STATUS.get(task.status, "unknown"),
        "progress": _percent(task.progress),
        "created_at": task.submit_ms // 1000,
        "metadata": {"url": task.result_url} if task.result_url else {},
    }
    if task.finish_ms:
        shown["completed_at"] = task.finish_ms // 1000
    for name in ("seconds", "size"):
        if name in said:
            shown[name] = said[name]
    if task.status == FAILURE:
        shown["error"] = {"code": "task_failed", "message": task.fail_reason}
    return shown


def _percent(text: str) -> int:
    digits = text.removesuffix("%")
    return min(int(digits), 100) if digits.isdigit() else 0


def kling(task: Task) -> dict[str, Any]:
    """Returns a task as Kling's API shows it."""
    shown: dict[str, Any] = {
        "task_id": task.task_id,
        "task_status": _KLING_STATUS.get(task.status, "submitted"),
        "task_status_msg": task.fail_reason,
        "created_at": task.submit_ms,
        "updated_at": task.updated_ms,
    }
    if task.status == SUCCESS:
        found = data(task)
        inner = found.get("data") if isinstance(found.get("data"), dict) else found
        result = inner.get("task_result") if isinstance(inner, dict) else None
        shown["task_result"] = result or {"videos": [{"id": task.task_id, "url": task.result_url}]}
    return {"code": 0, "message": "SUCCEED", "request_id": task.request_id, "data": shown}


def jimeng(task: Task) -> dict[str, Any]:
    """Returns a task as Jimeng's API shows it."""
    shown = {
        "task_id": task.task_id,
        "status": _JIMENG_STATUS.get(task.status, "in_queue"),
        "video_url": task.result_url,
    }
    return {
        "code": 10000,
        "message": task.fail_reason or "Success",
        "request_id": task.request_id,
        "status": 10000,
        "time_elapsed": "0ms",
        "data": shown,
    }
