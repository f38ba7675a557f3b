"""HTTP face of channels' own prices: /api/weirgate/channels/:id/prices; no rule lives here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from weirgate.channels.price_schemas import ChannelPrices
from weirgate.web.answers import Answer, document
from weirgate.web.router import Context, Permission, Route

if TYPE_CHECKING:
    from weirgate.channels.prices import ChannelPriceService

_TAGS = ("channel",)
_PATH = "/api/weirgate/channels/:id/prices"


def routes(service: ChannelPriceService) -> list[Route]:
    """Returns the rows of costs and of channels' factors."""

    async def get_prices(context: Context[None, None]) -> Answer:
        return document(await service.get(context.uow, context.id()))

    async def put_prices(context: Context[None, ChannelPrices]) -> Answer:
        made = await service.put(context.uow, context.caller, context.id(), context.body)
        return document(made)

    async def delete_prices(context: Context[None, None]) -> Answer:
        await service.delete(context.uow, context.caller, context.id())
        return document({})

    admin = Permission.ADMIN
    return [
        Route(method="GET", path=_PATH, permission=admin, handler=get_prices,
              answer=ChannelPrices, envelope=False, tags=_TAGS,
              summary="Read what a channel costs, and its factors of groups"),
        Route(method="PUT", path=_PATH, permission=admin, handler=put_prices, body=ChannelPrices,
              answer=ChannelPrices, envelope=False, tags=_TAGS,
              summary="Set what a channel costs, and its factors of groups"),
        Route(method="DELETE", path=_PATH, permission=admin, handler=delete_prices,
              envelope=False, tags=_TAGS, summary="Remove a channel's costs and factors"),
    ]  # fmt: skip
