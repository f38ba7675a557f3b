"""The rules of channels: adding, changing, deleting, copying, asking for models.

Keys are stored sealed and never leave; abilities are rewritten with every change; each change
republishes routing after the commit. Calls to upstreams never run inside a writing transaction.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from weirgate.channels import private_reach, rows, rules, states
from weirgate.channels.probe import ProbeError
from weirgate.channels.repository import ChannelRepository, ChannelSelection
from weirgate.channels.schemas import (
    ChannelOut,
    ChannelsFound,
    ChannelUpdated,
    FixOut,
)
from weirgate.errors import InvalidInputError, NotFoundError, RefusedError, Text, WeirgateError
from weirgate.store.crypto import SealError
from weirgate.store.tables import Channel
from weirgate.system import audit, edits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from weirgate.channels.probe import ChannelProbe
    from weirgate.channels.schemas import (
        ChannelCreate,
        ChannelFilter,
        ChannelUpdate,
        FetchModelsIn,
        TagUpdate,
    )
    from weirgate.channels.targets import ChannelTargets
    from weirgate.store import UnitOfWork
    from weirgate.store.crypto import Sealer
    from weirgate.web.auth import Caller
    from weirgate.web.paging import Page

SCANNED_KEYS = 5000
"""Most channels whose keys a search by key decrypts."""

_MODE_UNKNOWN = Text("不支持的添加模式", "this mode of adding is not supported")
_TAG_EMPTY = Text("tag不能为空", "the tag is empty")
_KEY_EMPTY = Text("密钥不能为空", "the key is empty")


class ModelFetchError(WeirgateError):
    """The upstream did not list its models; the family answers 500 on the unsaved form."""

    code = "model_fetch_failed"
    status = 502
    family_status = 500


class TagMissingError(InvalidInputError):
    """The query names no tag; the family answers 400 here."""

    family_status = 400
    default_text = _TAG_EMPTY


class ChannelService:
    """Channels, for administrators."""

    def __init__(self, sealer: Sealer, probe: ChannelProbe, targets: ChannelTargets) -> None:
        self._sealer = sealer
        self._probe = probe
        self._targets = targets

    async def page(self, uow: UnitOfWork, wanted: ChannelFilter, page: Page) -> ChannelsFound:
        """Returns one page of channels with the counts of types."""
        selection = await self._selection(uow, wanted)
        repository = ChannelRepository(uow.session)
        find = repository.tag_page if wanted.tag_mode else repository.page
        found, total = await find(selection, page.offset, page.limit)
        counts = await repository.type_counts(selection)
        return ChannelsFound(
            items=[rows.channel_out(row) for row in found],
            total=total,
            type_counts={str(channel_type): count for channel_type, count in counts.items()},
        )

    async def get(self, uow: UnitOfWork, channel_id: int) -> ChannelOut:
        """Returns one channel.

        Raises:
            NotFoundError: no such channel.
        """
        return rows.channel_out(await _existing(uow, channel_id))

    async def create(self, uow: UnitOfWork, caller: Caller, form: ChannelCreate) -> None:
        """Adds one channel, or one for each key.

        Raises:
            InvalidInputError: unknown mode, no key, or a field that does not fit.
            RoleTooLowError: only root may let a channel reach private networks.
        """
        fields = form.channel
        if fields is None:
            raise InvalidInputError(Text("渠道信息不能为空", "the channel is missing"))
        if form.mode not in rules.MODES:
            raise InvalidInputError(_MODE_UNKNOWN)
        rows.check_fields(fields, fields.type or 0)
        private_reach.check(caller, None, fields)
        rules.check_vertex_region(fields.type or 0, fields.other)
        keys = rules.split_keys(fields.key or "", fields.type or 0)
        if not keys:
            raise InvalidInputError(_KEY_EMPTY)
        rules.check_batch(form.mode, len(keys))
        for name, key_text, info in rows.parts(form, fields, keys):
            await self._add(uow, caller, rows.new_channel(fields, name, info), key_text)
        _note(uow, caller, f"channel {fields.name or ''} added ({form.mode}, {len(keys)} keys)")

    async def update(self, uow: UnitOfWork, caller: Caller, form: ChannelUpdate) -> ChannelUpdated:
        """Changes what the form names and returns the channel.

        Raises:
            NotFoundError: no such channel.
            InvalidInputError: a field does not fit.
            RoleTooLowError: only root may let a channel reach private networks.
        """
        channel = await _existing(uow, form.id, lock=True)
        rows.check_fields(form, form.type or channel.type)
        private_reach.check(caller, channel, form)
        values = rows.changed_columns(form)
        values |= self._changed_keys(channel, form)
        channel = await self.write(uow, caller, channel, values)
        _note(uow, caller, f"channel {channel.id} changed: {', '.join(sorted(values))}")
        shown = ChannelUpdated.model_validate(rows.channel_out(channel).model_dump())
        shown.multi_key_mode, shown.key_mode = form.multi_key_mode, form.key_mode
        return shown

    async def set_status(
        self, uow: UnitOfWork, caller: Caller, ids: Sequence[int], status: int
    ) -> int:
        """Switches channels on or off and returns how many there were.

        Raises:
            InvalidInputError: the status is neither on nor off.
        """
        if status not in {rules.STATUS_ENABLED, rules.STATUS_DISABLED}:
            raise InvalidInputError
        repository = ChannelRepository(uow.session)
        existing = await repository.existing(ids)
        for channel_id in existing:
            channel = await _existing(uow, channel_id, lock=True)
            await self.write(uow, caller, channel, {"status": status})
        if existing:
            _note(uow, caller, f"channels {list(existing)[:50]} set to status {status}")
        return len(existing)

    async def delete(self, uow: UnitOfWork, caller: Caller, ids: Sequence[int]) -> int:
        """Deletes channels with their abilities and returns how many there were."""
        repository = ChannelRepository(uow.session)
        for channel_id in await repository.existing(ids):
            before = await self.state(uow, channel_id, lock=True)
            await edits.record(uow, caller, edits.CHANNEL, str(channel_id), before, None)
        gone = await repository.delete(ids)
        if gone:
            uow.changed.routing = True
            _note(uow, caller, f"channels {list(ids)[:50]} deleted")
        return gone

    async def delete_disabled(self, uow: UnitOfWork, caller: Caller) -> int:
        """Deletes all channels that are off, by hand or automatically."""
        statuses = (rules.STATUS_DISABLED, rules.STATUS_AUTO_DISABLED)
        ids = await ChannelRepository(uow.session).ids_with_status(statuses)
        return await self.delete(uow, caller, ids)

    async def fix(self, uow: UnitOfWork, caller: Caller) -> FixOut:
        """Rebuilds the abilities of all channels."""
        repository = ChannelRepository(uow.session)
        ids = await repository.all_ids()
        for channel_id in ids:
            await repository.write_abilities(await _existing(uow, channel_id))
        uow.changed.routing = True
        _note(uow, caller, f"abilities of {len(ids)} channels rebuilt")
        return FixOut(success=len(ids), fails=0)

    async def copy(
        self, uow: UnitOfWork, caller: Caller, channel_id: int, *, suffix: str, resets: bool
    ) -> int:
        """Copies a channel with its key and returns the new id; `resets` empties its books.

        Raises:
            NotFoundError: no such channel.
        """
        original = await _existing(uow, channel_id)
        skipped = {"id", "key_encrypted", "test_time", "response_time", "created_time"}
        if resets:
            skipped |= {"balance", "balance_updated_time", "used_quota"}
        copied = {
            attribute.key: getattr(original, attribute.key)
            for attribute in Channel.__mapper__.column_attrs
            if attribute.key not in skipped
        }
        copied["name"] = f"{original.name}{suffix}"
        copy = Channel(**copied, created_time=int(time.time()))
        await self._add(uow, caller, copy, self.key_text(original))
        _note(uow, caller, f"channel {channel_id} copied to {copy.id}")
        return copy.id

    async def tagged(self, uow: UnitOfWork, tag: str) -> Sequence[int]:
        """Returns the ids of the channels with a tag.

        Raises:
            InvalidInputError: the tag is empty.
        """
        if not tag:
            raise InvalidInputError(_TAG_EMPTY)
        return await ChannelRepository(uow.session).ids_with_tag(tag)

    async def update_tag(self, uow: UnitOfWork, caller: Caller, form: TagUpdate) -> None:
        """Changes all channels with a tag; what is null stays."""
        ids = await self.tagged(uow, form.tag)
        values = form.model_dump(exclude={"tag", "new_tag", "groups"}, exclude_none=True)
        if form.groups:
            values["group"] = form.groups
        if form.new_tag is not None:
            values["tag"] = form.new_tag
        rules.check_models(form.models)
        rules.check_model_mapping(form.model_mapping)
        rules.check_json_object("param_override", form.param_override)
        rules.check_json_object("header_override", form.header_override)
        await self._write_all(uow, caller, ids, values)
        _note(uow, caller, f"tag {form.tag} changed: {', '.join(sorted(values))}")

    async def set_tag(
        self, uow: UnitOfWork, caller: Caller, ids: Sequence[int], tag: str | None
    ) -> int:
        """Gives channels a tag, or takes it away, and returns how many there were."""
        existing = await ChannelRepository(uow.session).existing(ids)
        await self._write_all(uow, caller, existing, {"tag": tag or None})
        _note(uow, caller, f"channels {list(existing)[:50]} tagged {tag or ''}")
        return len(existing)

    async def models_of_tag(self, uow: UnitOfWork, tag: str) -> str:
        """Returns the longest model list among the channels with a tag.

        Raises:
            TagMissingError: the tag is empty.
        """
        if not tag:
            raise TagMissingError
        return await ChannelRepository(uow.session).longest_models_of_tag(tag)

    async def fetch_models(self, uow: UnitOfWork, channel_id: int) -> list[str]:
        """Returns the models that a channel's upstream lists.

        Raises:
            NotFoundError: no such channel.
            RefusedError: the upstream did not answer with a list.
        """
        target = await self._targets.of(uow, await _existing(uow, channel_id))
        try:
            return await self._probe.fetch_models(target)
        except ProbeError as error:
            raise RefusedError(str(error)) from error

    async def fetch_models_of(self, uow: UnitOfWork, form: FetchModelsIn) -> list[str]:
        """Returns the models of an upstream that is not saved yet.

        Raises:
            ModelFetchError: it did not answer with a list.
        """
        target = await self._targets.unsaved(uow, form.type, form.base_url, form.key)
        try:
            return await self._probe.fetch_models(target)
        except ProbeError as error:
            raise ModelFetchError(str(error)) from error

    def key_text(self, channel: Channel) -> str:
        """Returns the stored key text; see ChannelTargets."""
        return self._targets.key_text(channel)

    async def reveal_key(self, uow: UnitOfWork, channel_id: int) -> str:
        """Returns the stored key text; whoever calls has checked who may read it.

        Raises:
            NotFoundError: no such channel.
            RefusedError: it does not open with this installation's secret.
        """
        return self.key_text(await _existing(uow, channel_id))

    def seal(self, channel_id: int, text: str) -> bytes:
        """Returns the sealed form of a channel's keys."""
        return self._sealer.seal(text, rows.binding(channel_id))

    async def state(
        self, uow: UnitOfWork, channel_id: int, *, lock: bool = False
    ) -> dict[str, Any] | None:
        """Returns a channel as the history keeps it; None when there is none."""
        channel = await ChannelRepository(uow.session).get(channel_id, lock=lock)
        return None if channel is None else states.state_of(channel)

    async def proposed(
        self, uow: UnitOfWork, caller: Caller, form: ChannelUpdate
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Returns a channel's state now and as a change would leave it; writes nothing.

        Raises:
            NotFoundError, InvalidInputError, RoleTooLowError: what the change itself would raise.
        """
        channel = await _existing(uow, form.id)
        rows.check_fields(form, form.type or channel.type)
        private_reach.check(caller, channel, form)
        before = states.state_of(channel)
        values = rows.changed_columns(form)
        if form.key:
            # Sealing the same key twice differs; so does this word from any sealed key.
            values["key_encrypted"] = "new"
        return before, before | {name: part for name, part in values.items() if name in before}

    async def restore(
        self, uow: UnitOfWork, caller: Caller, channel_id: int, state: dict[str, Any] | None
    ) -> None:
        """Brings a channel back to a kept state, also one that was deleted; None deletes it."""
        if state is None:
            await self.delete(uow, caller, [channel_id])
            return
        values = states.values_of(state)
        channel = await ChannelRepository(uow.session).get(channel_id, lock=True)
        if channel is not None:
            await self.write(uow, caller, channel, values)
            return
        channel = Channel(id=channel_id, created_time=int(time.time()), **values)
        await ChannelRepository(uow.session).add(channel)
        await self._publish(uow, channel)
        after = states.state_of(channel)
        await edits.record(uow, caller, edits.CHANNEL, str(channel_id), None, after)

    async def write(
        self, uow: UnitOfWork, caller: Caller, channel: Channel, values: dict[str, Any]
    ) -> Channel:
        """Writes columns of a locked channel, its abilities and its history."""
        before = states.state_of(channel)
        repository = ChannelRepository(uow.session)
        if values:
            await repository.write(channel.id, values)
        channel = await repository.refresh(channel)
        await self._publish(uow, channel)
        after = states.state_of(channel)
        await edits.record(uow, caller, edits.CHANNEL, str(channel.id), before, after)
        return channel

    async def _add(self, uow: UnitOfWork, caller: Caller, channel: Channel, key_text: str) -> None:
        repository = ChannelRepository(uow.session)
        await repository.add(channel)
        await repository.write(channel.id, {"key_encrypted": self.seal(channel.id, key_text)})
        channel = await repository.refresh(channel)
        await self._publish(uow, channel)
        after = states.state_of(channel)
        await edits.record(uow, caller, edits.CHANNEL, str(channel.id), None, after)

    async def _publish(self, uow: UnitOfWork, channel: Channel) -> None:
        await ChannelRepository(uow.session).write_abilities(channel)
        uow.changed.routing = True

    async def _write_all(
        self, uow: UnitOfWork, caller: Caller, ids: Sequence[int], values: dict[str, Any]
    ) -> None:
        for channel_id in ids:
            channel = await _existing(uow, channel_id, lock=True)
            await self.write(uow, caller, channel, values)

    async def _selection(self, uow: UnitOfWork, wanted: ChannelFilter) -> ChannelSelection:
        statuses, not_status = rows.status_filter(wanted.status)
        return ChannelSelection(
            statuses=statuses,
            not_status=not_status,
            channel_type=int(wanted.type) if wanted.type.isascii() and wanted.type.isdigit()
            else None,
            group=wanted.group if wanted.group not in {"", "null"} else None,
            model=wanted.model or None,
            keyword=wanted.keyword or None,
            ids_by_key=await self._ids_by_key(uow, wanted.keyword),
            is_sorted_by_id=wanted.id_sort,
        )  # fmt: skip

    async def _ids_by_key(self, uow: UnitOfWork, keyword: str) -> tuple[int, ...]:
        if len(keyword) < 8:
            return ()
        sealed = await ChannelRepository(uow.session).sealed_keys(SCANNED_KEYS)
        found = []
        for channel_id, value in sealed:
            try:
                text = self._sealer.open(value, rows.binding(channel_id))
            except SealError:
                continue
            if keyword in text.splitlines():
                found.append(channel_id)
        return tuple(found)

    def _changed_keys(self, channel: Channel, form: ChannelUpdate) -> dict[str, Any]:
        info = rows.channel_info(channel)
        if not info["is_multi_key"]:
            return {"key_encrypted": self.seal(channel.id, form.key)} if form.key else {}
        mode = form.multi_key_mode or info["multi_key_mode"]
        if not form.key:
            changed = rules.multi_key_info(info["multi_key_size"], mode, rules.key_statuses(info))
            return {"channel_info": rows.dumped(changed)} if form.multi_key_mode else {}
        keys = rules.split_keys(form.key, channel.type)
        statuses: dict[int, int] = {}
        if form.key_mode == "append":
            keys = rules.appended_keys(self.key_text(channel).splitlines(), keys)
            statuses = rules.key_statuses(info)
        changed = rules.multi_key_info(len(keys), mode, statuses)
        sealed = self.seal(channel.id, rules.join_keys(keys))
        return {"key_encrypted": sealed, "channel_info": rows.dumped(changed)}


async def _existing(uow: UnitOfWork, channel_id: int, *, lock: bool = False) -> Channel:
    channel = await ChannelRepository(uow.session).get(channel_id, lock=lock)
    if channel is None:
        raise NotFoundError
    return channel


def _note(uow: UnitOfWork, caller: Caller, content: str) -> None:
    audit.log(uow, audit.MANAGE, caller.user_id, caller.username, content)
