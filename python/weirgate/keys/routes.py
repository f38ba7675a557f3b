"""HTTP face of API keys: /api/token/*, /api/usage/token/ and the dashboard billing calls.

Reads input models, calls one service, returns the answer; no rule lives here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from weirgate.dialects import Dialect
from weirgate.keys.schemas import (
    BillingUsage,
    CreditSummary,
    KeyCreate,
    KeyIds,
    KeyOut,
    KeySearch,
    KeyText,
    KeyTexts,
    KeyUpdate,
    KeyUpdateQuery,
    KeyUsageAnswer,
    Subscription,
)
from weirgate.web.answers import Answer, Paged, document, ok, paged
from weirgate.web.paging import PageQuery
from weirgate.web.router import Context, Limit, Permission, Route

if TYPE_CHECKING:
    from weirgate.keys.billing import BillingService
    from weirgate.keys.service import KeyService

_TAGS = ("token",)


def routes(service: KeyService, billing: BillingService) -> list[Route]:
    """Returns all rows of this domain."""
    return [*_reads(service), *_writes(service), *_reveals(service), *_billing(billing)]


def _reads(service: KeyService) -> list[Route]:
    async def list_keys(context: Context[PageQuery, None]) -> Answer:
        page = context.query.page()
        order = context.query.order_by()
        keys, total = await service.page(context.uow, context.caller, page, order)
        return paged(page, total, keys)

    async def search_keys(context: Context[KeySearch, None]) -> Answer:
        page = context.query.page()
        keys, total = await service.search(context.uow, context.caller, context.query, page)
        return paged(page, total, keys)

    async def get_key(context: Context[None, None]) -> Answer:
        return ok(await service.get(context.uow, context.caller, context.id()))

    return [
        Route(method="GET", path="/api/token/", permission=Permission.USER, handler=list_keys,
              query=PageQuery, answer=Paged[KeyOut], rows="token", tags=_TAGS,
              summary="List own keys"),
        Route(method="GET", path="/api/token/search", permission=Permission.USER,
              handler=search_keys, query=KeySearch, answer=Paged[KeyOut], limit=Limit.SEARCH,
              rows="token", tags=_TAGS, summary="Search own keys"),
        Route(method="GET", path="/api/token/:id", permission=Permission.USER, handler=get_key,
              answer=KeyOut, rows="token", tags=_TAGS, summary="Read one own key"),
    ]  # fmt: skip


def _writes(service: KeyService) -> list[Route]:
    async def create_key(context: Context[None, KeyCreate]) -> Answer:
        key_id = await service.create(context.uow, context.caller, context.body)
        if context.dialect is not Dialect.ONEAPI:
            return ok()
        return ok(await service.created(context.uow, context.caller, key_id)).without_store()

    async def update_key(context: Context[KeyUpdateQuery, KeyUpdate]) -> Answer:
        change = service.set_status if context.query.status_only else service.update
        return ok(await change(context.uow, context.caller, context.body))

    async def delete_key(context: Context[None, None]) -> Answer:
        await service.delete(context.uow, context.caller, context.id())
        return ok()

    async def delete_keys(context: Context[None, KeyIds]) -> Answer:
        return ok(await service.delete_many(context.uow, context.caller, context.body.ids))

    return [
        Route(method="POST", path="/api/token/", permission=Permission.USER, handler=create_key,
              body=KeyCreate, rows="token", tags=_TAGS, summary="Create a key"),
        Route(method="PUT", path="/api/token/", permission=Permission.USER, handler=update_key,
              query=KeyUpdateQuery, body=KeyUpdate, answer=KeyOut, rows="token", tags=_TAGS,
              summary="Change a key, or its status alone"),
        Route(method="DELETE", path="/api/token/:id", permission=Permission.USER,
              handler=delete_key, tags=_TAGS, summary="Delete a key"),
        Route(method="POST", path="/api/token/batch", permission=Permission.USER,
              handler=delete_keys, body=KeyIds, answer=int, tags=_TAGS,
              summary="Delete several keys"),
    ]  # fmt: skip


def _reveals(service: KeyService) -> list[Route]:
    async def reveal_key(context: Context[None, None]) -> Answer:
        text = await service.reveal(context.uow, context.caller, context.id())
        return ok(KeyText(key=text)).without_store()

    async def reveal_keys(context: Context[None, KeyIds]) -> Answer:
        texts = await service.reveal_many(context.uow, context.caller, context.body.ids)
        return ok(texts).without_store()

    return [
        Route(method="POST", path="/api/token/:id/key", permission=Permission.USER,
              handler=reveal_key, answer=KeyText, limit=Limit.CRITICAL, writes=False, tags=_TAGS,
              summary="Reveal one key"),
        Route(method="POST", path="/api/token/batch/keys", permission=Permission.USER,
              handler=reveal_keys, body=KeyIds, answer=KeyTexts, limit=Limit.CRITICAL,
              writes=False, tags=_TAGS, summary="Reveal several keys"),
    ]  # fmt: skip


def _billing(billing: BillingService) -> list[Route]:
    async def usage_of_key(context: Context[None, None]) -> Answer:
        usage = await billing.usage_of_key(context.uow, context.caller)
        return document(KeyUsageAnswer(data=usage))

    async def subscription(context: Context[None, None]) -> Answer:
        return document(await billing.subscription(context.uow, context.caller))

    async def usage(context: Context[None, None]) -> Answer:
        return document(await billing.usage(context.uow, context.caller))

    async def credit_grants(context: Context[None, None]) -> Answer:
        return document(await billing.credit_grants(context.uow, context.caller))

    views = (
        ("subscription", subscription, Subscription, "Billing: what was granted"),
        ("usage", usage, BillingUsage, "Billing: what was used"),
        ("credit_grants", credit_grants, CreditSummary, "Billing: credit summary"),
    )
    rows = [
        Route(method="GET", path="/api/usage/token/", permission=Permission.KEY_READ,
              handler=usage_of_key, answer=KeyUsageAnswer, envelope=False, limit=Limit.CRITICAL,
              tags=_TAGS, summary="Usage of the calling key"),
    ]  # fmt: skip
    for prefix in ("/v1", ""):
        rows += [
            Route(method="GET", path=f"{prefix}/dashboard/billing/{name}",
                  permission=Permission.KEY, handler=handler, answer=model, envelope=False,
                  tags=("billing",), summary=summary)
            for name, handler, model, summary in views
        ]  # fmt: skip
    return rows
