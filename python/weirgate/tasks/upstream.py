"""The way to the providers of tasks: one bounded exchange of JSON under the egress policy.

Never follows a redirect, never shows a key, never reads more than it must.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import orjson

from weirgate.channels.egress import DIRECT, Call, EgressError, Way

if TYPE_CHECKING:
    from collections.abc import Mapping

    from weirgate.channels.egress import Egress

_BAD_REQUEST = 400


class UpstreamError(Exception):
    """The provider could not be asked, or did not answer in JSON; the text names no key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A channel as tasks are asked for: where, with which key, and by which way."""

    channel_type: int
    base_url: str
    key: str
    way: Way = DIRECT


class Exchange(Protocol):
    """Sends one request and returns its JSON."""

    async def __call__(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None,
        *,
        way: Way = DIRECT,
    ) -> Any:
        """Returns the answer's JSON.

        Raises:
            UpstreamError: no answer, an error status, or no JSON.
        """
        ...


class HttpExchange:
    """The exchange over HTTP."""

    def __init__(self, egress: Egress) -> None:
        self._egress = egress

    async def __call__(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None,
        *,
        way: Way = DIRECT,
    ) -> Any:
        """Sends one request; see Exchange. A private address needs the policy's permission too."""
        sent = {**headers, "accept": "application/json"}
        try:
            reply = await self._egress.send(
                Call(method=method, url=url, headers=sent, body=body, way=way)
            )
        except EgressError as error:
            raise UpstreamError(str(error)) from error
        if reply.status >= _BAD_REQUEST:
            raise UpstreamError(f"status code: {reply.status}")
        try:
            return orjson.loads(reply.body)
        except orjson.JSONDecodeError as error:
            raise UpstreamError("the upstream did not answer with JSON") from error
