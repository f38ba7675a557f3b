"""Reading a channel's key: the one call that shows it, to root alone and after a step-up.

Its own file because it needs two services and nothing else of channels does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, Field

from weirgate.errors import Text
from weirgate.web.answers import Answer, ok
from weirgate.web.router import Context, Limit, Permission, Route

if TYPE_CHECKING:
    from weirgate.channels.service import ChannelService
    from weirgate.factors.step_up import StepUp

_READ = Text("获取成功", "read")


class ChannelKey(BaseModel):
    """A channel's key, several of them one a line."""

    key: str = Field(repr=False)


def channel_key_route(channels: ChannelService, step_up: StepUp) -> Route:
    """Returns the row; a channel that is not there leaves the step-up unspent."""

    async def reveal(context: Context[None, None]) -> Answer:
        channel_id = context.id()
        cookie = context.cookies.get("session", "")
        act = f"key of channel {channel_id} read"
        await step_up.require(context.uow, context.caller, cookie, act)
        key = await channels.reveal_key(context.uow, channel_id)
        return ok(ChannelKey(key=key), message=_READ).without_store()

    return Route(
        method="POST",
        path="/api/channel/:id/key",
        permission=Permission.ROOT,
        handler=reveal,
        answer=ChannelKey,
        limit=Limit.CRITICAL,
        tags=("channel",),
        summary="Read a channel's key, after a step-up",
    )
