"""Turns rows of the usage store into the family's log rows (pure).

`other` is put together here from our columns (relay contract §5.8), so it is never stored. What
only administrators may see is in `admin_info` and `stream_status`, which users' rows do not have.
"""

from __future__ import annotations

import base64
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import orjson

from weirgate.usage.schemas import BucketOut, LogOut

if TYPE_CHECKING:
    from collections.abc import Mapping

    from weirgate.analytics.rows import Bucket, LogRow

NO_PRICE = -1
"""model_price and user_group_ratio of a call that has none."""

FIRST_BYTE_UNKNOWN_MS = -1000
ADMIN_ONLY = ("admin_info", "stream_status", "reject_reason", "audit_info")
COMPLETED = "completed"
INCOMPLETE = "upstream_incomplete"
"""The provider itself cut its answer, at the client's own limit of tokens as a rule."""

_NUMBERS = ("model_ratio", "group_ratio", "completion_ratio", "cache_ratio")


def admin_row(row: LogRow, channel_names: Mapping[int, str]) -> LogOut:
    """Returns the row as administrators see it."""
    other = call_details(row) if row.endpoint else _loads(row.other)
    name = channel_names.get(row.channel_id, "")
    return _row(row, other, row_id=row.id, channel_name=name)


def own_row(row: LogRow, position: int) -> LogOut:
    """Returns the row as its user sees it; the id is its place in the list."""
    other = call_details(row) if row.endpoint else _loads(row.other)
    for field in ADMIN_ONLY:
        other.pop(field, None)
    return _row(row, other, row_id=position, channel_name="")


def bucket(found: Bucket, place: int) -> BucketOut:
    """Returns an hourly sum in the family's shape."""
    return BucketOut(
        id=place,
        user_id=found.user_id,
        username=found.username,
        model_name=found.model,
        created_at=found.hour,
        token_used=found.tokens,
        count=found.calls,
        quota=found.quota,
    )


def call_details(row: LogRow) -> dict[str, Any]:
    """Returns the `other` object of a call."""
    price = _loads(row.price)
    per_call = price.get("model_price")
    details: dict[str, Any] = {name: _number(price.get(name), 1) for name in _NUMBERS}
    details |= {
        "cache_tokens": row.cached_read,
        "model_price": NO_PRICE if per_call in (None, "") else _number(per_call, NO_PRICE),
        "user_group_ratio": _number(price.get("user_group_ratio"), NO_PRICE),
        "frt": _first_byte_ms(row),
        "request_path": row.endpoint,
        "admin_info": _admin_info(row),
    }
    if row.upstream_model not in {"", row.model}:
        details |= {"is_model_mapped": True, "upstream_model_name": row.upstream_model}
    if row.cache_write_5m or row.cache_write_1h:
        details |= _cache_writes(row, price)
    if row.audio_in or row.audio_out:
        details |= _audio(row, price)
    if row.image_in:
        details |= {"image": True, "image_ratio": _number(price.get("image_ratio"), 1)}
        details["image_output"] = row.image_in
    if image_output := price.get("image_output"):
        details |= {"image": True, "image_output": image_output}
    details |= _tools(price.get("tools", {}))
    if expression := price.get("expression"):
        details |= _expression(str(expression), price)
    if row.reasoning:
        details["reasoning_tokens"] = row.reasoning
    if row.is_stream:
        details["stream_status"] = _stream_status(row)
    if row.status >= 400:
        details |= {"status_code": row.status, "error_code": row.end_reason}
    return details


def _tools(tools: dict[str, dict[str, Any]]) -> dict[str, Any]:
    details: dict[str, Any] = {}
    images, images_usd = 0, Decimal(0)
    for name, ran in tools.items():
        calls, price = int(ran["calls"]), Decimal(str(ran["price"]))
        if name.startswith("image_generation"):
            images += calls
            images_usd += calls * price / 1000
            continue
        # The family has one name for both kinds of web searches.
        shown = name.removesuffix("_preview")
        details |= {
            shown: True,
            f"{shown}_call_count": calls,
            f"{shown}_price": _number(price, 0),
        }
    if images:
        # Its price is that of one call, in USD; images of several kinds have no one price.
        details |= {
            "image_generation_call": True,
            "image_generation_call_count": images,
            "image_generation_call_price": _number(images_usd / images, 0),
        }
    return details


