"""HTTP face of model lists and prices.

`/api/models` stands here; `/api/models/` is another endpoint of the family (`metadata_routes`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from weirgate.catalog.schemas import ModelList, Pricing, RatioConfig
from weirgate.web.answers import Answer, document, ok
from weirgate.web.router import Context, Limit, Permission, Route

if TYPE_CHECKING:
    from weirgate.catalog.service import CatalogService

_TAGS = ("model",)


def routes(service: CatalogService) -> list[Route]:
    """Returns all rows of this domain."""
    return [*_lists(service), *_prices(service)]


def _lists(service: CatalogService) -> list[Route]:
    async def models_by_type(context: Context[None, None]) -> Answer:  # noqa: ARG001
        return ok(service.models_by_type())

    async def builtin_models(context: Context[None, None]) -> Answer:
        models = await service.builtin_models(context.uow)
        return document({"success": True, "data": models})

    async def enabled_models(context: Context[None, None]) -> Answer:
        models = await service.enabled_models(context.uow)
        return document({"success": True, "data": list(models)})

    async def own_models(context: Context[None, None]) -> Answer:
        return ok(list(await service.models_of(context.uow, context.caller)))

    return [
        Route(method="GET", path="/api/models", permission=Permission.USER,
              handler=models_by_type, answer=dict[str, list[str]], tags=_TAGS,
              summary="Built-in models of each channel type"),
        Route(method="GET", path="/api/channel/models", permission=Permission.ADMIN,
              handler=builtin_models, answer=ModelList, envelope=False, tags=_TAGS,
              summary="All built-in models"),
        Route(method="GET", path="/api/channel/models_enabled", permission=Permission.ADMIN,
              handler=enabled_models, answer=ModelList, envelope=False, tags=_TAGS,
              summary="Models of enabled channels"),
        Route(method="GET", path="/api/user/models", permission=Permission.USER,
              handler=own_models, answer=list[str], tags=_TAGS,
              summary="Models that the caller may use"),
        Route(method="GET", path="/api/user/available_models", permission=Permission.USER,
              handler=own_models, answer=list[str], tags=_TAGS,
              summary="Models that the caller may use, by one-api's name"),
    ]  # fmt: skip


def _prices(service: CatalogService) -> list[Route]:
    async def pricing(context: Context[None, None]) -> Answer:
        return document(await service.pricing(context.uow, context.maybe_caller))

    async def ratio_config(context: Context[None, None]) -> Answer:
        return ok(await service.ratio_config(context.uow))

    return [
        Route(method="GET", path="/api/pricing", permission=Permission.TRY_USER,
              handler=pricing, answer=Pricing, envelope=False, tags=_TAGS, summary="Prices"),
        Route(method="GET", path="/api/ratio_config", permission=Permission.PUBLIC,
              handler=ratio_config, answer=RatioConfig, limit=Limit.CRITICAL, tags=_TAGS,
              summary="Published price maps"),
    ]  # fmt: skip
