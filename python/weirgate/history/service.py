"""The rules of the history: who sees what, what going back means, and when it is refused.

Going back is itself an edit, through the services that own the things, so abilities, routing and
the audit log follow as they do for any other. Root alone goes back: a former state may hold what
only root may set.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from weirgate.errors import (
    ConflictError,
    NotFoundError,
    RefusedError,
    RoleTooLowError,
    Text,
)
from weirgate.history import rules
from weirgate.history.repository import HistoryRepository
from weirgate.history.schemas import EditDetail, EditOut, PreviewOut, TargetChange
from weirgate.system import audit
from weirgate.system.edits import CHANNEL, OPTION

if TYPE_CHECKING:
    from weirgate.channels.service import ChannelService
    from weirgate.history.rules import State
    from weirgate.history.schemas import HistoryQuery, PreviewIn
    from weirgate.store import UnitOfWork
    from weirgate.store.tables import Edit
    from weirgate.system.service import OptionService
    from weirgate.web.auth import Caller

MAX_MODELS = 500

CHANGED_SINCE = Text(
    "此后又有修改，请先撤销较新的修改，或使用 force",
    "it was edited since: revert the newer edit first, or use force",
)
IS_SECRET = Text("密钥类设置不保留历史值", "the values of secret options are not kept")


class HistoryService:
    """Edits, for administrators."""

    def __init__(self, channels: ChannelService, options: OptionService) -> None:
        self._channels = channels
        self._options = options

    async def newest(self, uow: UnitOfWork, caller: Caller, wanted: HistoryQuery) -> list[EditOut]:
        """Returns edits, newest first; options are root's."""
        if not caller.is_root:
            wanted = wanted.model_copy(update={"kind": CHANNEL})
        rows = await HistoryRepository(uow.session).newest(wanted)
        return [_edit_out(row) for row in rows]

    async def get(self, uow: UnitOfWork, caller: Caller, edit_id: int) -> EditDetail:
        """Returns one edit and what going back would do now.

        Raises:
            NotFoundError: there is none, or it is root's to see.
        """
        row = await self._existing(uow, edit_id)
        if row.kind != CHANNEL and not caller.is_root:
            raise NotFoundError
        before, after = _state(row.before), _state(row.after)
        present = await self._present(uow, row)
        repository = HistoryRepository(uow.session)
        groups = rules.groups_touched(row.kind, row.target, present, before)
        models = rules.models_touched(row.kind, row.target, present, before)
        if row.kind != CHANNEL and groups:
            models |= set(await repository.models_of_groups(groups, MAX_MODELS))
        return EditDetail.model_validate(
            _edit_out(row).model_dump()
            | {
                "is_present": present == after,
                "revert": [change.model_dump() for change in rules.changes(present, before)],
                "models": sorted(models)[:MAX_MODELS],
                "groups": sorted(groups),
            }
        )

    async def preview(self, uow: UnitOfWork, caller: Caller, wanted: PreviewIn) -> PreviewOut:
        """Returns what a proposed edit would change and which models it touches.

        Raises:
            RoleTooLowError: options are root's.
            RefusedError: what the edit itself would be refused for.
        """
        if wanted.options and not caller.is_root:
            raise RoleTooLowError
        found = await self._proposed(uow, caller, wanted)
        repository = HistoryRepository(uow.session)
        changes, models, groups = [], set[str](), set[str]()
        for kind, target, before, after in found:
            for change in rules.changes(before, after):
                parts = change.model_dump() | {"kind": kind, "target": target}
                changes.append(TargetChange.model_validate(parts))
            touched = rules.groups_touched(kind, target, before, after)
            models |= rules.models_touched(kind, target, before, after)
            if kind != CHANNEL and touched:
                models |= set(await repository.models_of_groups(touched, MAX_MODELS))
            groups |= touched
        return PreviewOut(
            changes=changes,
            models=sorted(models)[:MAX_MODELS],
            groups=sorted(groups),
            unserved=await self._unserved(uow, found),
        )

    async def _proposed(
        self, uow: UnitOfWork, caller: Caller, wanted: PreviewIn
    ) -> list[tuple[str, str, State | None, State | None]]:
        if wanted.channel is not None:
            states = await self._channels.proposed(uow, caller, wanted.channel)
            return [(CHANNEL, str(wanted.channel.id), *states)]
        if wanted.deleted_channel:
            present = await self._channels.state(uow, wanted.deleted_channel)
            if present is None:
                raise NotFoundError
            return [(CHANNEL, str(wanted.deleted_channel), present, None)]
        options = [await self._options.proposed(uow, option) for option in wanted.options]
        return [(OPTION, key, before, after) for key, before, after in options]

    async def _unserved(
        self, uow: UnitOfWork, found: list[tuple[str, str, State | None, State | None]]
    ) -> list[str]:
        repository = HistoryRepository(uow.session)
        lost: set[str] = set()
        for kind, target, before, after in found:
            if kind == CHANNEL:
                gone = rules.served(before) - rules.served(after)
                lost |= gone - set(await repository.served_without(int(target), gone))
        return sorted(lost)[:MAX_MODELS]

    async def revert(
        self, uow: UnitOfWork, caller: Caller, edit_id: int, *, force: bool
    ) -> EditDetail:
        """Brings back what was before an edit, and returns the edit as it stands then.

        Raises:
            NotFoundError: there is no such edit.
            ConflictError: it was edited since and `force` was not said.
            RefusedError: the values of a secret option are not kept.
        """
        row = await self._existing(uow, edit_id)
        before = _state(row.before)
        if row.kind != CHANNEL and self._options.is_secret(row.target):
            raise RefusedError(IS_SECRET)
        if not force and await self._present(uow, row, lock=True) != _state(row.after):
            raise ConflictError(CHANGED_SINCE)
        if row.kind == CHANNEL:
            await self._channels.restore(uow, caller, int(row.target), before)
        else:
            value = None if before is None else str(before["value"])
            await self._options.restore(uow, caller, row.target, value)
        note = f"{row.kind} {row.target}: edit {row.id} reverted"
        audit.log(uow, audit.MANAGE, caller.user_id, caller.username, note)
        return await self.get(uow, caller, edit_id)

    async def _present(self, uow: UnitOfWork, row: Edit, *, lock: bool = False) -> State | None:
        if row.kind == CHANNEL:
            return await self._channels.state(uow, int(row.target), lock=lock)
        return await self._options.state(uow, row.target)

    async def _existing(self, uow: UnitOfWork, edit_id: int) -> Edit:
        row = await HistoryRepository(uow.session).get(edit_id)
        if row is None:
            raise NotFoundError
        return row


def _state(text: str | None) -> State | None:
    if text is None:
        return None
    found: State = orjson.loads(text)
    return found


def _edit_out(row: Edit) -> EditOut:
    before, after = _state(row.before), _state(row.after)
    return EditOut(
        id=row.id,
        at=row.at_ms // 1000,
        user_id=row.user_id,
        username=row.username,
        kind=row.kind,
        target=row.target,
        action=rules.action(before, after),
        changes=rules.changes(before, after),
    )
