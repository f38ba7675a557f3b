"""Turns rows and options into what the data plane is told (pure: no SQL, no clock, no gateway).

Ratios travel as decimal text, digit by digit as they were written: none is ever read as a double.
A field of one channel that cannot be read is left out and named: it must not stop the others.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any, TypeAlias

import orjson
from sqlalchemy import Row

from weirgate._core import channel_prices_fault, price_expression_fault
from weirgate.channels.rules import key_statuses, split_keys, split_list
from weirgate.errors import InvalidInputError
from weirgate.keys.rules import allow_ip_list, model_list
from weirgate.store.tables import Channel, Key, User
from weirgate.system.option_checks import BY_EXPRESSION
from weirgate.system.option_keys import OptionValues
from weirgate.system.option_table import PRICE_OPTIONS

MAX_RATIO = Decimal(10) ** 9


class CompileError(Exception):
    """An option cannot be turned into routing; the text names it."""


@dataclass(frozen=True, slots=True)
class RelayDefaults:
    """What the process's settings say where no option does, in milliseconds."""

    idle_timeout_ms: int = 300_000
    total_timeout_ms: int = 3_600_000


@dataclass(frozen=True, slots=True)
class OpenChannel:
    """A channel's row with its credentials in the clear."""

    row: Channel
    key_text: str


@dataclass(frozen=True, slots=True)
class Compiled:
    """The routing document, and what was left out of it."""

    document: bytes
    warnings: list[str]


# Our own run-time options and their defaults; they are set like any other option.
OWN_NUMBERS: Mapping[str, int] = {
    "default_output_tokens": 1024,
    "connect_timeout_ms": 10_000,
    "header_timeout_ms": 60_000,
    "first_token_timeout_ms": 120_000,
}
BREAKER: Mapping[str, int] = {"window": 20, "failures": 10, "open_ms": 30_000}


def compile_routing(
    version: int,
    channels: Iterable[OpenChannel],
    options: OptionValues,
    defaults: RelayDefaults,
    limits: Mapping[str, Any] | None = None,
) -> Compiled:
    """Returns the routing document of all channels, groups, prices, options and limits.

    Raises:
        CompileError: an option holds something that cannot be routed by.
    """
    warnings: list[str] = []
    document = {
        "version": version,
        "channels": [_channel(channel, warnings) for channel in channels],
        "groups": _groups(options),
        "prices": {
            **{name: ratios(options, key) for key, name in PRICE_OPTIONS.items()},
            "tool_price": ratios(options, "tool_price_setting.prices"),
            "expression": price_expressions(options, warnings),
        },
        "options": _options(options, defaults),
        "limits": limits or {},
    }
    return Compiled(orjson.dumps(document), warnings)


Limits: TypeAlias = Mapping[int, Mapping[str, Any]]
NO_LIMITS: Limits = MappingProxyType({})


def user_rows(users: Iterable[User | Row[Any]], limits: Limits = NO_LIMITS) -> bytes:
    """Returns users (or rows with their columns) as the data plane wants them."""
    return orjson.dumps([_limited(_user(user), limits) for user in users])


def key_rows(
    keys: Iterable[Key | Row[Any]], removed: Iterable[int] = (), limits: Limits = NO_LIMITS
) -> bytes:
    """Returns keys (or rows with their columns); soft-deleted and `removed` ones as removals."""
    gone = [{"id": key_id, "deleted": True} for key_id in sorted(removed)]
    return orjson.dumps([*(_limited(_key(key), limits) for key in keys), *gone])


def _limited(row: dict[str, Any], limits: Limits) -> dict[str, Any]:
    if limits and row["id"] in limits:
        row["limits"] = limits[row["id"]]
    return row


