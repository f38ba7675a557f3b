"""From a stored channel to what may be called: its keys opened, its address, its own way out.

The only place where management opens a channel's keys to use them; nothing here connects.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from weirgate.channels import rows, rules, types
from weirgate.channels.egress import Way
from weirgate.channels.probe import ProbeTarget
from weirgate.channels.way import way_of
from weirgate.errors import RefusedError, Text
from weirgate.store.crypto import SealError

if TYPE_CHECKING:
    from weirgate.store import UnitOfWork
    from weirgate.store.crypto import Sealer
    from weirgate.store.tables import Channel
    from weirgate.system.option_keys import OptionValues
    from weirgate.system.service import OptionService

_NO_KEY = Text("没有可用的密钥", "no key of the channel is enabled")


class ChannelTargets:
    """Channels as targets of calls."""

    def __init__(self, sealer: Sealer, options: OptionService) -> None:
        self._sealer = sealer
        self._options = options

    async def of(self, uow: UnitOfWork, channel: Channel) -> ProbeTarget:
        """Returns a channel with its first enabled key.

        Raises:
            RefusedError: no key is enabled, or the keys do not open.
        """
        values = await self._options.values(uow)
        index = self.first_enabled(channel)
        if index is None:
            raise RefusedError(_NO_KEY)
        return self.with_key(channel, index, values)

    def with_key(self, channel: Channel, index: int, values: OptionValues) -> ProbeTarget:
        """Returns a channel with one of its keys.

        Raises:
            RefusedError: there is no such key, or the keys do not open.
        """
        keys = self.keys(channel)
        if not 0 <= index < len(keys):
            raise RefusedError(_NO_KEY)
        for_all = values.flag("weirgate.allow_private_upstreams")
        return ProbeTarget(
            channel.type,
            channel.base_url or types.default_base_url(channel.type),
            keys[index],
            channel.openai_organization,
            way_of(channel, keys[index], allows_private=for_all),
            other=channel.other or "",
            created_time=channel.created_time or 0,
        )

    async def unsaved(
        self, uow: UnitOfWork, channel_type: int, base_url: str, key_text: str
    ) -> ProbeTarget:
        """Returns an upstream that is not stored, with the first line of its keys."""
        values = await self._options.values(uow)
        lines = key_text.strip().splitlines()
        return ProbeTarget(
            channel_type,
            base_url or types.default_base_url(channel_type),
            lines[0].strip() if lines else "",
            way=Way(allow_private=values.flag("weirgate.allow_private_upstreams")),
        )

    def first_enabled(self, channel: Channel) -> int | None:
        """Returns the place of the first key that is not switched off."""
        info = rows.channel_info(channel)
        if not info["is_multi_key"]:
            return 0
        return rules.first_enabled(len(self.keys(channel)), info)

    def keys(self, channel: Channel) -> list[str]:
        """Returns the channel's keys, one where it has not several.

        Raises:
            RefusedError: they do not open with this installation's secret.
        """
        text = self.key_text(channel)
        if rows.channel_info(channel)["is_multi_key"]:
            return rules.split_keys(text, channel.type)
        return [text.strip()]

    def key_text(self, channel: Channel) -> str:
        """Returns the stored key text, one key a line.

        Raises:
            RefusedError: it does not open with this installation's secret.
        """
        try:
            return self._sealer.open(channel.key_encrypted, rows.binding(channel.id))
        except SealError as error:
            raise RefusedError(f"the key of channel {channel.id} does not open") from error
