"""What a channel says of prices: its costs, and its own factors of groups.

Kept in one column of the channel as JSON, so that copies, the history and going back hold it too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from weirgate._core import channel_prices_fault
from weirgate.channels.price_schemas import ChannelPrices
from weirgate.channels.repository import ChannelRepository
from weirgate.errors import InvalidInputError, NotFoundError
from weirgate.system import audit

if TYPE_CHECKING:
    from weirgate.channels.service import ChannelService
    from weirgate.store import UnitOfWork
    from weirgate.store.tables import Channel
    from weirgate.web.auth import Caller


class ChannelPriceService:
    """The prices of single channels."""

    def __init__(self, channels: ChannelService) -> None:
        self._channels = channels

    async def get(self, uow: UnitOfWork, channel_id: int) -> ChannelPrices:
        """Returns a channel's prices; empty when it has none.

        Raises:
            NotFoundError: no such channel.
        """
        return _read(await _existing(uow, channel_id))

    async def put(
        self, uow: UnitOfWork, caller: Caller, channel_id: int, prices: ChannelPrices
    ) -> ChannelPrices:
        """Writes all prices of a channel.

        Raises:
            InvalidInputError: they cannot be charged by.
            NotFoundError: no such channel.
        """
        channel = await _existing(uow, channel_id, lock=True)
        document = orjson.dumps(prices.model_dump(exclude_defaults=True))
        if fault := channel_prices_fault(document):
            raise InvalidInputError(fault)
        text = None if document == b"{}" else document.decode()
        channel = await self._channels.write(uow, caller, channel, {"prices": text})
        note = f"prices of channel {channel_id} {'removed' if text is None else 'set'}"
        audit.log(uow, audit.MANAGE, caller.user_id, caller.username, note)
        return _read(channel)

    async def delete(self, uow: UnitOfWork, caller: Caller, channel_id: int) -> None:
        """Removes all prices of a channel.

        Raises:
            NotFoundError: no such channel.
        """
        await self.put(uow, caller, channel_id, ChannelPrices.model_validate({}))


def _read(channel: Channel) -> ChannelPrices:
    return ChannelPrices.model_validate_json(channel.prices or "{}")


async def _existing(uow: UnitOfWork, channel_id: int, *, lock: bool = False) -> Channel:
    channel = await ChannelRepository(uow.session).get(channel_id, lock=lock)
    if channel is None:
        raise NotFoundError
    return channel
