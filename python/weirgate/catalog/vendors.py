"""The rules of vendors: names are unique, and a deleted one leaves its models without any."""

from __future__ import annotations

from typing import TYPE_CHECKING

from weirgate.catalog import metadata_rules as rules
from weirgate.catalog.metadata_repository import MetadataRepository
from weirgate.catalog.metadata_schemas import VendorOut
from weirgate.errors import ConflictError, NotFoundError, Text
from weirgate.store.tables import ModelVendor
from weirgate.system import audit

if TYPE_CHECKING:
    from collections.abc import Callable

    from weirgate.catalog.metadata_schemas import VendorIn
    from weirgate.store import UnitOfWork
    from weirgate.web.auth import Caller
    from weirgate.web.paging import Page

NAME_TAKEN = Text("供应商名称已存在", "there is a vendor with this name")
NAME_EMPTY = Text("供应商名称不能为空", "the vendor's name is empty")


class VendorService:
    """Vendors for administrators."""

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms

    async def page(self, uow: UnitOfWork, keyword: str, page: Page) -> tuple[list[VendorOut], int]:
        """Returns one page, newest first, and the total."""
        repository = MetadataRepository(uow.session)
        rows, total = await repository.vendor_page(keyword, page.offset, page.limit)
        return [shown(row) for row in rows], total

    async def get(self, uow: UnitOfWork, vendor_id: int) -> VendorOut:
        """Returns one vendor.

        Raises:
            NotFoundError: there is none.
        """
        return shown(await _existing(uow, vendor_id))

    async def create(self, uow: UnitOfWork, caller: Caller, form: VendorIn) -> VendorOut:
        """Adds a vendor.

        Raises:
            InvalidInputError: no name.
            ConflictError: the name is taken.
        """
        now_s = self._now_ms() // 1000
        row = ModelVendor(created_time=now_s)
        await self._write(uow, row, form, now_s)
        await MetadataRepository(uow.session).add(row)
        _note(uow, caller, f"vendor {row.id} ({row.name}) added")
        return shown(row)

    async def update(self, uow: UnitOfWork, caller: Caller, form: VendorIn) -> VendorOut:
        """Changes a vendor.

        Raises:
            NotFoundError: there is none.
            InvalidInputError: no name.
            ConflictError: the name is taken.
        """
        row = await _existing(uow, form.id, lock=True)
        await self._write(uow, row, form, self._now_ms() // 1000)
        await MetadataRepository(uow.session).flush()
        _note(uow, caller, f"vendor {row.id} ({row.name}) changed")
        return shown(row)

    async def delete(self, uow: UnitOfWork, caller: Caller, vendor_id: int) -> None:
        """Deletes a vendor.

        Raises:
            NotFoundError: there is none.
        """
        row = await _existing(uow, vendor_id, lock=True)
        await MetadataRepository(uow.session).delete(row)
        _note(uow, caller, f"vendor {row.id} ({row.name}) deleted")

    async def _write(self, uow: UnitOfWork, row: ModelVendor, form: VendorIn, now_s: int) -> None:
        name = rules.check_name(form.name, NAME_EMPTY)
        other = await MetadataRepository(uow.session).vendor_named(name)
        if other is not None and other is not row:
            raise ConflictError(NAME_TAKEN)
        row.name, row.description, row.icon = name, form.description, form.icon
        row.status, row.updated_time = form.status, now_s


def shown(row: ModelVendor) -> VendorOut:
    """Returns a vendor as administrators see it."""
    return VendorOut(
        id=row.id,
        name=row.name,
        description=row.description or None,
        icon=row.icon or None,
        status=row.status,
        created_time=row.created_time,
        updated_time=row.updated_time,
    )


async def _existing(uow: UnitOfWork, vendor_id: int, *, lock: bool = False) -> ModelVendor:
    row = await MetadataRepository(uow.session).get(ModelVendor, vendor_id, lock=lock)
    if row is None:
        raise NotFoundError
    return row


def _note(uow: UnitOfWork, caller: Caller, text: str) -> None:
    audit.log(uow, audit.MANAGE, caller.user_id, caller.username, text)
