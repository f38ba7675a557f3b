"""Pure rules of channels: lists in text, several keys in one channel, JSON fields, abilities.

Called by the channel service with plain values; never touches SQL, HTTP or the clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import orjson

from weirgate.channels import types
from weirgate.errors import InvalidInputError

if TYPE_CHECKING:
    from collections.abc import Iterable

STATUS_ENABLED = 1
STATUS_DISABLED = 2
STATUS_AUTO_DISABLED = 3

MODES = ("single", "batch", "multi_to_single")
KEY_MODES = ("random", "polling")
KEY_REASONS = "multi_key_disabled_reason"
KEY_TIMES = "multi_key_disabled_time"
_Note = TypeVar("_Note", int, str)
MAX_MODEL_NAME = 255
MAX_BATCH = 1000
"""Most channels that one call may add: the writer's lock is held meanwhile."""

MAX_KEYS = 10_000
"""Most keys that one call may bring: bounds the work of a request."""


class ChannelRuleError(InvalidInputError):
    """An input breaks a rule; the message is for the admin."""


@dataclass(frozen=True, slots=True)
class AbilityRow:
    """One (group, model) that a channel serves."""

    group: str
    model: str


def split_list(text: str | None) -> list[str]:
    """Splits a comma list, drops blanks and repeats, keeps the order."""
    return list(dict.fromkeys(part.strip() for part in (text or "").split(",") if part.strip()))


def ability_rows(groups: str | None, models: str | None) -> list[AbilityRow]:
    """Returns groups by models of a channel."""
    model_names = split_list(models)
    return [AbilityRow(group, model) for group in split_list(groups) for model in model_names]


def split_keys(text: str, channel_type: int) -> list[str]:
    """Splits a key field into keys: lines, or the elements of a Vertex JSON array.

    Raises:
        ChannelRuleError: more than MAX_KEYS keys, or a broken JSON array.
    """
    stripped = text.strip()
    if channel_type == types.VERTEX and stripped.startswith("["):
        keys = _vertex_keys(stripped)
    elif channel_type == types.VERTEX and stripped.startswith("{"):
        keys = [stripped]
    else:
        keys = [line.strip() for line in text.splitlines() if line.strip()]
    if len(keys) > MAX_KEYS:
        raise ChannelRuleError(f"too many keys: {len(keys)}, at most {MAX_KEYS}")
    return keys


def _vertex_keys(text: str) -> list[str]:
    try:
        elements = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise ChannelRuleError(f"key is not a valid JSON array: {error}") from error
    return [part if isinstance(part, str) else orjson.dumps(part).decode() for part in elements]


def check_batch(mode: str, count: int) -> None:
    """Checks that one call does not add more than MAX_BATCH channels."""
    if mode == "batch" and count > MAX_BATCH:
        raise ChannelRuleError(f"too many channels at once: {count}, at most {MAX_BATCH}")


def join_keys(keys: Iterable[str]) -> str:
    """Joins keys into the stored form, one a line."""
    return "\n".join(keys)


def appended_keys(old: list[str], new: list[str]) -> list[str]:
    """Returns old keys followed by the new ones that are not among them."""
    return list(dict.fromkeys([*old, *new]))


def multi_key_info(size: int, mode: str, statuses: dict[int, int] | None = None) -> dict[str, Any]:
    """Returns the `channel_info` of a channel with several keys.

    Raises:
        ChannelRuleError: the mode is neither random nor polling.
    """
    chosen = mode or "random"
    if chosen not in KEY_MODES:
        raise ChannelRuleError(f"multi_key_mode must be random or polling: {chosen[:40]}")
    kept = {str(index): status for index, status in (statuses or {}).items() if index < size}
    return {
        "is_multi_key": True,
        "multi_key_size": size,
        "multi_key_status_list": kept or None,
        "multi_key_polling_index": 0,
        "multi_key_mode": chosen,
    }


def single_key_info() -> dict[str, Any]:
    """Returns the `channel_info` of a channel with one key."""
    return {
        "is_multi_key": False,
        "multi_key_size": 0,
        "multi_key_status_list": None,
        "multi_key_polling_index": 0,
        "multi_key_mode": "",
    }


