"""A channel as its history keeps it: what an administrator edits, and nothing that is measured.

The key is kept in its sealed form, which the history never shows.
"""

from __future__ import annotations

import base64
from typing import Any

from weirgate.store.tables import Channel

_MEASURED = frozenset(
    {"id", "created_time", "test_time", "response_time", "balance", "balance_updated_time",
     "used_quota"}
)  # fmt: skip
_SEALED = "key_encrypted"
COLUMNS = tuple(
    attribute.key for attribute in Channel.__mapper__.column_attrs if attribute.key not in _MEASURED
)


def state_of(channel: Channel) -> dict[str, Any]:
    """Returns what the history keeps of a channel."""
    state = {name: getattr(channel, name) for name in COLUMNS}
    state[_SEALED] = base64.b64encode(channel.key_encrypted).decode()
    return state


def values_of(state: dict[str, Any]) -> dict[str, Any]:
    """Returns the columns of a kept state; what this version does not know is left out."""
    values = {name: value for name, value in state.items() if name in COLUMNS}
    values[_SEALED] = base64.b64decode(values.get(_SEALED, ""))
    return values
