"""HTTP face of model metadata and vendors: /api/models/* and /api/vendors/* for administrators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from weirgate.catalog import metadata_schemas as models
from weirgate.web.answers import Answer, Paged, document, ok, paged
from weirgate.web.paging import PageQuery
from weirgate.web.router import Context, Permission, Route

if TYPE_CHECKING:
    from pydantic import BaseModel

    from weirgate.catalog.metadata import MetadataService
    from weirgate.catalog.metadata_sync import MetadataSync
    from weirgate.catalog.vendors import VendorService

_MODELS, _VENDORS = ("model",), ("vendor",)
_ADMIN = Permission.ADMIN


def routes(metadata: MetadataService, sync: MetadataSync, vendors: VendorService) -> list[Route]:
    """Returns all rows of model metadata and vendors."""
    return [
        *_model_reads(metadata),
        *_model_writes(metadata),
        *_sync(sync),
        *_vendor_reads(vendors),
        *_vendor_writes(vendors),
    ]


def _short(row: BaseModel) -> dict[str, object]:
    """Returns a row without what is empty, as the family leaves it out."""
    return row.model_dump(exclude_none=True)


def _model_reads(service: MetadataService) -> list[Route]:
    async def search(context: Context[models.ModelSearch, None]) -> Answer:
        page, query = context.query.page(), context.query
        found = await service.page(context.uow, query.keyword, query.vendor, page)
        items = [_short(item) for item in found.items]
        return paged(page, found.total, items, vendor_counts=found.vendor_counts)

    async def missing(context: Context[None, None]) -> Answer:
        return document({"success": True, "data": await service.missing(context.uow)})

    async def get_model(context: Context[None, None]) -> Answer:
        return ok(_short(await service.get(context.uow, context.id())))

    async def list_models(context: Context[PageQuery, None]) -> Answer:
        page = context.query.page()
        found = await service.page(context.uow, "", "", page)
        items = [_short(item) for item in found.items]
        return paged(page, found.total, items, vendor_counts=found.vendor_counts)

    return [
        Route(method="GET", path="/api/models/", permission=_ADMIN, handler=list_models,
              query=PageQuery, answer=models.ModelPage, tags=_MODELS,
              summary="List model metadata"),
        Route(method="GET", path="/api/models/search", permission=_ADMIN, handler=search,
              query=models.ModelSearch, answer=models.ModelPage, tags=_MODELS,
              summary="Search model metadata"),
        Route(method="GET", path="/api/models/missing", permission=_ADMIN, handler=missing,
              answer=models.MissingModels, envelope=False, tags=_MODELS,
              summary="Served models without metadata"),
        Route(method="GET", path="/api/models/:id", permission=_ADMIN, handler=get_model,
              answer=models.ModelOut, tags=_MODELS, summary="Read one model's metadata"),
    ]  # fmt: skip


def _model_writes(service: MetadataService) -> list[Route]:
    async def create(context: Context[None, models.ModelIn]) -> Answer:
        return ok(_short(await service.create(context.uow, context.caller, context.body)))

    async def update(context: Context[models.StatusOnlyQuery, models.ModelIn]) -> Answer:
        status_only = bool(context.query.status_only)
        changed = await service.update(
            context.uow, context.caller, context.body, status_only=status_only
        )
        return ok(_short(changed))

    async def delete(context: Context[None, None]) -> Answer:
        await service.delete(context.uow, context.caller, context.id())
        return ok(None)

    return [
        Route(method="POST", path="/api/models/", permission=_ADMIN, handler=create,
              body=models.ModelIn, answer=models.ModelOut, tags=_MODELS,
              summary="Describe a model"),
        Route(method="PUT", path="/api/models/", permission=_ADMIN, handler=update,
              query=models.StatusOnlyQuery, body=models.ModelIn, answer=models.ModelOut,
              tags=_MODELS, summary="Change a model's metadata, or its status alone"),
        Route(method="DELETE", path="/api/models/:id", permission=_ADMIN, handler=delete,
              tags=_MODELS, summary="Delete a model's metadata"),
    ]  # fmt: skip


def _sync(service: MetadataSync) -> list[Route]:
    async def preview(context: Context[models.SyncQuery, None]) -> Answer:
        return ok(await service.preview(context.uow, context.query.locale))

    async def sync(context: Context[None, models.SyncIn]) -> Answer:
        return ok(await service.sync(context.uow, context.caller, context.body))

    return [
        Route(method="GET", path="/api/models/sync_upstream/preview", permission=_ADMIN,
              handler=preview, query=models.SyncQuery, answer=models.SyncPreview, tags=_MODELS,
              summary="What the public list would change"),
        Route(method="POST", path="/api/models/sync_upstream", permission=_ADMIN, handler=sync,
              body=models.SyncIn, answer=models.SyncResult, writes=False, tags=_MODELS,
              summary="Take over from the public list"),
    ]  # fmt: skip


def _vendor_reads(service: VendorService) -> list[Route]:
    async def list_vendors(context: Context[PageQuery, None]) -> Answer:
        page = context.query.page()
        vendors, total = await service.page(context.uow, "", page)
        return paged(page, total, [_short(vendor) for vendor in vendors])

    async def search(context: Context[models.KeywordQuery, None]) -> Answer:
        page = context.query.page()
        vendors, total = await service.page(context.uow, context.query.keyword, page)
        return paged(page, total, [_short(vendor) for vendor in vendors])

    async def get_vendor(context: Context[None, None]) -> Answer:
        return ok(_short(await service.get(context.uow, context.id())))

    return [
        Route(method="GET", path="/api/vendors/", permission=_ADMIN, handler=list_vendors,
              query=PageQuery, answer=Paged[models.VendorOut], tags=_VENDORS,
              summary="List vendors"),
        Route(method="GET", path="/api/vendors/search", permission=_ADMIN, handler=search,
              query=models.KeywordQuery, answer=Paged[models.VendorOut], tags=_VENDORS,
              summary="Search vendors"),
        Route(method="GET", path="/api/vendors/:id", permission=_ADMIN, handler=get_vendor,
              answer=models.VendorOut, tags=_VENDORS, summary="Read one vendor"),
    ]  # fmt: skip


def _vendor_writes(service: VendorService) -> list[Route]:
    async def create(context: Context[None, models.VendorIn]) -> Answer:
        return ok(_short(await service.create(context.uow, context.caller, context.body)))

    async def update(context: Context[None, models.VendorIn]) -> Answer:
        return ok(_short(await service.update(context.uow, context.caller, context.body)))

    async def delete(context: Context[None, None]) -> Answer:
        await service.delete(context.uow, context.caller, context.id())
        return ok(None)

    return [
        Route(method="POST", path="/api/vendors/", permission=_ADMIN, handler=create,
              body=models.VendorIn, answer=models.VendorOut, tags=_VENDORS,
              summary="Add a vendor"),
        Route(method="PUT", path="/api/vendors/", permission=_ADMIN, handler=update,
              body=models.VendorIn, answer=models.VendorOut, tags=_VENDORS,
              summary="Change a vendor"),
        Route(method="DELETE", path="/api/vendors/:id", permission=_ADMIN, handler=delete,
              tags=_VENDORS, summary="Delete a vendor"),
    ]  # fmt: skip