def decimal_text(value: object) -> str:
    """Returns a JSON number, or a text that holds one, as plain decimal text.

    Raises:
        CompileError: it is no finite number, or out of range.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise CompileError(f"not a number: {value!r:.40}")
    try:
        number = Decimal(str(value))
    except ArithmeticError as error:
        raise CompileError(f"not a number: {value!r:.40}") from error
    if not number.is_finite() or abs(number) > MAX_RATIO:
        raise CompileError(f"out of range: {value!r:.40}")
    return format(number, "f")


def ratios(options: OptionValues, key: str) -> dict[str, str]:
    """Returns an option that maps names to numbers as names to decimal text."""
    return _ratio_map(key, options.exact(key))


def price_expressions(options: OptionValues, warnings: list[str]) -> dict[str, str]:
    """Returns the expressions of the models that are priced by one; broken ones are named."""
    modes = options.object("billing_setting.billing_mode")
    made: dict[str, str] = {}
    for model, text in options.object("billing_setting.billing_expr").items():
        if modes.get(model) != BY_EXPRESSION:
            continue
        fault = price_expression_fault(text) if isinstance(text, str) else "no text"
        if fault is None:
            made[model] = text
        else:
            warnings.append(f"price expression of {model}: {fault}")
    return made


def _ratio_map(key: str, given: Mapping[str, object]) -> dict[str, str]:
    made: dict[str, str] = {}
    for name, value in given.items():
        try:
            made[name] = decimal_text(value)
        except CompileError as error:
            raise CompileError(f"option {key}, {name}: {error}") from error
    return made


def _channel(channel: OpenChannel, warnings: list[str]) -> dict[str, Any]:
    row = channel.row
    info = _object(row, "channel_info", warnings)
    setting = _object(row, "setting", warnings)
    is_multi = info.get("is_multi_key") is True
    return {
        "id": row.id,
        "type": row.type,
        "name": row.name,
        "status": row.status,
        "base_url": row.base_url or "",
        "other": (row.other or "").strip() or None,
        "created_time": row.created_time or 0,
        "keys": _keys(channel, is_multi=is_multi, warnings=warnings),
        "key_status": {str(k): v for k, v in _statuses(row, info, warnings).items()},
        "key_mode": info.get("multi_key_mode") or "random",
        "weight": max(row.weight or 0, 0),
        "priority": row.priority or 0,
        "groups": split_list(row.group),
        "models": split_list(row.models),
        "model_mapping": _texts(row, "model_mapping", warnings),
        "status_code_mapping": _status_codes(row, warnings),
        "organization": row.openai_organization or None,
        "auto_ban": row.auto_ban != 0,
        "allow_private": setting.get("allow_private") is True,
        "tag": row.tag or None,
        "settings": _settings(row, setting, warnings),
        **_own_prices(row, warnings),
    }


def _own_prices(row: Channel, warnings: list[str]) -> dict[str, Any]:
    """Returns what the channel says of prices; nothing when it says nothing, or nonsense."""
    if not row.prices:
        return {}
    if fault := channel_prices_fault(row.prices.encode()):
        warnings.append(f"channel {row.id}: prices: {fault}")
        return {}
    return {"prices": orjson.loads(row.prices)}


def _settings(row: Channel, given: dict[str, Any], warnings: list[str]) -> dict[str, Any]:
    """Returns what the operator set beyond address and keys; only what is set."""

    def text(name: str) -> str:
        value = given.get(name)
        return value.strip() if isinstance(value, str) else ""

    made: dict[str, Any] = {}
    for field in ("param_override", "header_override"):
        if changes := _object(row, field, warnings):
            made[field] = changes
    if prompt := text("system_prompt"):
        goes_first = given.get("system_prompt_override") is True
        made["system_prompt"] = {"text": prompt, "goes_first": goes_first}
    if proxy := text("proxy"):
        made["proxy"] = proxy
    if given.get("pass_through_body_enabled") is True:
        made["pass_through_body"] = True
    for flag in ("thinking_to_content", "force_format"):
        if given.get(flag) is True:
            made[flag] = True
    return made


def _keys(channel: OpenChannel, *, is_multi: bool, warnings: list[str]) -> list[str]:
    if not is_multi:
        text = channel.key_text.strip()
        return [text] if text else []
    try:
        return split_keys(channel.key_text, channel.row.type)
    except InvalidInputError as error:
        warnings.append(f"channel {channel.row.id}: keys: {error}")
        return []


def _statuses(row: Channel, info: dict[str, Any], warnings: list[str]) -> dict[int, int]:
    try:
        return key_statuses(info)
    except (ValueError, TypeError, AttributeError):
        warnings.append(f"channel {row.id}: channel_info has a broken key status list")
        return {}


def _object(row: Channel, field: str, warnings: list[str]) -> dict[str, Any]:
    text = getattr(row, field) or ""
    if not text.strip():
        return {}
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        value = None
    if isinstance(value, dict):
        return value
    if value is not None or text.strip() != "null":
        warnings.append(f"channel {row.id}: {field} is no JSON object")
    return {}


def _texts(row: Channel, field: str, warnings: list[str]) -> dict[str, str]:
    given = _object(row, field, warnings)
    return {name: value for name, value in given.items() if isinstance(value, str) and value}


def _status_codes(row: Channel, warnings: list[str]) -> dict[str, int]:
    made: dict[str, int] = {}
    for source, target in _object(row, "status_code_mapping", warnings).items():
        code = str(target)
        if source.isdigit() and code.isdigit() and 100 <= int(code) <= 599:
            made[source] = int(code)
        else:
            warnings.append(f"channel {row.id}: status_code_mapping {source!r:.20} is no status")
    return made


def _groups(options: OptionValues) -> dict[str, Any]:
    by_user_group = options.exact("GroupGroupRatio")
    nested = {
        name: _ratio_map("GroupGroupRatio", given)
        for name, given in by_user_group.items()
        if isinstance(given, dict)
    }
    special = options.object("group_ratio_setting.group_special_usable_group")
    usable = options.object("UserUsableGroups")
    return {
        "ratio": ratios(options, "GroupRatio"),
        "group_group_ratio": nested,
        "usable": {name: str(text) for name, text in usable.items()},
        "special_usable": {
            name: {group: str(text) for group, text in given.items()}
            for name, given in special.items()
            if isinstance(given, dict)
        },
        "auto": [group for group in options.array("AutoGroups") if isinstance(group, str)],
    }


def _options(options: OptionValues, defaults: RelayDefaults) -> dict[str, Any]:
    pings = options.flag("general_setting.ping_interval_enabled")
    ping_s = options.integer("general_setting.ping_interval_seconds")
    return {
        "retry_times": max(options.integer("RetryTimes"), 0),
        "self_use_mode": options.flag("SelfUseModeEnabled"),
        "quota_per_unit": int(options.decimal("QuotaPerUnit")),
        "cny_per_usd": decimal_text(str(options.decimal("USDExchangeRate"))),
        "pre_consumed_default": 0,
        **{name: own_number(options, name, default) for name, default in OWN_NUMBERS.items()},
        "idle_timeout_ms": own_number(options, "idle_timeout_ms", defaults.idle_timeout_ms),
        "total_timeout_ms": own_number(options, "total_timeout_ms", defaults.total_timeout_ms),
        "ping_interval_ms": max(ping_s, 0) * 1000 if pings else 0,
        "retry_status_codes": options.text("AutomaticRetryStatusCodes"),
        "automatic_disable": options.flag("AutomaticDisableChannelEnabled"),
        "disable_status_codes": options.text("AutomaticDisableStatusCodes"),
        "disable_keywords": _keywords(options.text("AutomaticDisableKeywords")),
        "breaker": {
            name: own_number(options, f"breaker_{name}", default)
            for name, default in BREAKER.items()
        },
        "midstream_exhausted": own_choice(options, "midstream_exhausted", ("cut", "finish")),
        "unset_model_price": own_choice(options, "unset_model_price", ("refuse", "fallback")),
        "sensitive_words": sensitive_words(options),
        "midjourney": {
            "account_filter": options.flag("MjAccountFilterEnabled"),
            "mode_clear": options.flag("MjModeClearEnabled"),
            "action_check_success": options.flag("MjActionCheckSuccessEnabled"),
        },
        "midjourney_notify_base": notify_base(options),
        "affinity": {
            "enabled": options.flag("channel_affinity_setting.enabled"),
            "max_entries": _natural(options, "channel_affinity_setting.max_entries"),
            "ttl_s": _natural(options, "channel_affinity_setting.default_ttl_seconds"),
        },
        "rate_limit_headers": own_choice(options, "rate_limit_headers", ("true", "false"))
        == "true",
        "allow_private_upstreams": own_choice(options, "allow_private_upstreams", ("true", "false"))
        == "true",
    }


def _natural(options: OptionValues, key: str) -> int:
    """Returns a count or a duration that fits 32 bits; nonsense counts as 0."""
    return min(max(options.integer(key), 0), 2**31 - 1)


def _keywords(text: str) -> list[str]:
    lines = (line.strip().lower() for line in text.splitlines())
    return [line for line in lines if line]


def notify_base(options: OptionValues) -> str:
    """Returns where Midjourney proxies may tell their news; "" where they may not."""
    address = options.text("ServerAddress").strip()
    may = options.flag("MjNotifyEnabled") and address.startswith(("http://", "https://"))
    return address if may else ""


def sensitive_words(options: OptionValues) -> list[str]:
    """Returns the words that no prompt may hold; none while either switch is off."""
    if not (
        options.flag("CheckSensitiveEnabled") and options.flag("CheckSensitiveOnPromptEnabled")
    ):
        return []
    words = (line.strip() for line in options.text("SensitiveWords").splitlines())
    return [word for word in words if word]


def own_number(options: OptionValues, name: str, default: int) -> int:
    """Returns our option weirgate.<name>; the default when it is unset or no natural number."""
    text = options.text(f"weirgate.{name}").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else default


def own_choice(options: OptionValues, name: str, choices: tuple[str, ...]) -> str:
    """Returns our option weirgate.<name> if it is one of the choices, else the first of them."""
    text = options.text(f"weirgate.{name}").strip()
    return text if text in choices else choices[0]


def _user(user: User | Row[Any]) -> dict[str, Any]:
    if user.deleted_at is not None:
        return {"id": user.id, "deleted": True}
    setting = user_setting(user)
    return {
        "id": user.id,
        "username": user.username,
        "role": user.role,
        "status": user.status,
        "group": user.group,
        "accept_unset_price": setting.get("accept_unset_model_ratio_model") is True,
        "record_ip": setting.get("record_ip_log") is True,
    }


def user_setting(user: User | Row[Any]) -> dict[str, Any]:
    """Returns a user's settings; broken ones are empty."""
    if not user.setting:
        return {}
    try:
        value = orjson.loads(user.setting)
    except orjson.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) else {}


def _key(key: Key | Row[Any]) -> dict[str, Any]:
    if key.deleted_at is not None:
        return {"id": key.id, "deleted": True}
    return {
        "id": key.id,
        "user_id": key.user_id,
        "hash": key.key_hash,
        "name": key.name,
        "status": key.status,
        "expired_time": key.expired_time,
        "unlimited": key.unlimited_quota,
        "model_limits_enabled": key.model_limits_enabled,
        "model_limits": model_list(key.model_limits),
        "allow_ips": allow_ip_list(key.allow_ips),
        "group": key.group,
        "cross_group_retry": key.cross_group_retry,
    }
