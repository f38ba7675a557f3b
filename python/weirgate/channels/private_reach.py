"""Who may let a channel reach private networks: root alone, and nobody else may then redirect it.

Called by the channel service before a write, with the row as it is and the fields as they are
asked for; pure. The permission stands in the channel's `setting` as `allow_private`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from weirgate.channels.rules import ChannelRuleError
from weirgate.errors import RoleTooLowError, Text

if TYPE_CHECKING:
    from weirgate.channels.schemas import ChannelFields
    from weirgate.store.tables import Channel
    from weirgate.web.auth import Caller

FIELD = "allow_private"

_ONLY_ROOT_ALLOWS = Text(
    "只有超级管理员可以允许渠道访问私有网络 (allow_private)",
    "only the root user may let a channel reach private networks (allow_private)",
)
_ONLY_ROOT_REDIRECTS = Text(
    "该渠道可以访问私有网络,只有超级管理员可以更改其地址或代理",
    "this channel may reach private networks: only the root user may change its address or proxy",
)


def allows_private(channel: Channel) -> bool:
    """Says whether root lets this channel reach private networks."""
    return _read(channel.setting).get(FIELD) is True


def check(caller: Caller, channel: Channel | None, wanted: ChannelFields) -> None:
    """Checks what a caller asks for against what the channel is; None is a new one.

    Raises:
        ChannelRuleError: the permission is neither true nor false.
        RoleTooLowError: the caller is not root, and would grant the permission or redirect a
            channel that has it.
    """
    asked = None if wanted.setting is None else _read(wanted.setting)
    if asked is not None and not isinstance(asked.get(FIELD, False), bool):
        raise ChannelRuleError(f"setting: {FIELD} must be true or false")
    if caller.is_root:
        return
    had = channel is not None and allows_private(channel)
    has = had if asked is None else asked.get(FIELD) is True
    if has and not had:
        raise RoleTooLowError(_ONLY_ROOT_ALLOWS)
    if has and channel is not None and _redirects(channel, wanted, asked):
        raise RoleTooLowError(_ONLY_ROOT_REDIRECTS)


def _redirects(channel: Channel, wanted: ChannelFields, asked: dict[str, Any] | None) -> bool:
    if wanted.base_url is not None and wanted.base_url != (channel.base_url or ""):
        return True
    proxy = _read(channel.setting).get("proxy")
    return asked is not None and asked.get("proxy") != proxy


def _read(text: str | None) -> dict[str, Any]:
    """Reads a setting; what is no JSON object grants nothing."""
    try:
        value = orjson.loads(text or "{}")
    except orjson.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) else {}
