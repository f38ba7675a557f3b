"""HTTP face of redemption codes: /api/redemption/* for administrators, /api/user/topup to claim."""

from __future__ import annotations

from typing import TYPE_CHECKING

from weirgate.redemptions import schemas as models
from weirgate.web.answers import Answer, Paged, ok, paged
from weirgate.web.paging import PageQuery
from weirgate.web.router import Context, Limit, Permission, Route

if TYPE_CHECKING:
    from weirgate.redemptions.service import RedemptionService

_TAGS = ("redemption",)
_ADMIN = Permission.ADMIN


def routes(service: RedemptionService) -> list[Route]:
    """Returns all rows of this domain."""
    return [*_reads(service), *_writes(service), _redeem(service)]


def _reads(service: RedemptionService) -> list[Route]:
    async def list_codes(context: Context[PageQuery, None]) -> Answer:
        page = context.query.page()
        codes, total = await service.page(context.uow, "", page)
        return paged(page, total, codes).without_store()

    async def search_codes(context: Context[models.RedemptionSearch, None]) -> Answer:
        page = context.query.page()
        codes, total = await service.page(context.uow, context.query.keyword, page)
        return paged(page, total, codes).without_store()

    async def get_code(context: Context[None, None]) -> Answer:
        return ok(await service.get(context.uow, context.id())).without_store()

    return [
        Route(method="GET", path="/api/redemption/", permission=_ADMIN, handler=list_codes,
              query=PageQuery, answer=Paged[models.RedemptionOut], rows="redemption", tags=_TAGS,
              summary="List codes"),
        Route(method="GET", path="/api/redemption/search", permission=_ADMIN,
              handler=search_codes, query=models.RedemptionSearch,
              answer=Paged[models.RedemptionOut], rows="redemption", tags=_TAGS,
              summary="Search codes"),
        Route(method="GET", path="/api/redemption/:id", permission=_ADMIN, handler=get_code,
              answer=models.RedemptionOut, tags=_TAGS, summary="Read one code"),
    ]  # fmt: skip


def _writes(service: RedemptionService) -> list[Route]:
    async def create_codes(context: Context[None, models.RedemptionCreate]) -> Answer:
        texts = await service.create(context.uow, context.caller, context.body)
        return ok(texts).without_store()

    async def update_code(
        context: Context[models.RedemptionUpdateQuery, models.RedemptionUpdate],
    ) -> Answer:
        change = service.set_status if context.query.status_only else service.update
        return ok(await change(context.uow, context.caller, context.body)).without_store()

    async def delete_code(context: Context[None, None]) -> Answer:
        await service.delete(context.uow, context.caller, context.id())
        return ok()

    async def delete_invalid(context: Context[None, None]) -> Answer:
        return ok(await service.delete_invalid(context.uow, context.caller))

    return [
        Route(method="POST", path="/api/redemption/", permission=_ADMIN, handler=create_codes,
              body=models.RedemptionCreate, answer=list[str], tags=_TAGS, summary="Make codes"),
        Route(method="PUT", path="/api/redemption/", permission=_ADMIN, handler=update_code,
              query=models.RedemptionUpdateQuery, body=models.RedemptionUpdate,
              answer=models.RedemptionOut, tags=_TAGS,
              summary="Change a code, or its status alone"),
        Route(method="DELETE", path="/api/redemption/invalid", permission=_ADMIN,
              handler=delete_invalid, answer=int, tags=_TAGS,
              summary="Delete used, disabled and expired codes"),
        Route(method="DELETE", path="/api/redemption/:id", permission=_ADMIN,
              handler=delete_code, tags=_TAGS, summary="Delete a code"),
    ]  # fmt: skip


def _redeem(service: RedemptionService) -> Route:
    async def redeem(context: Context[None, models.RedeemForm]) -> Answer:
        return ok(await service.redeem(context.uow, context.caller, context.body.key))

    return Route(
        method="POST", path="/api/user/topup", permission=Permission.USER, handler=redeem,
        body=models.RedeemForm, answer=int, limit=Limit.CRITICAL, writes=False, tags=_TAGS,
        summary="Claim a code",
    )  # fmt: skip
