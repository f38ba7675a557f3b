"""HTTP face of top-ups: the calls under /api/user/, the providers' notifications, and orders.

Paying calls have the family's own form (`Form.PAYMENT`); notifications are answered in plain words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from weirgate.topup import schemas as models
from weirgate.web.answers import Answer, Paged, document, ok, paged
from weirgate.web.router import Context, Form, Limit, Permission, Route

if TYPE_CHECKING:
    from weirgate.topup.service import TopUpService
    from weirgate.topup.settlement import SettlementService

_TAGS = ("topup",)
_USER, _ADMIN = Permission.USER, Permission.ADMIN
_MAX_NOTICE = 64 * 1024
_MAX_EVENT = 512 * 1024


def routes(service: TopUpService, settlement: SettlementService) -> list[Route]:
    """Returns all rows of this domain."""
    return [
        *_prices(service),
        *_payments(service),
        *_notices(settlement),
        *_orders(service),
        *_by_hand(settlement),
    ]


def _prices(service: TopUpService) -> list[Route]:
    async def info(context: Context[None, None]) -> Answer:
        return ok(await service.info(context.uow))

    async def price(context: Context[None, models.AmountIn]) -> Answer:
        amount = context.body.amount
        money = await service.price(context.uow, context.caller, amount)
        return document(models.PriceOut(data=money))

    async def stripe_price(context: Context[None, models.AmountIn]) -> Answer:
        amount = context.body.amount
        money = await service.stripe_price(context.uow, context.caller, amount)
        return document(models.PriceOut(data=money))

    return [
        Route(method="GET", path="/api/user/topup/info", permission=_USER, handler=info,
              answer=models.TopUpInfo, tags=_TAGS, summary="What can be bought, and how"),
        Route(method="POST", path="/api/user/amount", permission=_USER, handler=price,
              body=models.AmountIn, answer=models.PriceOut, form=Form.PAYMENT, writes=False,
              tags=_TAGS, summary="What an amount costs by epay"),
        Route(method="POST", path="/api/user/stripe/amount", permission=_USER,
              handler=stripe_price, body=models.AmountIn, answer=models.PriceOut,
              form=Form.PAYMENT, writes=False, tags=_TAGS,
              summary="What an amount costs by Stripe"),
    ]  # fmt: skip


def _payments(service: TopUpService) -> list[Route]:
    async def pay(context: Context[None, models.PayIn]) -> Answer:
        return document(await service.pay(context.uow, context.caller, context.body))

    async def pay_by_stripe(context: Context[None, models.StripePayIn]) -> Answer:
        link = await service.pay_by_stripe(context.uow, context.caller, context.body)
        return document(models.StripeOut(data=models.PayLink(pay_link=link)))

    return [
        Route(method="POST", path="/api/user/pay", permission=_USER, handler=pay,
              body=models.PayIn, answer=models.EpayOut, form=Form.PAYMENT, writes=False,
              limit=Limit.CRITICAL, tags=_TAGS, summary="Start an order at epay"),
        Route(method="POST", path="/api/user/stripe/pay", permission=_USER,
              handler=pay_by_stripe, body=models.StripePayIn, answer=models.StripeOut,
              form=Form.PAYMENT, writes=False, limit=Limit.CRITICAL, tags=_TAGS,
              summary="Start an order at Stripe"),
    ]  # fmt: skip


def _notices(settlement: SettlementService) -> list[Route]:
    async def epay_get(context: Context[models.Notice, None]) -> Answer:
        return _said(taken=await settlement.epay_notice(context.uow, _fields(context.query)))

    async def epay_post(context: Context[models.Notice, None]) -> Answer:
        fields = context.form or _fields(context.query)
        return _said(taken=await settlement.epay_notice(context.uow, fields))

    async def stripe_event(context: Context[None, None]) -> Answer:
        signature = context.headers.get("stripe-signature", "")
        taken = await settlement.stripe_event(context.uow, signature, context.raw_body)
        return Answer(status=200 if taken else 400)

    return [
        Route(method="GET", path="/api/user/epay/notify", permission=Permission.PUBLIC,
              handler=epay_get, query=models.Notice, envelope=False, tags=_TAGS,
              summary="Notification of epay"),
        Route(method="POST", path="/api/user/epay/notify", permission=Permission.PUBLIC,
              handler=epay_post, query=models.Notice, envelope=False, writes=False,
              body_limit=_MAX_NOTICE, tags=_TAGS, summary="Notification of epay, as a form"),
        Route(method="POST", path="/api/stripe/webhook", permission=Permission.PUBLIC,
              handler=stripe_event, envelope=False, writes=False, body_limit=_MAX_EVENT,
              tags=_TAGS, summary="Event of Stripe"),
    ]  # fmt: skip


def _orders(service: TopUpService) -> list[Route]:
    async def own_orders(context: Context[models.OrderQuery, None]) -> Answer:
        page, query = context.query.page(), context.query
        user_id = context.caller.user_id
        orders, total = await service.orders(context.uow, user_id, query.keyword, page)
        return paged(page, total, orders)

    async def all_orders(context: Context[models.OrderQuery, None]) -> Answer:
        page, query = context.query.page(), context.query
        orders, total = await service.orders(context.uow, None, query.keyword, page)
        return paged(page, total, orders)

    return [
        Route(method="GET", path="/api/user/topup/self", permission=_USER, handler=own_orders,
              query=models.OrderQuery, answer=Paged[models.OrderOut], tags=_TAGS,
              summary="List own orders"),
        Route(method="GET", path="/api/user/topup", permission=_ADMIN, handler=all_orders,
              query=models.OrderQuery, answer=Paged[models.OrderOut], tags=_TAGS,
              summary="List all orders"),
    ]  # fmt: skip


def _by_hand(settlement: SettlementService) -> list[Route]:
    async def complete(context: Context[None, models.CompleteIn]) -> Answer:
        await settlement.complete(context.uow, context.caller, context.body.trade_no)
        return ok()

    async def credit(context: Context[None, models.CreditIn]) -> Answer:
        await settlement.credit(context.uow, context.caller, context.body)
        return ok()

    return [
        Route(method="POST", path="/api/user/topup/complete", permission=_ADMIN,
              handler=complete, body=models.CompleteIn, writes=False, limit=Limit.CRITICAL,
              tags=_TAGS, summary="Complete a pending order by hand"),
        Route(method="POST", path="/api/topup", permission=_ADMIN, handler=credit,
              body=models.CreditIn, tags=_TAGS, summary="Credit a user"),
    ]  # fmt: skip


def _fields(notice: models.Notice) -> dict[str, str]:
    return {name: str(value) for name, value in (notice.model_extra or {}).items()}


def _said(*, taken: bool) -> Answer:
    """Returns the one word that epay waits for."""
    body = b"success" if taken else b"fail"
    return Answer(body=body, content_type="text/plain; charset=utf-8")
