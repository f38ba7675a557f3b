"""The way out of management: which addresses it may connect to, and one bounded exchange with them.

Every fetch of an address that somebody gave passes here. Metadata and link-local addresses are
refused always, private and loopback ones unless the installation allows them. A call goes to the
address that was checked, follows no redirect, reads and waits no more than it may, names no key.
"""

from __future__ import annotations

import asyncio
import functools
import ipaddress
import socket
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping
    from pathlib import Path

_METADATA = (
    ipaddress.ip_network("169.254.0.0/16"),
    ipaddress.ip_network("fe80::/10"),
    ipaddress.ip_network("fd00:ec2::254/128"),
    ipaddress.ip_network("100.100.100.200/32"),
    ipaddress.ip_network("192.0.0.192/32"),
)
_RESOLVE_TIMEOUT_S = 5.0
_CONNECT_TIMEOUT_S = 10.0
_PROXY_PORTS = {"http": 80, "socks5": 1080, "socks5h": 1080}
MAX_REPLY_BYTES = 8 << 20
TIMEOUT_S = 30.0

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class EgressError(Exception):
    """There was no answer, or no whole one; the message names the host and no secret."""


class EgressRefusedError(EgressError):
    """An address may not be reached; the message names host and reason."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where to connect: the address that was checked, and the name to speak to it with."""

    scheme: str
    host: str
    port: int
    address: str


class EgressPolicy:
    """Resolves a URL's host once and says which address may be used."""

    def __init__(self, *, allow_private: bool) -> None:
        self._allow_private = allow_private

    async def resolve(self, url: str, *, allow_private: bool = True) -> Destination:
        """Returns a checked address of the URL's host; private ones need both permissions.

        Raises:
            EgressRefusedError: no http(s) URL, an unknown host, or a refused address.
        """
        try:
            parts = urlsplit(url)
            port = parts.port or (443 if parts.scheme == "https" else 80)
        except ValueError as error:
            raise EgressRefusedError("not a valid address") from error
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise EgressRefusedError("address must begin with http:// or https://")
        addresses = await self._addresses(parts.hostname, port)
        allows_private = self._allow_private and allow_private
        for address in addresses:
            _check(parts.hostname, address, allows_private=allows_private)
        return Destination(parts.scheme, parts.hostname, port, str(addresses[0]))

    async def resolve_proxy(self, proxy: str, url: str, *, allow_private: bool) -> httpx.Proxy:
        """Returns a channel's proxy at its checked address; names behind it are its own to resolve.

        Raises:
            EgressRefusedError: a proxy that is not spoken, or a refused address on either side.
        """
        scheme, separator, rest = proxy.strip().partition("://")
        if not separator or scheme not in _PROXY_PORTS:
            raise EgressRefusedError("the proxy must be http://, socks5:// or socks5h://")
        at = _url(f"http://{rest}")
        port = at.port or _PROXY_PORTS[scheme]
        asked = str(httpx.URL(scheme="http", host=at.host, port=port))
        destination = await self.resolve(asked, allow_private=allow_private)
        self._check_literal(url, allows_private=self._allow_private and allow_private)
        spoken = "http" if scheme == "http" else "socks5"
        return httpx.Proxy(at.copy_with(scheme=spoken, host=destination.address, port=port))

    @staticmethod
    def _check_literal(url: str, *, allows_private: bool) -> None:
        """Refuses addresses written out, which no proxy has to resolve."""
        host = _url(url).host
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            return
        _check(host, address, allows_private=allows_private)

    async def _addresses(self, host: str, port: int) -> list[Address]:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(_RESOLVE_TIMEOUT_S):
                found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, TimeoutError) as error:
            raise EgressRefusedError(f"host {host} has no address") from error
        addresses = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
        if not addresses:
            raise EgressRefusedError(f"host {host} has no address")
        return addresses


def _check(host: str, address: Address, *, allows_private: bool) -> None:
    effective = _effective(address)
    if _is_never_allowed(effective):
        raise EgressRefusedError(f"host {host} is a link-local or metadata address")
    if not allows_private and not effective.is_global:
        raise EgressRefusedError(f"host {host} is a private address")


