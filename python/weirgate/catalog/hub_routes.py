"""HTTP face of models and prices as one-hub and done-hub have them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from weirgate.catalog import schemas as models
from weirgate.errors import NotFoundError, RoleTooLowError
from weirgate.web.answers import Answer, document, ok
from weirgate.web.router import Context, Permission, Route

if TYPE_CHECKING:
    from weirgate.catalog.hub_prices import HubPriceService
    from weirgate.catalog.service import CatalogService

_TAGS = ("model",)
_ADMIN = Permission.ADMIN
_MODEL = "/api/prices/single/*model"


def routes(catalog: CatalogService, prices: HubPriceService) -> list[Route]:
    """Returns all rows of this part."""
    return [*_reads(catalog, prices), *_single(prices), *_many(prices)]


def _reads(catalog: CatalogService, service: HubPriceService) -> list[Route]:
    async def available(context: Context[None, None]) -> Answer:
        return ok(await catalog.available(context.uow, context.maybe_caller))

    async def prices(context: Context[models.PriceQuery, None]) -> Answer:
        if context.query.type == "old":
            # The bare list that older front ends import; for administrators.
            if context.maybe_caller is None or not context.maybe_caller.is_admin:
                raise RoleTooLowError
            return document(catalog.built_in_prices())
        is_built_in = context.query.type == "default"
        found = catalog.built_in_prices() if is_built_in else await catalog.hub_prices(context.uow)
        if not found:
            raise NotFoundError
        return ok(found)

    async def priced_models(context: Context[None, None]) -> Answer:
        return ok([price.model for price in await catalog.hub_prices(context.uow)])

    async def source(context: Context[None, None]) -> Answer:
        return ok(await service.source(context.uow))

    return [
        Route(method="GET", path="/api/available_model", permission=Permission.TRY_USER,
              handler=available, answer=dict[str, models.AvailableModel], tags=_TAGS,
              summary="Models with groups and prices, as one-hub shows them"),
        Route(method="GET", path="/api/prices", permission=Permission.TRY_USER, handler=prices,
              query=models.PriceQuery, answer=list[models.HubPrice], tags=_TAGS,
              summary="Prices of models, as one-hub shows them"),
        Route(method="GET", path="/api/prices/model_list", permission=_ADMIN,
              handler=priced_models, answer=list[str], tags=_TAGS,
              summary="Names of priced models"),
        Route(method="GET", path="/api/prices/updateService", permission=_ADMIN, handler=source,
              answer=str, tags=_TAGS, summary="Where prices to sync are fetched"),
    ]  # fmt: skip


def _single(service: HubPriceService) -> list[Route]:
    async def create(context: Context[None, models.HubPriceIn]) -> Answer:
        await service.create(context.uow, context.caller, context.body)
        return ok()

    async def update(context: Context[None, models.HubPriceIn]) -> Answer:
        await service.update(context.uow, context.caller, context.path["model"], context.body)
        return ok()

    async def delete(context: Context[None, None]) -> Answer:
        await service.delete(context.uow, context.caller, [context.path["model"]])
        return ok()

    return [
        Route(method="POST", path="/api/prices/single", permission=_ADMIN, handler=create,
              body=models.HubPriceIn, tags=_TAGS, summary="Price a model in one-hub's words"),
        Route(method="PUT", path=_MODEL, permission=_ADMIN, handler=update,
              body=models.HubPriceIn, tags=_TAGS, summary="Price a model anew"),
        Route(method="DELETE", path=_MODEL, permission=_ADMIN, handler=delete, tags=_TAGS,
              summary="Take a model's price away"),
    ]  # fmt: skip


def _many(service: HubPriceService) -> list[Route]:
    async def put_many(context: Context[None, models.HubPricesIn]) -> Answer:
        form = context.body
        await service.put_many(
            context.uow, context.caller, form.original_models, form.models, form.price
        )
        return ok()

    async def delete_many(context: Context[None, models.HubModels]) -> Answer:
        await service.delete(context.uow, context.caller, context.body.models)
        return ok()

    async def sync(context: Context[models.SyncQuery, models.HubPriceList]) -> Answer:
        mode, prices = context.query.update_mode, context.body.root
        return ok(await service.sync(context.uow, context.caller, mode, prices))

    return [
        Route(method="POST", path="/api/prices/multiple", permission=_ADMIN, handler=put_many,
              body=models.HubPricesIn, tags=_TAGS, summary="Give several models one price"),
        Route(method="PUT", path="/api/prices/multiple/delete", permission=_ADMIN,
              handler=delete_many, body=models.HubModels, tags=_TAGS,
              summary="Take the prices of several models away"),
        Route(method="POST", path="/api/prices/sync", permission=_ADMIN, handler=sync,
              query=models.SyncQuery, body=models.HubPriceList, answer=int, tags=_TAGS,
              summary="Take a list of prices over"),
    ]  # fmt: skip
