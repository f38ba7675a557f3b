"""The way to the providers of tasks: one bounded exchange of JSON under the egress policy.

Never follows a redirect, never shows a key, never reads more than it must.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import httpx
import orjson

from weirgate.channels.egress import EgressRefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from weirgate.channels.egress import EgressPolicy

MAX_REPLY_BYTES = 8 << 20
TIMEOUT_S = 30.0


class UpstreamError(Exception):
    """The provider could not be asked, or did not answer in JSON; the text names no key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A channel as tasks are asked for: where, and with which key."""

    channel_type: int
    base_url: str
    key: str
    allow_private: bool
    """Whether its address may be a private one."""


class Exchange(Protocol):
    """Sends one request and returns its JSON."""

    async def __call__(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None,
        *,
        allow_private: bool = True,
    ) -> Any:
        """Returns the answer's JSON.

        Raises:
            UpstreamError: no answer, an error status, or no JSON.
        """
        ...


class HttpExchange:
    """The exchange over httpx, with one pool for all providers."""

    def __init__(self, egress: EgressPolicy) -> None:
        self._egress = egress

    async def __call__(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None,
        *,
        allow_private: bool = True,
    ) -> Any:
        """Sends one request; see Exchange. A private address needs the policy's permission too."""
        try:
            to = await self._egress.resolve(url, allow_private=allow_private)
        except EgressRefusedError as error:
            raise UpstreamError(str(error)) from error
        original = httpx.URL(url)
        request = httpx.Request(
            method,
            original.copy_with(host=to.address),
            headers={**headers, "host": original.netloc.decode(), "accept": "application/json"},
            content=body,
            extensions={
                "sni_hostname": to.host,
                "timeout": httpx.Timeout(TIMEOUT_S, connect=10.0).as_dict(),
            },
        )
        try:
            async with httpx.AsyncClient(timeout=TIMEOUT_S, trust_env=False) as client:
                return await _json(await client.send(request, stream=True))
        except httpx.HTTPError as error:
            raise UpstreamError(f"upstream {to.host}: {type(error).__name__}") from error


async def _json(response: httpx.Response) -> Any:
    try:
        parts: list[bytes] = []
        size = 0
        async for part in response.aiter_bytes():
            size += len(part)
            if size > MAX_REPLY_BYTES:
                raise UpstreamError("the upstream's answer is too large")
            parts.append(part)
    finally:
        await response.aclose()
    if response.status_code >= httpx.codes.BAD_REQUEST:
        raise UpstreamError(f"status code: {response.status_code}")
    try:
        return orjson.loads(b"".join(parts))
    except orjson.JSONDecodeError as error:
        raise UpstreamError("the upstream did not answer with JSON") from error
