"""Prices of other gateways, fetched for root to compare: which there are, and how they differ.

Only addresses are taken from channels, never their keys or headers: prices are public. Writes
nothing; root takes over what he likes by setting options.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from weirgate.channels import ratio_compare, rules, types
from weirgate.channels.egress import Call, EgressError, Way
from weirgate.channels.ratio_compare import RatioError
from weirgate.channels.repository import ChannelRepository
from weirgate.channels.schemas import RatioDifferences, RatioSource, RatioTest
from weirgate.errors import RefusedError, Text

if TYPE_CHECKING:
    from weirgate.channels.egress import Egress
    from weirgate.channels.ratio_compare import Prices
    from weirgate.channels.schemas import RatioFetchIn, RatioUpstream
    from weirgate.store import UnitOfWork
    from weirgate.system.service import OptionService

AT_ONCE = 8
MAX_UPSTREAMS = 200
MAX_BYTES = 10 << 20
TIMEOUT_S, MAX_TIMEOUT_S = 10, 60
ENDPOINT = "/api/ratio_config"
PRESET = RatioSource(
    id=-100, name="官方倍率预设", base_url="https://basellm.github.io", status=1, type=0
)
_NONE = Text("无有效上游渠道", "there is no usable upstream")


@dataclass(frozen=True, slots=True)
class _Source:
    name: str
    url: str


class RatioSyncService:
    """Compares prices."""

    def __init__(self, options: OptionService, egress: Egress) -> None:
        self._options = options
        self._egress = egress

    async def sources(self, uow: UnitOfWork) -> list[RatioSource]:
        """Returns every channel with an address, and the public preset."""
        found = []
        for channel in await ChannelRepository(uow.session).addresses():
            base_url = channel.base_url or types.default_base_url(channel.type)
            if base_url.startswith(("http://", "https://")):
                source = RatioSource(id=channel.id, name=channel.name, base_url=base_url,
                                     status=channel.status, type=channel.type)  # fmt: skip
                found.append(source)
        return [*found, PRESET]

    async def fetch(self, uow: UnitOfWork, form: RatioFetchIn) -> RatioDifferences:
        """Fetches prices and returns where they differ from ours.

        Raises:
            RefusedError: no upstream is named that has an address.
        """
        sources = await self._wanted(uow, form)
        if not sources:
            raise RefusedError(_NONE)
        values = await self._options.values(uow)
        way = Way(allow_private=values.flag("weirgate.allow_private_upstreams"))
        ours = {
            field: ratio_compare.own(values.object(option))
            for field, option in ratio_compare.FIELDS.items()
        }
        # Nothing of the database is held while upstreams are asked.
        await uow.close()
        timeout_s = form.timeout if 0 < form.timeout <= MAX_TIMEOUT_S else TIMEOUT_S
        gate = asyncio.Semaphore(AT_ONCE)
        asked = await asyncio.gather(
            *(self._ask(source, way, timeout_s, gate) for source in sources)
        )
        theirs = {source.name: prices for source, prices, _ in asked if prices is not None}
        tests = [
            RatioTest(name=source.name, status="error" if error else "success", error=error or None)
            for source, _, error in asked
        ]
        differences = ratio_compare.compare(ours, theirs)
        return RatioDifferences(differences=differences, test_results=tests)

    async def _wanted(self, uow: UnitOfWork, form: RatioFetchIn) -> list[_Source]:
        named = form.upstreams
        if not named:
            wanted = set(form.channel_ids)
            named = [
                source.as_upstream() for source in await self.sources(uow) if source.id in wanted
            ]
        sources = [_source(upstream) for upstream in named[:MAX_UPSTREAMS]]
        return list(dict.fromkeys(source for source in sources if source is not None))

    async def _ask(
        self, source: _Source, way: Way, timeout_s: int, gate: asyncio.Semaphore
    ) -> tuple[_Source, Prices | None, str]:
        call = Call(method="GET", url=source.url, headers={"accept": "application/json"}, way=way,
                    timeout_s=timeout_s, most_bytes=MAX_BYTES)  # fmt: skip
        async with gate:
            try:
                reply = await self._egress.send(call)
                if not reply.is_good:
                    return source, None, f"status code: {reply.status}"
                return source, ratio_compare.read(reply.body), ""
            except (EgressError, RatioError) as error:
                return source, None, str(error)


def _source(upstream: RatioUpstream) -> _Source | None:
    endpoint = upstream.endpoint.strip() or ENDPOINT
    if endpoint.startswith(("http://", "https://")):
        url = endpoint
    else:
        base = rules.without_version(upstream.base_url.strip().rstrip("/"))
        url = urljoin(f"{base}/", endpoint.lstrip("/"))
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return None
    return _Source(f"{upstream.name}({upstream.id})", url)