def _expression(text: str, price: dict[str, Any]) -> dict[str, Any]:
    encoded = base64.b64encode(text.encode()).decode()
    details = {"billing_mode": "tiered_expr", "expr_b64": encoded}
    if tier := price.get("matched_tier"):
        details["matched_tier"] = str(tier)
    return details


def _cache_writes(row: LogRow, price: dict[str, Any]) -> dict[str, Any]:
    written = row.cache_write_5m + row.cache_write_1h
    ratio = _number(price.get("cache_creation_ratio"), 1)
    return {
        "cache_creation_tokens": written,
        "cache_write_tokens": written,
        "cache_creation_ratio": ratio,
        "cache_creation_tokens_5m": row.cache_write_5m,
        "cache_creation_ratio_5m": ratio,
        "cache_creation_tokens_1h": row.cache_write_1h,
        "cache_creation_ratio_1h": _number(price.get("cache_creation_ratio_1h"), 1),
    }


def _audio(row: LogRow, price: dict[str, Any]) -> dict[str, Any]:
    return {
        "audio": True,
        "audio_input": row.audio_in,
        "audio_output": row.audio_out,
        "text_input": max(row.prompt - row.audio_in, 0),
        "text_output": max(row.completion - row.audio_out, 0),
        "audio_ratio": _number(price.get("audio_ratio"), 1),
        "audio_completion_ratio": _number(price.get("audio_completion_ratio"), 1),
    }


def _stream_status(row: LogRow) -> dict[str, Any]:
    good = row.end_reason.startswith(COMPLETED) or row.end_reason == INCOMPLETE
    return {"status": "ok" if good else "error", "end_reason": row.end_reason}


def _admin_info(row: LogRow) -> dict[str, Any]:
    attempts = _attempts(row)
    made: dict[str, Any] = {
        "use_channel": [str(attempt.get("channel_id", 0)) for attempt in attempts],
        "attempts": attempts,
        "end_reason": row.end_reason,
        "usage_source": row.usage_source,
    }
    if row.usage_source == "estimate":
        made["local_count_tokens"] = True
    if row.overrun:
        made["overrun"] = True
    if attempts and attempts[-1].get("key_index"):
        made |= {"is_multi_key": True, "multi_key_index": attempts[-1]["key_index"]}
    return made


def _attempts(row: LogRow) -> list[dict[str, Any]]:
    try:
        listed = orjson.loads(row.attempts or "[]")
    except orjson.JSONDecodeError:
        return []
    return [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []


def _row(row: LogRow, other: dict[str, Any], *, row_id: int, channel_name: str) -> LogOut:
    # A channel's test is a call that went past the relay: its counts stand in `other`.
    counts = other.pop("test", None) or {}
    return LogOut(
        id=row_id,
        user_id=row.user_id,
        created_at=row.created_ms // 1000,
        type=row.type,
        content=row.content or ("" if row.end_reason in {"", COMPLETED} else row.end_reason),
        username=row.username,
        token_name=row.key_name,
        model_name=row.model,
        quota=row.quota,
        prompt_tokens=row.prompt or counts.get("prompt_tokens", 0),
        completion_tokens=row.completion or counts.get("completion_tokens", 0),
        use_time=counts.get("use_time_ms", max(row.created_ms - row.started_ms, 0)) // 1000,
        is_stream=row.is_stream or counts.get("is_stream", False),
        channel=row.channel_id,
        channel_name=channel_name,
        token_id=row.key_id,
        group=row.group_name,
        ip=row.ip,
        request_id=row.request_id,
        other=orjson.dumps(other).decode() if other else "",
    )


def _first_byte_ms(row: LogRow) -> int:
    if row.first_byte_ms == 0:
        return FIRST_BYTE_UNKNOWN_MS
    return max(row.first_byte_ms - row.started_ms, 0)


def _number(value: object, default: int) -> int | float:
    """Returns decimal text as the JSON number that the family shows."""
    try:
        number = float(str(value))
    except ValueError:
        return default
    return int(number) if number.is_integer() else number


def _loads(text: str) -> dict[str, Any]:
    try:
        value = orjson.loads(text or "{}")
    except orjson.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) else {}
