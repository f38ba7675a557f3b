"""HTTP face of the providers that root adds, and of the ids that people have there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from weirgate.oauth import schemas as models
from weirgate.web.answers import Answer, ok
from weirgate.web.router import Context, Permission, Route

if TYPE_CHECKING:
    from weirgate.oauth.custom import CustomProviders

_TAGS = ("oauth",)
_PATH = "/api/custom-oauth-provider"
_OWN = "/api/user/oauth/bindings"


def routes(service: CustomProviders) -> list[Route]:
    """Returns all rows of this part."""
    return [*_reads(service), *_writes(service), *_bindings(service)]


def _reads(service: CustomProviders) -> list[Route]:
    async def list_all(context: Context[None, None]) -> Answer:
        return ok(await service.listed(context.uow))

    async def get(context: Context[None, None]) -> Answer:
        return ok(await service.get(context.uow, context.id()))

    async def discover(context: Context[None, models.DiscoveryIn]) -> Answer:
        return ok(await service.discover(context.uow, context.body.well_known))

    root = Permission.ROOT
    return [
        Route(method="GET", path=f"{_PATH}/", permission=root, handler=list_all,
              answer=list[models.CustomProviderOut], tags=_TAGS,
              summary="List the OAuth providers that were added"),
        Route(method="GET", path=f"{_PATH}/:id", permission=root, handler=get,
              answer=models.CustomProviderOut, tags=_TAGS, summary="Read one added provider"),
        Route(method="POST", path=f"{_PATH}/discovery", permission=root, handler=discover,
              body=models.DiscoveryIn, answer=models.DiscoveryOut, writes=False, tags=_TAGS,
              summary="Ask a provider for its addresses"),
    ]  # fmt: skip


def _writes(service: CustomProviders) -> list[Route]:
    async def create(context: Context[None, models.CustomProviderIn]) -> Answer:
        return ok(await service.create(context.uow, context.caller, context.body))

    async def update(context: Context[None, models.CustomProviderIn]) -> Answer:
        made = await service.update(context.uow, context.caller, context.id(), context.body)
        return ok(made)

    async def delete(context: Context[None, None]) -> Answer:
        await service.delete(context.uow, context.caller, context.id())
        return ok()

    root = Permission.ROOT
    return [
        Route(method="POST", path=f"{_PATH}/", permission=root, handler=create,
              body=models.CustomProviderIn, answer=models.CustomProviderOut, tags=_TAGS,
              summary="Add an OAuth provider"),
        Route(method="PUT", path=f"{_PATH}/:id", permission=root, handler=update,
              body=models.CustomProviderIn, answer=models.CustomProviderOut, tags=_TAGS,
              summary="Change an added provider"),
        Route(method="DELETE", path=f"{_PATH}/:id", permission=root, handler=delete, tags=_TAGS,
              summary="Delete an added provider and who was bound to it"),
    ]  # fmt: skip


def _bindings(service: CustomProviders) -> list[Route]:
    async def bindings(context: Context[None, None]) -> Answer:
        return ok(await service.bindings(context.uow, context.caller))

    async def unbind(context: Context[None, None]) -> Answer:
        await service.unbind(context.uow, context.caller, context.id())
        return ok()

    return [
        Route(method="GET", path=_OWN, permission=Permission.USER, handler=bindings,
              answer=list[models.BindingOut], tags=_TAGS,
              summary="Own ids at providers that were added"),
        Route(method="DELETE", path=f"{_OWN}/:id", permission=Permission.USER, handler=unbind,
              tags=_TAGS, summary="Take an own id at an added provider away"),
    ]  # fmt: skip
