"""Where management may connect to: the resolved-address policy for addresses that an admin gave.

Every fetch of the probe passes here first. Metadata and link-local addresses are refused
always; private and loopback ones unless the installation allows them.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

_METADATA = (
    ipaddress.ip_network("169.254.0.0/16"),
    ipaddress.ip_network("fe80::/10"),
    ipaddress.ip_network("fd00:ec2::254/128"),
    ipaddress.ip_network("100.100.100.200/32"),
    ipaddress.ip_network("192.0.0.192/32"),
)
_RESOLVE_TIMEOUT_S = 5.0

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class EgressRefusedError(Exception):
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
