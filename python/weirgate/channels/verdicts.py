"""What a test's outcome means, by the operator's rules, and its log row (pure)."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import orjson

from weirgate.channels import rules
from weirgate.store.tables import LogOutbox

if TYPE_CHECKING:
    from weirgate.channels.probe import ProbeResult
    from weirgate.store.tables import Channel
    from weirgate.system.option_keys import OptionValues

CONSUME = 2
NAME = "模型测试"
"""What the family calls a test's row, in its content and in the place of the key's name."""


def fault(result: ProbeResult, values: OptionValues) -> str:
    """Returns why a channel is to be switched off after this test; "" when it is not."""
    slow_s = float(values.decimal("ChannelDisableThreshold"))
    if result.succeeded:
        is_slow = slow_s > 0 and result.elapsed_ms > slow_s * 1000
        took = f"{result.elapsed_ms / 1000:.2f}"
        return f"test: {took} s is over the limit of {slow_s:g} s" if is_slow else ""
    message = result.message.lower()
    words = values.text("AutomaticDisableKeywords").splitlines()
    by_word = any(word.strip() and word.strip().lower() in message for word in words)
    if by_word or is_among(result.status, values.text("AutomaticDisableStatusCodes")):
        return f"test: {result.message}"
    return ""


def is_among(status: int, ranges: str) -> bool:
    """Says whether a status is in a list such as "401,500-503"."""
    for part in ranges.split(","):
        first, _, last = part.strip().partition("-")
        is_range = first.isdigit() and (not last or last.isdigit())
        if is_range and int(first) <= status <= int(last or first):
            return True
    return False


def log_row(channel: Channel, model: str, result: ProbeResult, *, stream: bool) -> LogOutbox:
    """Returns the log row of a test, as a call's but for its charge: nobody pays for it."""
    groups = rules.split_list(channel.group)
    other: dict[str, Any] = {
        "request_path": result.path,
        "admin_info": {"use_channel": [str(channel.id)]},
        "test": {
            "prompt_tokens": result.prompt_tokens,
            "completion_tokens": result.completion_tokens,
            "use_time_ms": result.elapsed_ms,
            "is_stream": stream,
        },
    }
    if not result.succeeded:
        other["status_code"] = result.status
    return LogOutbox(
        type=CONSUME,
        content=NAME if result.succeeded else f"{NAME}: {result.message}",
        key_name=NAME,
        model_name=model,
        channel_id=channel.id,
        group=groups[0] if groups else "",
        other=orjson.dumps(other).decode(),
        created_at_ms=time.time_ns() // 1_000_000,
    )
