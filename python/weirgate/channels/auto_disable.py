"""Stores what failures switched off: a channel, or one key of a channel with several.

The data plane says which by the operator's rules (statuses, keywords); this writes the status, the
reason and the time into the row and publishes the routing. A manual status is never overwritten.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Protocol

import orjson
import structlog

from weirgate.channels import rules
from weirgate.channels.repository import ChannelRepository
from weirgate.channels.rows import channel_info, dumped

if TYPE_CHECKING:
    from weirgate.store import Store, UnitOfWork
    from weirgate.store.tables import Channel

MAX_REASON = 512
log = structlog.get_logger("weirgate.channels")


class FaultSource(Protocol):
    """The data plane, as far as it is asked here."""

    def take_faults(self) -> bytes:
        """Returns the faults since the last call, a JSON list."""


class AutoDisable:
    """Moves faults from the data plane into the channel rows."""

    def __init__(self, store: Store, gateway: FaultSource) -> None:
        self._store = store
        self._gateway = gateway

    async def step(self) -> int | None:
        """Stores the faults that wait and returns how many; None when there was none."""
        faults: list[dict[str, Any]] = orjson.loads(self._gateway.take_faults() or b"[]")
        if not faults:
            return None
        async with self._store.unit_of_work() as uow:
            for fault in faults:
                await _store(uow, fault)
        return len(faults)


async def _store(uow: UnitOfWork, fault: dict[str, Any]) -> None:
    repository = ChannelRepository(uow.session)
    channel = await repository.get(fault["channel_id"], lock=True)
    if channel is None or channel.status != rules.STATUS_ENABLED:
        return
    now = int(time.time())
    reason = f"{fault['cause']} {fault['status']}: {fault['reason']}"[:MAX_REASON]
    values: dict[str, Any] = {}
    info = channel_info(channel)
    if info["is_multi_key"]:
        values["channel_info"] = dumped(_without_key(info, fault["key_index"], reason, now))
    if not info["is_multi_key"] or _all_off(info):
        values |= {"status": rules.STATUS_AUTO_DISABLED, "other_info": _why(channel, reason, now)}
    await repository.write(channel.id, values)
    await repository.write_abilities(await repository.refresh(channel))
    uow.changed.routing = True
    log.warning("switched off", channel=channel.id, key=fault["key_index"], reason=reason)


def _without_key(info: dict[str, Any], index: int, reason: str, now: int) -> dict[str, Any]:
    key = str(index)
    for name, value in (
        ("multi_key_status_list", rules.STATUS_AUTO_DISABLED),
        ("multi_key_disabled_reason", reason),
        ("multi_key_disabled_time", now),
    ):
        info[name] = {**(info.get(name) or {}), key: value}
    return info


def _all_off(info: dict[str, Any]) -> bool:
    return len(rules.key_statuses(info)) >= int(info.get("multi_key_size") or 0)


def _why(channel: Channel, reason: str, now: int) -> str:
    try:
        info = orjson.loads(channel.other_info or "{}")
    except orjson.JSONDecodeError:
        info = {}
    known = info if isinstance(info, dict) else {}
    return dumped({**known, "status_reason": reason, "status_time": now})
