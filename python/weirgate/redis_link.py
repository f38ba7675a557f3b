"""The connection to Redis, where several nodes share what may be lost: counts, bells, places.

Everything in it can be flushed at any moment; money, keys and settings never stand there. Names
begin with a prefix of the installation's own, so that one Redis can serve several. The address
with its password is never logged.
"""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import SplitResult, quote, urlsplit

from redis.asyncio import Redis
from redis.asyncio.connection import parse_url
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

CONNECT_S = 5.0
ANSWER_S = 2.0
HEALTH_S = 15
CONNECTIONS = 32


def with_password(url: str, password: str) -> str:
    """Returns the address with this password, unless it names one itself.

    Raises:
        ValueError: it is no address of one Redis server; the text holds no secret.
    """
    parts = _parts(url)
    if parts is None:
        raise ValueError("no address of one Redis server: redis[s]://[:password@]host[:port][/db]")
    if not password or parts.password is not None:
        return url
    place = parts.netloc.rpartition("@")[2]
    user = quote(parts.username or "", safe="")
    return parts._replace(netloc=f"{user}:{quote(password, safe='')}@{place}").geturl()


def _parts(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        number = parts.path.strip("/")
        known = parts.scheme in ("redis", "rediss") and bool(parts.hostname)
        if not known or "," in parts.netloc or (number and not number.isdigit()):
            return None
        parse_url(url)
    except ValueError:
        return None
    return parts


def prefix(key_hash: bytes) -> str:
    """Returns what all names of this installation begin with; nodes of one share the secret."""
    return "weirgate:" + hmac.digest(key_hash, b"weirgate redis 1", hashlib.sha256).hex()[:16]


class RedisLink:
    """One Redis, and how our names begin there."""

    def __init__(self, url: str, prefix_text: str) -> None:
        self._prefix = prefix_text
        self._password = urlsplit(url).password or ""
        self.client: Redis = Redis.from_url(
            url,
            socket_connect_timeout=CONNECT_S,
            socket_timeout=ANSWER_S,
            socket_keepalive=True,
            health_check_interval=HEALTH_S,
            max_connections=CONNECTIONS,
            # A call in doubt goes on without Redis: nobody waits for a second try.
            retry=Retry(NoBackoff(), 0),
        )

    def name(self, *parts: str) -> str:
        """Returns the name of something of ours."""
        return ":".join((self._prefix, *parts))

    def said(self, error: BaseException) -> str:
        """Returns an error's text without the password."""
        text = f"{type(error).__name__}: {error}"
        return text.replace(self._password, "***") if self._password else text

    async def close(self) -> None:
        """Closes all connections."""
        await self.client.aclose()
