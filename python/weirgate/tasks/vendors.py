"""How each kind of provider is asked for its tasks, and what its words mean (public API pages).

Pure but for the exchange that is handed in. Providers that answer for many at once are asked once
a channel; the others once a task.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import orjson

from weirgate.tasks import signing
from weirgate.tasks.rules import (
    FAILURE,
    IN_PROGRESS,
    MIDJOURNEY,
    QUEUED,
    SUBMITTED,
    SUCCESS,
    SUNO,
    Progress,
)
from weirgate.tasks.upstream import UpstreamError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from weirgate.store.tables import Task
    from weirgate.tasks.upstream import Exchange, Provider

VOLC_ENGINE, KLING, JIMENG, VIDU, DOUBAO_VIDEO = 45, 50, 51, 52, 54
_STATES = {
    "queued": QUEUED,
    "queueing": QUEUED,
    "in_queue": QUEUED,
    "created": SUBMITTED,
    "submitted": SUBMITTED,
    "not_start": SUBMITTED,
    "in_progress": IN_PROGRESS,
    "processing": IN_PROGRESS,
    "running": IN_PROGRESS,
    "generating": IN_PROGRESS,
    "completed": SUCCESS,
    "succeed": SUCCESS,
    "succeeded": SUCCESS,
    "success": SUCCESS,
    "done": SUCCESS,
    "failed": FAILURE,
    "failure": FAILURE,
    "fail": FAILURE,
    "cancelled": FAILURE,
    "canceled": FAILURE,
    "expired": FAILURE,
    "not_found": FAILURE,
}
_REASON_LENGTH = 500


async def ask(exchange: Exchange, provider: Provider, tasks: Sequence[Task]) -> dict[str, Progress]:
    """Returns what one channel's provider says of its tasks, by the provider's own id.

    Raises:
        UpstreamError: it could not be asked at all.
    """
    exchange = partial(exchange, way=provider.way)
    platform = tasks[0].platform
    if platform == MIDJOURNEY:
        return await _midjourney(exchange, provider, tasks)
    if platform == SUNO:
        return await _suno(exchange, provider, tasks)
    found: dict[str, Progress] = {}
    failed: UpstreamError | None = None
    for task in tasks:
        try:
            found[task.upstream_id] = await _video(exchange, provider, task)
        except UpstreamError as error:
            failed = error
    if failed is not None and not found:
        raise failed
    return found


async def image_seed(exchange: Exchange, provider: Provider, upstream_id: str) -> Any:
    """Asks a Midjourney proxy for the seed of a picture.

    Raises:
        UpstreamError: it did not answer.
    """
    url = f"{_base(provider)}/mj/task/{upstream_id}/image-seed"
    headers = {"mj-api-secret": provider.key}
    return await exchange("GET", url, headers, None, way=provider.way)


def _base(provider: Provider) -> str:
    return provider.base_url.rstrip("/")


def _bearer(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}", "content-type": "application/json"}


async def _midjourney(
    exchange: Exchange, provider: Provider, tasks: Sequence[Task]
) -> dict[str, Progress]:
    body = orjson.dumps({"ids": [task.upstream_id for task in tasks]})
    headers = {"mj-api-secret": provider.key, "content-type": "application/json"}
    url = f"{_base(provider)}/mj/task/list-by-condition"
    answer = await exchange("POST", url, headers, body)
    if not isinstance(answer, list):
        raise UpstreamError("the upstream did not answer with a list of tasks")
    return {
        str(item["id"]): midjourney_progress(item)
        for item in answer
        if isinstance(item, dict) and item.get("id")
    }


def midjourney_progress(item: dict[str, Any]) -> Progress:
    """Returns what a Midjourney proxy says of one task."""
    status = str(item.get("status") or SUBMITTED).upper()
    known = {"SUBMITTED", "IN_PROGRESS", "SUCCESS", "FAILURE", "MODAL"}
    if status == "NOT_START" or status not in known:
        status = FAILURE if status == "CANCEL" else SUBMITTED
    return Progress(
        status=status,
        progress=str(item.get("progress") or "")[:16],
        fail_reason=_text(item, "failReason"),
        result_url=_text(item, "imageUrl", 2000) or _text(item, "videoUrl", 2000),
        start_ms=_number(item, "startTime"),
        data=item,
    )


async def _suno(
    exchange: Exchange, provider: Provider, tasks: Sequence[Task]
) -> dict[str, Progress]:
    body = orjson.dumps({"ids": [task.upstream_id for task in tasks]})
    answer = await exchange("POST", f"{_base(provider)}/suno/fetch", _bearer(provider.key), body)
    rows = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(rows, list):
        raise UpstreamError("the upstream did not answer with a list of tasks")
    found: dict[str, Progress] = {}
    for item in rows:
        if isinstance(item, dict) and item.get("task_id"):
            found[str(item["task_id"])] = Progress(
                status=_state(item.get("status")),
                progress=str(item.get("progress") or "")[:16],
                fail_reason=_text(item, "fail_reason"),
                start_ms=_number(item, "start_time") * 1000,
                data=item.get("data"),
            )
    return found


async def _video(exchange: Exchange, provider: Provider, task: Task) -> Progress:
    if provider.channel_type == KLING:
        return await _kling(exchange, provider, task)
    if provider.channel_type == JIMENG:
        return await _jimeng(exchange, provider, task)
    if provider.channel_type == VIDU:
        url = f"{_base(provider)}/ent/v2/tasks/{task.upstream_id}/creations"
        headers = {"authorization": f"Token {provider.key}"}
        answer = _object(await exchange("GET", url, headers, None))
        return _progress(answer, answer.get("state"), _text(answer, "err_code"), _vidu_url(answer))
    if provider.channel_type in {DOUBAO_VIDEO, VOLC_ENGINE}:
        url = f"{_base(provider)}/api/v3/contents/generations/tasks/{task.upstream_id}"
        answer = _object(await exchange("GET", url, _bearer(provider.key), None))
        content = answer.get("content")
        address = _text(content, "video_url", 4000) if isinstance(content, dict) else ""
        return _progress(answer, answer.get("status"), _error(answer), address)
    url = f"{_base(provider)}/v1/videos/{task.upstream_id}"
    answer = _object(await exchange("GET", url, _bearer(provider.key), None))
    percent = answer.get("progress")
    return _progress(
        answer,
        answer.get("status"),
        _error(answer),
        "",
        progress=f"{percent}%" if isinstance(percent, int) else "",
    )


async def _kling(exchange: Exchange, provider: Provider, task: Task) -> Progress:
    kind = "image2video" if task.action in {"image2video", "generate"} else "text2video"
    url = f"{_base(provider)}/v1/videos/{kind}/{task.upstream_id}"
    headers = _bearer(signing.kling_token(provider.key))
    answer = _object(await exchange("GET", url, headers, None))
    inner = answer.get("data")
    if not isinstance(inner, dict):
        raise UpstreamError("the upstream did not answer with a task")
    result = inner.get("task_result")
    videos = result.get("videos") if isinstance(result, dict) else None
    first = videos[0] if isinstance(videos, list) and videos else {}
    address = _text(first, "url", 4000) if isinstance(first, dict) else ""
    reason = _text(inner, "task_status_msg")
    return _progress(answer, inner.get("task_status"), reason, address)


async def _jimeng(exchange: Exchange, provider: Provider, task: Task) -> Progress:
    url = f"{_base(provider)}/?Action=CVSync2AsyncGetResult&Version=2022-08-31"
    body = orjson.dumps({"req_key": task.upstream_model, "task_id": task.upstream_id})
    headers = signing.volc_headers(provider.key, url, body)
    answer = _object(await exchange("POST", url, headers, body))
    inner = answer.get("data")
    if not isinstance(inner, dict):
        # Its refusals carry the reason beside an empty `data`.
        return Progress(FAILURE, fail_reason=_text(answer, "message") or "failed", data=answer)
    address = _text(inner, "video_url", 4000)
    return _progress(answer, inner.get("status"), _text(answer, "message"), address)


def _progress(
    document: dict[str, Any], state: object, reason: str, url: str, *, progress: str = ""
) -> Progress:
    status = _state(state)
    return Progress(
        status=status,
        progress=progress,
        fail_reason=reason if status == FAILURE else "",
        result_url=url if url.startswith(("http://", "https://")) else "",
        data=document,
    )


def _state(word: object) -> str:
    """Returns our status for a provider's word; one that we do not know means: not over yet."""
    return _STATES.get(str(word or "").lower(), IN_PROGRESS)


def _object(answer: object) -> dict[str, Any]:
    if not isinstance(answer, dict):
        raise UpstreamError("the upstream did not answer with a task")
    return answer


def _vidu_url(answer: dict[str, Any]) -> str:
    creations = answer.get("creations")
    first = creations[0] if isinstance(creations, list) and creations else {}
    return _text(first, "url", 4000) if isinstance(first, dict) else ""


def _error(answer: dict[str, Any]) -> str:
    error = answer.get("error")
    if isinstance(error, dict):
        return _text(error, "message") or _text(error, "code")
    return str(error or "")[:_REASON_LENGTH]


def _text(item: dict[str, Any], name: str, longest: int = _REASON_LENGTH) -> str:
    value = item.get(name)
    return value[:longest] if isinstance(value, str) else ""


def _number(item: dict[str, Any], name: str) -> int:
    value = item.get(name)
    return value if isinstance(value, int) and 0 <= value < 1 << 52 else 0
