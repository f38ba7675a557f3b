"""How a channel's own settings change a call to its upstream: private addresses, proxy, headers.

Read by everything in management that calls a provider, as the relay reads the same settings for
its calls. Rules that pass a client's headers have no client here, and are left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from weirgate.channels import private_reach
from weirgate.channels.egress import Way

if TYPE_CHECKING:
    from weirgate.store.tables import Channel

_OWN = frozenset({"host", "content-length", "connection", "transfer-encoding", "upgrade", "te"})
"""What the exchange itself says; no rule changes it."""


def way_of(channel: Channel, key: str, *, allows_private: bool) -> Way:
    """Returns the way to a channel's upstream with one of its keys.

    `allows_private` is what the installation lets every channel reach.
    """
    proxy = _object(channel.setting).get("proxy")
    return Way(
        allow_private=allows_private or private_reach.allows_private(channel),
        proxy=proxy.strip() if isinstance(proxy, str) else "",
        headers=overridden_headers(channel.header_override, key),
    )


def overridden_headers(text: str | None, key: str) -> dict[str, str]:
    """Returns the headers that a `header_override` sets; `{api_key}` stands for the key."""
    made: dict[str, str] = {}
    for name, value in _object(text).items():
        lowered = name.strip().lower()
        passes = lowered == "*" or lowered.startswith(("regex:", "re:"))
        if passes or lowered in _OWN or not isinstance(value, str | int | float):
            continue
        written = orjson.dumps(value).decode() if not isinstance(value, str) else value
        if not written.strip().startswith("{client_header:"):
            made[lowered] = written.replace("{api_key}", key)
    return made


def _object(text: str | None) -> dict[str, Any]:
    try:
        value = orjson.loads(text or "{}")
    except orjson.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) else {}