def _effective(address: Address) -> Address:
    """Unpacks IPv4 hidden in IPv6 (mapped, 6to4, NAT64), so that no form slips by."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address in ipaddress.ip_network("64:ff9b::/96"):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _is_never_allowed(address: Address) -> bool:
    in_metadata = any(
        address.version == network.version and address in network for network in _METADATA
    )
    return in_metadata or address.is_multicast or address.is_unspecified or address.is_link_local


@dataclass(frozen=True, slots=True)
class Way:
    """How a call to one upstream goes: whether to private addresses, by which proxy and headers."""

    allow_private: bool = True
    proxy: str = field(default="", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


DIRECT = Way()


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request; the way's headers win over its own."""

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)
    way: Way = DIRECT
    timeout_s: float = TIMEOUT_S
    most_bytes: int = MAX_REPLY_BYTES


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer, whatever its status."""

    status: int
    body: bytes

    @property
    def is_good(self) -> bool:
        """Says whether the status is one of success."""
        return httpx.codes.is_success(self.status)


class Egress:
    """Sends calls where the policy lets them go."""

    def __init__(self, policy: EgressPolicy) -> None:
        self._policy = policy

    async def send(self, call: Call) -> Reply:
        """Sends one request and reads its answer to the end.

        Raises:
            EgressRefusedError: the address, or the proxy's, may not be reached.
            EgressError: no answer, or one that is too long or too late.
        """
        url = _url(call.url)
        try:
            async with asyncio.timeout(call.timeout_s):
                return await self._exchange(call, url)
        except TimeoutError as error:
            raise EgressError(f"upstream {url.host}: no answer in {call.timeout_s:g} s") from error
        except httpx.HTTPError as error:
            reason = str(error) or type(error).__name__
            raise EgressError(f"upstream {url.host}: {reason}") from error
        except ValueError as error:
            raise EgressError(f"upstream {url.host}: a header cannot be sent") from error

    async def _exchange(self, call: Call, url: httpx.URL) -> Reply:
        policy, way = self._policy, call.way
        proxy, connected, name = None, url, url.host
        if way.proxy:
            allowed = way.allow_private
            proxy = await policy.resolve_proxy(way.proxy, call.url, allow_private=allowed)
        else:
            to = await policy.resolve(call.url, allow_private=way.allow_private)
            connected, name = url.copy_with(host=to.address), to.host
        timeout = httpx.Timeout(call.timeout_s, connect=min(_CONNECT_TIMEOUT_S, call.timeout_s))
        request = httpx.Request(
            call.method,
            connected,
            headers=_headers(call, url),
            content=call.body,
            extensions={"sni_hostname": name, "timeout": timeout.as_dict()},
        )
        tls = await asyncio.to_thread(_tls)
        async with httpx.AsyncClient(proxy=proxy, verify=tls, trust_env=False) as client:
            return await _read(await client.send(request, stream=True), url.host, call.most_bytes)


def _url(text: str) -> httpx.URL:
    try:
        return httpx.URL(text)
    except httpx.InvalidURL as error:
        raise EgressRefusedError("not a valid address") from error


def _headers(call: Call, url: httpx.URL) -> dict[str, str]:
    given = {name.lower(): value for name, value in call.headers.items()}
    given |= {name.lower(): value for name, value in call.way.headers.items()}
    return given | {"host": url.netloc.decode()}


_further_roots: list[Path] = []


def trust(file: Path) -> None:
    """Has upstreams' certificates judged by the roots of a PEM file too; once, at start."""
    _further_roots.append(file)
    _tls.cache_clear()


@functools.cache
def _tls() -> ssl.SSLContext:
    """Returns the one set of trusted roots; reading it takes tens of milliseconds."""
    context = httpx.create_ssl_context(trust_env=False)
    for file in _further_roots:
        context.load_verify_locations(file)
    return context


async def _read(response: httpx.Response, host: str, most_bytes: int) -> Reply:
    try:
        parts: list[bytes] = []
        size = 0
        async for part in response.aiter_bytes():
            size += len(part)
            if size > most_bytes:
                raise EgressError(f"upstream {host} answered more than {most_bytes} bytes")
            parts.append(part)
        return Reply(response.status_code, b"".join(parts))
    finally:
        await response.aclose()
