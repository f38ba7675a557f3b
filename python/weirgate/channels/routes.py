"""HTTP face of channels: /api/channel/*.

Reads input models, calls one service, returns the answer; no rule lives here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from weirgate.channels import schemas as models
from weirgate.web.answers import Answer, ok, paged
from weirgate.web.router import Context, Permission, Route

if TYPE_CHECKING:
    from weirgate.channels.multi_keys import MultiKeyService
    from weirgate.channels.service import ChannelService

_TAGS = ("channel",)
_ADMIN = Permission.ADMIN
_SEARCH_SIZE = 20
_BODY_LIMIT = 8 * 1024 * 1024
"""A batch of ten thousand keys fits."""


def routes(service: ChannelService, multi_keys: MultiKeyService) -> list[Route]:
    """Returns all rows of this domain."""
    return [
        *_reads(service),
        *_creates(service),
        *_changes(service),
        *_deletes(service),
        *_tags(service),
        *_multi_keys(multi_keys),
    ]


def _reads(service: ChannelService) -> list[Route]:
    async def list_channels(context: Context[models.ChannelFilter, None]) -> Answer:
        page = context.query.page()
        found = await service.page(context.uow, context.query, page)
        return paged(page, found.total, found.items, type_counts=found.type_counts)

    async def search_channels(context: Context[models.ChannelFilter, None]) -> Answer:
        page = context.query.page(_SEARCH_SIZE)
        return ok(await service.page(context.uow, context.query, page))

    async def get_channel(context: Context[None, None]) -> Answer:
        return ok(await service.get(context.uow, context.id()))

    return [
        Route(method="GET", path="/api/channel/", permission=_ADMIN, handler=list_channels,
              query=models.ChannelFilter, answer=models.ChannelPage, rows="channel", tags=_TAGS,
              summary="List channels"),
        Route(method="GET", path="/api/channel/search", permission=_ADMIN,
              handler=search_channels, query=models.ChannelFilter, answer=models.ChannelsFound,
              rows="channel", tags=_TAGS, summary="Search channels"),
        Route(method="GET", path="/api/channel/:id", permission=_ADMIN, handler=get_channel,
              answer=models.ChannelOut, rows="channel", tags=_TAGS, summary="Read one channel"),
    ]  # fmt: skip


def _creates(service: ChannelService) -> list[Route]:
    async def create_channel(context: Context[None, models.ChannelCreate]) -> Answer:
        await service.create(context.uow, context.caller, context.body)
        return ok()

    async def copy_channel(context: Context[models.CopyQuery, None]) -> Answer:
        resets = context.query.reset_balance.lower() != "false"
        channel_id = await service.copy(
            context.uow, context.caller, context.id(), suffix=context.query.suffix, resets=resets
        )
        return ok(models.CopyOut(id=channel_id))

    async def fix_abilities(context: Context[None, None]) -> Answer:
        return ok(await service.fix(context.uow, context.caller))

    return [
        Route(method="POST", path="/api/channel/", permission=_ADMIN, handler=create_channel,
              body=models.ChannelCreate, body_limit=_BODY_LIMIT, tags=_TAGS,
              summary="Add channels"),
        Route(method="POST", path="/api/channel/copy/:id", permission=_ADMIN,
              handler=copy_channel, query=models.CopyQuery, answer=models.CopyOut, tags=_TAGS,
              summary="Copy a channel"),
        Route(method="POST", path="/api/channel/fix", permission=_ADMIN, handler=fix_abilities,
              answer=models.FixOut, tags=_TAGS, summary="Rebuild abilities"),
    ]  # fmt: skip


def _changes(service: ChannelService) -> list[Route]:
    async def update_channel(context: Context[None, models.ChannelUpdate]) -> Answer:
        return ok(await service.update(context.uow, context.caller, context.body))

    async def set_status(context: Context[None, models.ChannelStatusIn]) -> Answer:
        ids = [context.id()]
        await service.set_status(context.uow, context.caller, ids, context.body.status)
        return ok()

    async def set_statuses(context: Context[None, models.ChannelIds]) -> Answer:
        body = context.body
        return ok(await service.set_status(context.uow, context.caller, body.ids, body.status))

    return [
        Route(method="PUT", path="/api/channel/", permission=_ADMIN, handler=update_channel,
              body=models.ChannelUpdate, answer=models.ChannelUpdated, body_limit=_BODY_LIMIT,
              tags=_TAGS, summary="Change a channel"),
        Route(method="POST", path="/api/channel/:id/status", permission=_ADMIN,
              handler=set_status, body=models.ChannelStatusIn, tags=_TAGS,
              summary="Switch a channel on or off"),
        Route(method="POST", path="/api/channel/status/batch", permission=_ADMIN,
              handler=set_statuses, body=models.ChannelIds, answer=int, tags=_TAGS,
              summary="Switch several channels on or off"),
    ]  # fmt: skip


def _deletes(service: ChannelService) -> list[Route]:
    async def delete_channel(context: Context[None, None]) -> Answer:
        await service.delete(context.uow, context.caller, [context.id()])
        return ok()

    async def delete_channels(context: Context[None, models.ChannelIds]) -> Answer:
        return ok(await service.delete(context.uow, context.caller, context.body.ids))

    async def delete_disabled(context: Context[None, None]) -> Answer:
        return ok(await service.delete_disabled(context.uow, context.caller))

    return [
        Route(method="DELETE", path="/api/channel/disabled", permission=_ADMIN,
              handler=delete_disabled, answer=int, tags=_TAGS,
              summary="Delete all disabled channels"),
        Route(method="DELETE", path="/api/channel/:id", permission=_ADMIN,
              handler=delete_channel, tags=_TAGS, summary="Delete a channel"),
        Route(method="POST", path="/api/channel/batch", permission=_ADMIN,
              handler=delete_channels, body=models.ChannelIds, answer=int, tags=_TAGS,
              summary="Delete several channels"),
    ]  # fmt: skip


def _tags(service: ChannelService) -> list[Route]:
    async def disable_tag(context: Context[None, models.TagIn]) -> Answer:
        ids = await service.tagged(context.uow, context.body.tag)
        await service.set_status(context.uow, context.caller, ids, 2)
        return ok()

    async def enable_tag(context: Context[None, models.TagIn]) -> Answer:
        ids = await service.tagged(context.uow, context.body.tag)
        await service.set_status(context.uow, context.caller, ids, 1)
        return ok()

    async def update_tag(context: Context[None, models.TagUpdate]) -> Answer:
        await service.update_tag(context.uow, context.caller, context.body)
        return ok()

    async def models_of_tag(context: Context[models.TagQuery, None]) -> Answer:
        return ok(await service.models_of_tag(context.uow, context.query.tag))

    async def tag_channels(context: Context[None, models.ChannelIds]) -> Answer:
        body = context.body
        return ok(await service.set_tag(context.uow, context.caller, body.ids, body.tag))

    return [
        Route(method="POST", path="/api/channel/tag/disabled", permission=_ADMIN,
              handler=disable_tag, body=models.TagIn, tags=_TAGS,
              summary="Switch the channels with a tag off"),
        Route(method="POST", path="/api/channel/tag/enabled", permission=_ADMIN,
              handler=enable_tag, body=models.TagIn, tags=_TAGS,
              summary="Switch the channels with a tag on"),
        Route(method="PUT", path="/api/channel/tag", permission=_ADMIN, handler=update_tag,
              body=models.TagUpdate, tags=_TAGS, summary="Change the channels with a tag"),
        Route(method="GET", path="/api/channel/tag/models", permission=_ADMIN,
              handler=models_of_tag, query=models.TagQuery, answer=str, tags=_TAGS,
              summary="Longest model list among the channels with a tag"),
        Route(method="POST", path="/api/channel/batch/tag", permission=_ADMIN,
              handler=tag_channels, body=models.ChannelIds, answer=int, tags=_TAGS,
              summary="Tag several channels"),
    ]  # fmt: skip


def _multi_keys(multi_keys: MultiKeyService) -> list[Route]:
    async def manage_keys(context: Context[None, models.MultiKeyIn]) -> Answer:
        answer = await multi_keys.act(context.uow, context.caller, context.body)
        if answer.data is None:
            return ok(message=answer.message)
        return ok(answer.data, message=answer.message)

    return [
        Route(method="POST", path="/api/channel/multi_key/manage", permission=_ADMIN,
              handler=manage_keys, body=models.MultiKeyIn, answer=models.Unshaped, tags=_TAGS,
              summary="Manage the keys of a channel with several"),
    ]  # fmt: skip
