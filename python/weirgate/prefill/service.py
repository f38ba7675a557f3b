"""The rules of prefill groups: unique names, and items that fit their type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from weirgate.errors import ConflictError, InvalidInputError, NotFoundError, Text
from weirgate.prefill.repository import PrefillRepository
from weirgate.prefill.schemas import PrefillOut
from weirgate.store.tables import PrefillGroup
from weirgate.system import audit

if TYPE_CHECKING:
    from collections.abc import Callable

    from weirgate.prefill.schemas import PrefillIn
    from weirgate.store import UnitOfWork
    from weirgate.web.auth import Caller

NAMED = ("model", "tag")
KINDS = (*NAMED, "endpoint")
MAX_ITEMS = 10_000
MAX_ITEM = 255
MAX_BYTES = 1 << 20
NAME_EMPTY = Text("组名称和类型不能为空", "name and type of the group must not be empty")
NAME_TAKEN = Text("组名称已存在", "there is a group with this name")
BAD_ITEMS = Text("组内容格式错误", "the items of the group do not fit its type")


class PrefillService:
    """Prefill groups for administrators."""

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms

    async def listed(self, uow: UnitOfWork, kind: str) -> list[PrefillOut]:
        """Returns the groups of a type, of all when it is empty."""
        return [_shown(row) for row in await PrefillRepository(uow.session).of_type(kind)]

    async def create(self, uow: UnitOfWork, caller: Caller, form: PrefillIn) -> PrefillOut:
        """Adds a group.

        Raises:
            InvalidInputError: no name, no such type, or items of another type.
            ConflictError: the name is taken.
        """
        row = PrefillGroup(created_time=self._now_ms() // 1000)
        return await self._save(uow, caller, row, form)

    async def update(self, uow: UnitOfWork, caller: Caller, form: PrefillIn) -> PrefillOut:
        """Changes a group.

        Raises:
            NotFoundError: there is none.
            InvalidInputError: no name, no such type, or items of another type.
            ConflictError: the name is taken.
        """
        row = await _existing(uow, form.id)
        return await self._save(uow, caller, row, form)

    async def delete(self, uow: UnitOfWork, caller: Caller, group_id: int) -> None:
        """Deletes a group.

        Raises:
            NotFoundError: there is none.
        """
        row = await _existing(uow, group_id)
        await PrefillRepository(uow.session).delete(row.id)
        _note(uow, caller, f"prefill group {row.id} ({row.name}) deleted")

    async def _save(
        self, uow: UnitOfWork, caller: Caller, row: PrefillGroup, form: PrefillIn
    ) -> PrefillOut:
        name = form.name.strip()
        if not name or form.type not in KINDS:
            raise InvalidInputError(NAME_EMPTY)
        repository = PrefillRepository(uow.session)
        other = await repository.named(name)
        if other is not None and other is not row:
            raise ConflictError(NAME_TAKEN)
        row.name, row.type, row.description = name, form.type, form.description
        row.items = items_text(form.type, form.items)
        row.updated_time = self._now_ms() // 1000
        await repository.save(row)
        _note(uow, caller, f"prefill group {row.id} ({name}) written")
        return _shown(row)


def items_text(kind: str, items: Any) -> str:
    """Returns the items as JSON text.

    Raises:
        InvalidInputError: they are no names, or no endpoint text or object.
    """
    if kind in NAMED:
        names = [] if items is None else items
        fits = isinstance(names, list) and len(names) <= MAX_ITEMS
        if not fits or not all(isinstance(name, str) and len(name) <= MAX_ITEM for name in names):
            raise InvalidInputError(BAD_ITEMS)
        items = names
    elif not isinstance(items, str | dict | None):
        raise InvalidInputError(BAD_ITEMS)
    text = orjson.dumps("" if items is None else items).decode()
    if len(text) > MAX_BYTES or "\\u0000" in text:
        raise InvalidInputError(BAD_ITEMS)
    return text


def _shown(row: PrefillGroup) -> PrefillOut:
    return PrefillOut.model_validate(
        {
            "id": row.id,
            "name": row.name,
            "type": row.type,
            "items": orjson.loads(row.items),
            "description": row.description or None,
            "created_time": row.created_time,
            "updated_time": row.updated_time,
        }
    )


async def _existing(uow: UnitOfWork, group_id: int) -> PrefillGroup:
    row = await PrefillRepository(uow.session).get(group_id)
    if row is None:
        raise NotFoundError
    return row


def _note(uow: UnitOfWork, caller: Caller, text: str) -> None:
    audit.log(uow, audit.MANAGE, caller.user_id, caller.username, text)
