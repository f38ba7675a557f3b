"""HTTP face of usage grants: /api/weirgate/usage/scope, /grants and /tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from weirgate.usage_grants import schemas as models
from weirgate.web.answers import Answer, document
from weirgate.web.router import Context, Limit, Permission, Route

if TYPE_CHECKING:
    from weirgate.usage_grants.service import UsageGrantService

_TAGS = ("usage grant",)
_GRANTS = "/api/weirgate/usage/grants"
_TOKENS = "/api/weirgate/usage/tokens"


def routes(service: UsageGrantService) -> list[Route]:
    """Returns all rows of this domain."""
    return [_scope(service), *_grants(service), *_tokens(service)]


def _scope(service: UsageGrantService) -> Route:
    async def scope(context: Context[None, None]) -> Answer:
        return document(service.scope(context.caller))

    return Route(method="GET", path="/api/weirgate/usage/scope", permission=Permission.ANY_USAGE,
                 handler=scope, answer=models.ScopeOut, envelope=False, tags=_TAGS,
                 summary="What the caller may read of usage")  # fmt: skip


def _grants(service: UsageGrantService) -> list[Route]:
    async def list_grants(context: Context[None, None]) -> Answer:
        return document(await service.grants(context.uow))

    async def put_grant(context: Context[None, models.ScopeIn]) -> Answer:
        made = await service.grant(context.uow, context.caller, context.id(), context.body)
        return document(made)

    async def delete_grant(context: Context[None, None]) -> Answer:
        await service.revoke(context.uow, context.caller, context.id())
        return document({})

    admin = Permission.ADMIN
    return [
        Route(method="GET", path=_GRANTS, permission=admin, handler=list_grants,
              answer=list[models.GrantOut], envelope=False, tags=_TAGS, summary="List grants"),
        Route(method="PUT", path=f"{_GRANTS}/:id", permission=admin, handler=put_grant,
              body=models.ScopeIn, answer=models.GrantOut, envelope=False, tags=_TAGS,
              summary="Let a user read usage"),
        Route(method="DELETE", path=f"{_GRANTS}/:id", permission=admin, handler=delete_grant,
              envelope=False, tags=_TAGS, summary="Take a grant away"),
    ]  # fmt: skip


def _tokens(service: UsageGrantService) -> list[Route]:
    async def list_tokens(context: Context[None, None]) -> Answer:
        return document(await service.tokens(context.uow, context.caller))

    async def make_token(context: Context[None, models.TokenIn]) -> Answer:
        made = await service.make_token(context.uow, context.caller, context.body)
        return document(made).without_store()

    async def delete_token(context: Context[None, None]) -> Answer:
        await service.delete_token(context.uow, context.caller, context.id())
        return document({})

    user = Permission.USER
    return [
        Route(method="GET", path=_TOKENS, permission=user, handler=list_tokens,
              answer=list[models.TokenOut], envelope=False, tags=_TAGS,
              summary="List own tokens that read usage"),
        Route(method="POST", path=_TOKENS, permission=user, handler=make_token,
              body=models.TokenIn, answer=models.TokenOut, envelope=False,
              limit=Limit.CRITICAL, tags=_TAGS, summary="Make a token that reads usage"),
        Route(method="DELETE", path=f"{_TOKENS}/:id", permission=user, handler=delete_token,
              envelope=False, tags=_TAGS, summary="Delete an own token"),
    ]  # fmt: skip
