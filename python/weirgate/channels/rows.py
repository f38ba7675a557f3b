"""Between wire and row: channels as they are shown, made and changed (pure).

Used by the channel services; touches no SQL and no upstream, and never shows a key.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import orjson

from weirgate._core import CoreError
from weirgate._core import mapped_model as follow_mapping
from weirgate.channels import rules
from weirgate.channels.schemas import ChannelOut
from weirgate.errors import RefusedError
from weirgate.store.tables import Channel

if TYPE_CHECKING:
    from weirgate.channels.schemas import ChannelCreate, ChannelFields, ChannelUpdate

FALLBACK_TEST_MODEL = "gpt-4o-mini"
# What an empty text cannot clear: the family saves "non-zero fields" only.
_NOT_CLEARED = ("type", "status", "name", "other", "models", "group", "other_info", "settings")


def binding(channel_id: int) -> str:
    """Returns what a channel's sealed keys are bound to."""
    return f"channel:{channel_id}"


def dumped(value: dict[str, Any]) -> str:
    """Returns the stored form of a JSON column."""
    return orjson.dumps(value).decode()


def status_filter(text: str) -> tuple[tuple[int, ...] | None, int | None]:
    """Reads the status of a list query: (these statuses, all but this one)."""
    if text in {"enabled", "1"}:
        return (rules.STATUS_ENABLED,), None
    if text in {"disabled", "0"}:
        return None, rules.STATUS_ENABLED
    return None, None


def check_fields(fields: ChannelFields, channel_type: int) -> None:
    """Checks the fields that a form names.

    Raises:
        ChannelRuleError: one does not fit; the message names it.
    """
    rules.check_models(fields.models)
    rules.check_base_url(channel_type, fields.base_url)
    rules.check_model_mapping(fields.model_mapping)
    rules.check_status_code_mapping(fields.status_code_mapping)
    for field in ("setting", "settings", "param_override", "header_override", "other_info"):
        rules.check_json_object(field, getattr(fields, field))


def parts(
    form: ChannelCreate, fields: ChannelFields, keys: list[str]
) -> list[tuple[str, str, dict[str, Any]]]:
    """Returns name, key text and channel_info of each channel to add."""
    name = fields.name or ""
    if form.mode == "multi_to_single":
        info = rules.multi_key_info(len(keys), form.multi_key_mode)
        return [(name, rules.join_keys(keys), info)]
    if form.mode == "single":
        return [(name, (fields.key or "").strip(), rules.single_key_info())]
    named = form.batch_add_set_key_prefix_2_name and len(keys) > 1
    return [(f"{name} {key[:8]}" if named else name, key, rules.single_key_info()) for key in keys]


def new_channel(fields: ChannelFields, name: str, info: dict[str, Any]) -> Channel:
    """Returns the row of a new channel, without its key."""
    given = fields.model_dump(exclude={"key", "name", "id"}, exclude_none=True)
    given["status"] = given.get("status") or rules.STATUS_ENABLED
    given.setdefault("group", "default")
    given.setdefault("models", "")
    return Channel(name=name, created_time=int(time.time()), channel_info=dumped(info), **given)


def changed_columns(form: ChannelUpdate) -> dict[str, Any]:
    """Returns the columns that a partial change writes; some an empty text cannot clear."""
    given = form.model_dump(exclude={"id", "key", "multi_key_mode", "key_mode"}, exclude_none=True)
    return {name: value for name, value in given.items() if value or name not in _NOT_CLEARED}


def channel_info(channel: Channel) -> dict[str, Any]:
    """Reads a row's channel_info; a blank or broken one is that of a single key."""
    try:
        stored = orjson.loads(channel.channel_info)
    except orjson.JSONDecodeError:
        stored = None
    return rules.single_key_info() | (stored if isinstance(stored, dict) else {})


def channel_out(channel: Channel) -> ChannelOut:
    """Shows a channel without its key."""
    columns = {
        name: getattr(channel, name)
        for name in ChannelOut.model_fields
        if name not in {"key", "channel_info"}
    }
    return ChannelOut.model_validate({**columns, "channel_info": channel_info(channel)})


def first_model(channel: Channel) -> str:
    """Returns the model to test when neither caller nor channel names one."""
    models = rules.split_list(channel.models)
    return models[0] if models else FALLBACK_TEST_MODEL


def mapped_model(channel: Channel, model: str) -> str:
    """Follows the channel's model mapping with the relay's own function.

    Raises:
        RefusedError: the mapping is not usable.
    """
    try:
        return follow_mapping((channel.model_mapping or "{}").encode(), model)
    except CoreError as error:
        raise RefusedError(str(error)) from error
