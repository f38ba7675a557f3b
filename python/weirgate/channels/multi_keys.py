"""The keys of one channel with several: showing, switching and removing them one by one.

Works on the sealed key text and `channel_info` through the channel service; the channel's own
status is never touched here.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from weirgate.channels import rules
from weirgate.channels.repository import ChannelRepository
from weirgate.channels.rows import channel_info, dumped
from weirgate.channels.schemas import MultiKeyPage, MultiKeyRow
from weirgate.errors import InvalidInputError, RefusedError, Text
from weirgate.system import audit

if TYPE_CHECKING:
    from weirgate.channels.schemas import MultiKeyIn
    from weirgate.channels.service import ChannelService
    from weirgate.store import UnitOfWork
    from weirgate.store.tables import Channel
    from weirgate.web.auth import Caller

MAX_PAGE_SIZE = 1000
_Note = TypeVar("_Note", int, str)


@dataclass(slots=True)
class _Keys:
    """The keys of a channel as they are being changed."""

    channel: Channel
    texts: list[str]
    mode: str
    statuses: dict[int, int]
    reasons: dict[int, str]
    times: dict[int, int]

    def status(self, index: int) -> int:
        return self.statuses.get(index, rules.STATUS_ENABLED)

    def count(self, status: int) -> int:
        return sum(self.status(index) == status for index in range(len(self.texts)))


@dataclass(frozen=True, slots=True)
class MultiKeyAnswer:
    """What an act answers; `data` None is an answer without data."""

    message: Text
    data: MultiKeyPage | int | None = None


class MultiKeyService:
    """Acts on the keys of one channel."""

    def __init__(self, channels: ChannelService) -> None:
        self._channels = channels

    async def act(self, uow: UnitOfWork, caller: Caller, form: MultiKeyIn) -> MultiKeyAnswer:
        """Does what the form asks.

        Raises:
            RefusedError: no such channel, not a channel with several keys, nothing to do.
            InvalidInputError: unknown act, or the key index is missing or out of range.
        """
        acts = {
            "disable_key": self._switch_one,
            "enable_key": self._switch_one,
            "enable_all_keys": self._enable_all,
            "disable_all_keys": self._disable_all,
            "delete_key": self._delete_one,
            "delete_disabled_keys": self._delete_disabled,
        }
        if form.action != "get_key_status" and form.action not in acts:
            raise InvalidInputError(Text("不支持的操作", "this action is not supported"))
        keys = await self._load(uow, form.channel_id)
        if form.action == "get_key_status":
            return MultiKeyAnswer(Text("", ""), _page(keys, form))
        answer = acts[form.action](keys, form)
        await self._save(uow, caller, keys)
        note = f"channel {form.channel_id}: {form.action}"
        audit.log(uow, audit.MANAGE, caller.user_id, caller.username, note)
        return answer

    async def _load(self, uow: UnitOfWork, channel_id: int) -> _Keys:
        channel = await ChannelRepository(uow.session).get(channel_id, lock=uow.writes)
        if channel is None:
            raise RefusedError(Text("渠道不存在", "no such channel"))
        info = channel_info(channel)
        if not info["is_multi_key"]:
            raise RefusedError(Text("该渠道不是多密钥模式", "the channel has one key only"))
        texts = rules.split_keys(self._channels.key_text(channel), channel.type)
        return _Keys(
            channel,
            texts,
            info["multi_key_mode"],
            rules.key_statuses(info),
            rules.key_notes(info, rules.KEY_REASONS, str),
            rules.key_notes(info, rules.KEY_TIMES, int),
        )

    async def _save(self, uow: UnitOfWork, caller: Caller, keys: _Keys) -> None:
        info = rules.multi_key_info(len(keys.texts), keys.mode, keys.statuses)
        # Why and since when stands only beside keys that are still off.
        for name, notes in ((rules.KEY_REASONS, keys.reasons), (rules.KEY_TIMES, keys.times)):
            kept = {str(index): note for index, note in notes.items() if index in keys.statuses}
            info[name] = kept or None
        values: dict[str, Any] = {"channel_info": dumped(info)}
        text = rules.join_keys(keys.texts)
        if text != self._channels.key_text(keys.channel):
            values["key_encrypted"] = self._channels.seal(keys.channel.id, text)
        await self._channels.write(uow, caller, keys.channel, values)

    def _switch_one(self, keys: _Keys, form: MultiKeyIn) -> MultiKeyAnswer:
        index = _index(keys, form)
        if form.action == "enable_key":
            keys.statuses.pop(index, None)
            return MultiKeyAnswer(Text("密钥已启用", "the key is enabled"))
        _switch_off(keys, [index])
        return MultiKeyAnswer(Text("密钥已禁用", "the key is disabled"))

    def _enable_all(self, keys: _Keys, _form: MultiKeyIn) -> MultiKeyAnswer:
        enabled = len(keys.statuses)
        keys.statuses = {}
        return MultiKeyAnswer(Text(f"已启用 {enabled} 个密钥", f"{enabled} keys enabled"))

    def _disable_all(self, keys: _Keys, _form: MultiKeyIn) -> MultiKeyAnswer:
        enabled = [
            index for index in range(len(keys.texts)) if keys.status(index) == rules.STATUS_ENABLED
        ]
        if not enabled:
            raise RefusedError(Text("没有可禁用的密钥", "no key is left to disable"))
        _switch_off(keys, enabled)
        count = len(enabled)
        return MultiKeyAnswer(Text(f"已禁用 {count} 个密钥", f"{count} keys disabled"))

    def _delete_one(self, keys: _Keys, form: MultiKeyIn) -> MultiKeyAnswer:
        index = _index(keys, form)
        _keep(keys, [place for place in range(len(keys.texts)) if place != index])
        return MultiKeyAnswer(Text("密钥已删除", "the key is deleted"))

    def _delete_disabled(self, keys: _Keys, _form: MultiKeyIn) -> MultiKeyAnswer:
        kept = [
            place
            for place in range(len(keys.texts))
            if keys.status(place) != rules.STATUS_AUTO_DISABLED
        ]
        gone = len(keys.texts) - len(kept)
        if not gone:
            raise RefusedError(
                Text("没有需要删除的自动禁用密钥", "no key was disabled automatically")
            )
        _keep(keys, kept)
        return MultiKeyAnswer(Text(f"已删除 {gone} 个自动禁用的密钥", f"{gone} keys deleted"), gone)


def _index(keys: _Keys, form: MultiKeyIn) -> int:
    if form.key_index is None:
        raise InvalidInputError(Text("未指定密钥索引", "the key index is missing"))
    if not 0 <= form.key_index < len(keys.texts):
        raise InvalidInputError(Text("密钥索引超出范围", "the key index is out of range"))
    return form.key_index


def _switch_off(keys: _Keys, places: list[int]) -> None:
    now = int(time.time())
    for place in places:
        keys.statuses[place] = rules.STATUS_DISABLED
        keys.reasons.pop(place, None)
        keys.times[place] = now


def _moved(notes: dict[int, _Note], places: list[int]) -> dict[int, _Note]:
    return {new: notes[old] for new, old in enumerate(places) if old in notes}


def _keep(keys: _Keys, places: list[int]) -> None:
    """Keeps the keys at these places; what is known of them moves with them."""
    if not places:
        raise RefusedError(Text("不能删除最后一个密钥", "the last key cannot be deleted"))
    keys.statuses = _moved(keys.statuses, places)
    keys.reasons = _moved(keys.reasons, places)
    keys.times = _moved(keys.times, places)
    keys.texts = [keys.texts[place] for place in places]


def _page(keys: _Keys, form: MultiKeyIn) -> MultiKeyPage:
    wanted = [
        index
        for index in range(len(keys.texts))
        if form.status is None or keys.status(index) == form.status
    ]
    size = min(form.page_size, MAX_PAGE_SIZE) if form.page_size > 0 else 50
    total_pages = max(1, -(-len(wanted) // size))
    page = min(max(form.page, 1), total_pages)
    shown = wanted[(page - 1) * size : page * size]
    return MultiKeyPage(
        keys=[
            MultiKeyRow(
                index=index,
                status=keys.status(index),
                key_preview=rules.key_preview(keys.texts[index]),
                disabled_time=keys.times.get(index),
                reason=keys.reasons.get(index),
            )
            for index in shown
        ],
        total=len(wanted),
        page=page,
        page_size=size,
        total_pages=total_pages,
        enabled_count=keys.count(rules.STATUS_ENABLED),
        manual_disabled_count=keys.count(rules.STATUS_DISABLED),
        auto_disabled_count=keys.count(rules.STATUS_AUTO_DISABLED),
    )
