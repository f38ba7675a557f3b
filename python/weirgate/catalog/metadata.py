"""The rules of model metadata: what administrators say of models, shown with what serves them.

Which channels, groups and price kinds a row has is read from the served models each time; nothing
here changes routing or prices.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from weirgate.catalog import metadata_rules as rules
from weirgate.catalog.metadata_repository import MetadataRepository
from weirgate.catalog.metadata_schemas import ModelOut
from weirgate.catalog.repository import CatalogRepository
from weirgate.catalog.schemas import BoundChannel
from weirgate.errors import ConflictError, InvalidInputError, NotFoundError, Text
from weirgate.store.tables import ModelMetadata, ModelVendor
from weirgate.system import audit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from weirgate.catalog.metadata_schemas import ModelIn
    from weirgate.catalog.repository import Binding
    from weirgate.catalog.service import CatalogService
    from weirgate.catalog.stamps import Stamp
    from weirgate.store import UnitOfWork
    from weirgate.web.auth import Caller
    from weirgate.web.paging import Page

NAME_TAKEN = Text("模型名称已存在", "there is a model with this name")
NAME_EMPTY = Text("模型名称不能为空", "the model's name is empty")
UNKNOWN_VENDOR = Text("供应商不存在", "there is no such vendor")


@dataclass(frozen=True, slots=True)
class ModelRows:
    """One page of rows, and how many each vendor has over all pages."""

    items: list[ModelOut]
    total: int
    vendor_counts: dict[str, int]


class MetadataService:
    """Model metadata for administrators."""

    def __init__(self, catalog: CatalogService, now_ms: Callable[[], int]) -> None:
        self._catalog = catalog
        self._now_ms = now_ms

    async def page(self, uow: UnitOfWork, keyword: str, vendor: str, page: Page) -> ModelRows:
        """Returns one page, newest first; `vendor` is an id or a name, empty for all."""
        repository = MetadataRepository(uow.session)
        vendor_id = await _vendor_id(uow, vendor)
        rows, total = await repository.model_page(keyword, vendor_id, page.offset, page.limit)
        counts = await repository.vendor_counts()
        return ModelRows(
            items=await self._shown(uow, rows),
            total=total,
            vendor_counts={str(number): count for number, count in counts.items()},
        )

    async def get(self, uow: UnitOfWork, model_id: int) -> ModelOut:
        """Returns one row.

        Raises:
            NotFoundError: there is none.
        """
        (item,) = await self._shown(uow, [await _existing(uow, model_id)])
        return item

    async def missing(self, uow: UnitOfWork) -> list[str]:
        """Returns the served models that no row speaks of, in name order."""
        book = rules.MetadataBook(await MetadataRepository(uow.session).models())
        served = await CatalogRepository(uow.session).enabled_models()
        return [model for model in served if book.of(model) is None]

    async def create(self, uow: UnitOfWork, caller: Caller, form: ModelIn) -> ModelOut:
        """Adds a row.

        Raises:
            InvalidInputError: no name, no such vendor, or endpoints that are no JSON.
            ConflictError: the name is taken.
        """
        now_s = self._now_ms() // 1000
        row = ModelMetadata(created_time=now_s)
        await _write(uow, row, form, now_s)
        await MetadataRepository(uow.session).add(row)
        _note(uow, caller, f"model {row.id} ({row.model_name}) described")
        return await self.get(uow, row.id)

    async def update(
        self, uow: UnitOfWork, caller: Caller, form: ModelIn, *, status_only: bool
    ) -> ModelOut:
        """Changes a row, or its status alone.

        Raises:
            NotFoundError: there is none.
            InvalidInputError: no name, no such vendor, or endpoints that are no JSON.
            ConflictError: the name is taken.
        """
        row = await _existing(uow, form.id, lock=True)
        now_s = self._now_ms() // 1000
        if status_only:
            row.status, row.updated_time = form.status, now_s
        else:
            await _write(uow, row, form, now_s)
        await MetadataRepository(uow.session).flush()
        _note(uow, caller, f"description of model {row.id} ({row.model_name}) changed")
        return await self.get(uow, row.id)

    async def delete(self, uow: UnitOfWork, caller: Caller, model_id: int) -> None:
        """Deletes a row.

        Raises:
            NotFoundError: there is none.
        """
        row = await _existing(uow, model_id, lock=True)
        await MetadataRepository(uow.session).delete(row)
        _note(uow, caller, f"description of model {row.id} ({row.model_name}) deleted")

    async def _shown(self, uow: UnitOfWork, rows: Sequence[ModelMetadata]) -> list[ModelOut]:
        repository = CatalogRepository(uow.session)
        served: Sequence[str] = ()
        if any(row.name_rule != rules.EXACT for row in rows):
            served = await repository.enabled_models()
        spoken = {
            row.id: [row.model_name] if row.name_rule == rules.EXACT else rules.matched(row, served)
            for row in rows
        }
        names = sorted({name for found in spoken.values() for name in found})
        by_model: dict[str, list[Binding]] = {}
        for binding in await repository.bindings(names):
            by_model.setdefault(binding.model, []).append(binding)
        stamp_of = await self._catalog.stamps(uow)
        return [_shown(row, spoken[row.id], by_model, stamp_of) for row in rows]


def _shown(
    row: ModelMetadata,
    spoken: list[str],
    by_model: dict[str, list[Binding]],
    stamp_of: Callable[[str], Stamp],
) -> ModelOut:
    """Lays a row out; what is empty is None and left out of the answer."""
    bindings = [binding for model in spoken for binding in by_model.get(model, ())]
    channels = {(binding.channel_name, binding.channel_type): None for binding in bindings}
    is_rule = row.name_rule != rules.EXACT
    return ModelOut(
        id=row.id,
        model_name=row.model_name,
        description=row.description or None,
        icon=row.icon or None,
        tags=row.tags or None,
        vendor_id=row.vendor_id or None,
        endpoints=row.endpoints or None,
        status=row.status,
        sync_official=row.sync_official,
        created_time=row.created_time,
        updated_time=row.updated_time,
        bound_channels=[BoundChannel(name=name, type=kind) for name, kind in channels] or None,
        enable_groups=sorted({binding.group for binding in bindings}) or None,
        quota_types=sorted({stamp_of(model).quota_type for model in by_model if model in spoken})
        or None,
        name_rule=row.name_rule,
        matched_models=spoken if is_rule else None,
        matched_count=len(spoken) if is_rule else None,
    )


async def _write(uow: UnitOfWork, row: ModelMetadata, form: ModelIn, now_s: int) -> None:
    repository = MetadataRepository(uow.session)
    name = rules.check_name(form.model_name, NAME_EMPTY)
    rules.check_endpoints(form.endpoints)
    if form.vendor_id and await repository.get(ModelVendor, form.vendor_id) is None:
        raise InvalidInputError(UNKNOWN_VENDOR)
    other = await repository.model_named(name)
    if other is not None and other is not row:
        raise ConflictError(NAME_TAKEN)
    row.model_name, row.name_rule, row.status = name, form.name_rule, form.status
    row.description, row.icon, row.tags = form.description, form.icon, form.tags
    row.vendor_id, row.endpoints = form.vendor_id, form.endpoints
    row.sync_official, row.updated_time = form.sync_official, now_s


async def _vendor_id(uow: UnitOfWork, vendor: str) -> int | None:
    """Returns the id of a vendor; None for all, -1 when there is none."""
    if not vendor:
        return None
    if vendor.isascii() and vendor.isdigit() and len(vendor) < 19:
        return int(vendor)
    found = await MetadataRepository(uow.session).vendor_named(vendor)
    return -1 if found is None else found.id


async def _existing(uow: UnitOfWork, model_id: int, *, lock: bool = False) -> ModelMetadata:
    row = await MetadataRepository(uow.session).get(ModelMetadata, model_id, lock=lock)
    if row is None:
        raise NotFoundError
    return row


def _note(uow: UnitOfWork, caller: Caller, text: str) -> None:
    audit.log(uow, audit.MANAGE, caller.user_id, caller.username, text)