def key_statuses(info: dict[str, Any]) -> dict[int, int]:
    """Reads the status list of a `channel_info`: index → status, only keys that are off."""
    listed = info.get("multi_key_status_list") or {}
    return {int(index): int(status) for index, status in listed.items()}


def first_enabled(size: int, info: dict[str, Any]) -> int | None:
    """Returns the place of the first of `size` keys that is not switched off."""
    statuses = key_statuses(info)
    places = range(size)
    return next(
        (place for place in places if statuses.get(place, STATUS_ENABLED) == STATUS_ENABLED), None
    )


def key_notes(info: dict[str, Any], name: str, kind: type[_Note]) -> dict[int, _Note]:
    """Reads what a `channel_info` says of its keys under a name, as far as it fits."""
    listed = info.get(name)
    pairs = listed.items() if isinstance(listed, dict) else ()
    return {int(place): note for place, note in pairs if place.isdigit() and isinstance(note, kind)}


def key_preview(key: str) -> str:
    """Returns what may be shown of an upstream key: its first ten characters."""
    return f"{key[:10]}..." if len(key) > 20 else f"{key[:2]}..."


def check_models(models: str | None) -> None:
    """Checks the model list.

    Raises:
        ChannelRuleError: a name is longer than MAX_MODEL_NAME.
    """
    for model in split_list(models):
        if len(model) > MAX_MODEL_NAME:
            raise ChannelRuleError(f"模型名称过长: {model[:40]}")


def check_json_object(field: str, text: str | None) -> dict[str, Any]:
    """Checks a JSON object kept in a text field; blank is an empty one.

    Raises:
        ChannelRuleError: the text is no JSON object; the message names the field.
    """
    if text is None or not text.strip():
        return {}
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise ChannelRuleError(f"{field} is not valid JSON: {error}") from error
    if not isinstance(value, dict):
        raise ChannelRuleError(f"{field} must be a JSON object")
    return value


def check_model_mapping(text: str | None) -> None:
    """Checks that the mapping turns names into names."""
    for name, target in check_json_object("model_mapping", text).items():
        if not isinstance(target, str) or not target:
            raise ChannelRuleError(f"model_mapping must map to a model name: {name[:80]}")


def check_status_code_mapping(text: str | None) -> None:
    """Checks that the mapping turns HTTP statuses into HTTP statuses."""
    for source, target in check_json_object("status_code_mapping", text).items():
        for code in (source, target):
            if not _is_http_status(code):
                raise ChannelRuleError(f"status_code_mapping: not an HTTP status: {str(code)[:40]}")


def _is_http_status(code: object) -> bool:
    if isinstance(code, bool) or not isinstance(code, int | str):
        return False
    text = str(code)
    return text.isascii() and text.isdigit() and 100 <= int(text) <= 599


def check_vertex_region(channel_type: int, other: str | None) -> None:
    """Checks that a Vertex channel names its region."""
    if channel_type != types.VERTEX:
        return
    text = (other or "").strip()
    if not text:
        raise ChannelRuleError("部署地区不能为空")
    if text.startswith("{") and not check_json_object("other", text).get("default"):
        raise ChannelRuleError('部署地区必须包含 "default" 字段')


def check_base_url(channel_type: int, base_url: str | None) -> None:
    """Checks that a base URL, where given or needed, is an absolute http(s) address."""
    text = (base_url or "").strip()
    if not text or text in types.PLAN_NAMES:
        return
    if not text.startswith(("http://", "https://")) or len(text) > 2048:
        raise ChannelRuleError(f"base_url must begin with http:// or https://: {text[:80]}")
    if any(character.isspace() for character in text):
        raise ChannelRuleError(f"base_url holds white space (type {channel_type})")


def without_version(base_url: str) -> str:
    """Returns a base URL without the version segment at its end (`/v1`)."""
    head, _, last = base_url.rpartition("/")
    return head if last.startswith("v") and last[1:].isdigit() else base_url
