"""Stores what failures in traffic switched off, and tells root.

The data plane says which channel or key by the operator's rules (statuses, keywords); here it
becomes a row, a reason and a notice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import orjson

from weirgate.channels.repository import ChannelRepository
from weirgate.channels.switching import Switched, switch_off

if TYPE_CHECKING:
    from weirgate.notify.rules import Notice
    from weirgate.store import Store


class FaultSource(Protocol):
    """The data plane, as far as it is asked here."""

    def take_faults(self) -> bytes:
        """Returns the faults since the last call, a JSON list."""


class Teller(Protocol):
    """The notifier, as far as channels need it."""

    def tell_root(self, notice: Notice) -> None:
        """Puts a notice to root into the queue."""


class AutoDisable:
    """Moves faults from the data plane into the channel rows."""

    def __init__(self, store: Store, gateway: FaultSource, notices: Teller) -> None:
        self._store = store
        self._gateway = gateway
        self._notices = notices

    async def step(self) -> int | None:
        """Stores the faults that wait and returns how many; None when there was none."""
        faults: list[dict[str, Any]] = orjson.loads(self._gateway.take_faults() or b"[]")
        if not faults:
            return None
        switched: list[Switched | None] = []
        async with self._store.unit_of_work() as uow:
            repository = ChannelRepository(uow.session)
            for fault in faults:
                channel = await repository.get(fault["channel_id"], lock=True)
                if channel is not None:
                    reason = f"{fault['cause']} {fault['status']}: {fault['reason']}"
                    switched.append(await switch_off(uow, channel, fault["key_index"], reason))
        for one in switched:
            if one is not None:
                self._notices.tell_root(one.notice())
        return len(faults)
