"""Switching channels and single keys off and on by themselves, and what root is told of it.

Called inside a writing transaction with a locked row, by what failures in traffic say and by the
tests. A status set by hand is never touched here; routing is published by the transaction.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
import structlog

from weirgate.channels import rules
from weirgate.channels.repository import ChannelRepository
from weirgate.channels.rows import channel_info, dumped
from weirgate.errors import Text
from weirgate.notify.rules import Notice

if TYPE_CHECKING:
    from weirgate.store import UnitOfWork
    from weirgate.store.tables import Channel

MAX_REASON = 512
NOTICE_KIND = "channel_update"
_MAPS = ("multi_key_status_list", rules.KEY_REASONS, rules.KEY_TIMES)
log = structlog.get_logger("weirgate.channels")


@dataclass(frozen=True, slots=True)
class Switched:
    """What was switched: a channel, or one key of it, and why."""

    channel_id: int
    name: str
    key_index: int | None
    is_on: bool
    reason: str = ""

    def notice(self) -> Notice:
        """Returns what root is told."""
        key = "" if self.key_index is None else f" [{self.key_index}]"
        which = f"「{self.name}」（#{self.channel_id}{key}）"
        named = f'"{self.name}" (#{self.channel_id}{key})'
        if self.is_on:
            title = Text(f"通道{which}已被启用", f"Channel {named} was enabled")
            return Notice(NOTICE_KIND, title, title)
        return Notice(
            NOTICE_KIND,
            Text(f"通道{which}已被禁用", f"Channel {named} was disabled"),
            Text(
                f"通道{which}已被禁用，原因：{self.reason}",
                f"Channel {named} was disabled: {self.reason}",
            ),
        )


async def switch_off(
    uow: UnitOfWork, channel: Channel, key_index: int, reason: str
) -> Switched | None:
    """Switches an enabled channel, or the key of one with several, off; None: nothing to do."""
    if channel.status != rules.STATUS_ENABLED:
        return None
    now, why = int(time.time()), reason[:MAX_REASON]
    info = channel_info(channel)
    is_multi = bool(info["is_multi_key"])
    if is_multi and rules.key_statuses(info).get(key_index) is not None:
        return None
    values: dict[str, Any] = {}
    if is_multi:
        _mark(info, key_index, (rules.STATUS_AUTO_DISABLED, why, now))
        values["channel_info"] = dumped(info)
    is_whole = not is_multi or _all_off(info)
    if is_whole:
        values |= {"status": rules.STATUS_AUTO_DISABLED, "other_info": _why(channel, why, now)}
    await _write(uow, channel, values)
    log.warning("switched off", channel=channel.id, key=key_index, reason=why)
    shown = None if is_whole else key_index
    return Switched(channel.id, channel.name, shown, is_on=False, reason=why)


async def switch_on(uow: UnitOfWork, channel: Channel, key_index: int) -> Switched | None:
    """Switches on what was switched off by itself; None: nothing to do."""
    info = channel_info(channel)
    is_multi = bool(info["is_multi_key"])
    was_off = channel.status == rules.STATUS_AUTO_DISABLED
    values: dict[str, Any] = {}
    if is_multi:
        if rules.key_statuses(info).get(key_index) != rules.STATUS_AUTO_DISABLED:
            return None
        for name in _MAPS:
            kept = {place: value for place, value in (info.get(name) or {}).items()
                    if place != str(key_index)}  # fmt: skip
            info[name] = kept or None
        values["channel_info"] = dumped(info)
    elif not was_off:
        return None
    if was_off:
        values["status"] = rules.STATUS_ENABLED
    elif channel.status != rules.STATUS_ENABLED:
        return None
    await _write(uow, channel, values)
    log.info("switched on", channel=channel.id, key=key_index)
    return Switched(channel.id, channel.name, None if was_off else key_index, is_on=True)


async def _write(uow: UnitOfWork, channel: Channel, values: dict[str, Any]) -> None:
    repository = ChannelRepository(uow.session)
    await repository.write(channel.id, values)
    await repository.write_abilities(await repository.refresh(channel))
    uow.changed.routing = True


def _mark(info: dict[str, Any], key_index: int, marks: tuple[int, str, int]) -> None:
    for name, value in zip(_MAPS, marks, strict=True):
        info[name] = {**(info.get(name) or {}), str(key_index): value}


def _all_off(info: dict[str, Any]) -> bool:
    return len(rules.key_statuses(info)) >= int(info.get("multi_key_size") or 0)


def _why(channel: Channel, reason: str, now: int) -> str:
    try:
        info = orjson.loads(channel.other_info or "{}")
    except orjson.JSONDecodeError:
        info = {}
    known = info if isinstance(info, dict) else {}
    return dumped({**known, "status_reason": reason, "status_time": now})
