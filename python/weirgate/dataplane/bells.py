"""The two bells of the change feed: PostgreSQL's LISTEN, or Redis's publish and subscribe.

A ring says nothing but "look"; see `feed`. PostgreSQL rings by itself when a change commits.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError

from weirgate.dataplane.feed import BellError
from weirgate.store.engine import parse
from weirgate.store.feed import NOTICE

if TYPE_CHECKING:
    from collections.abc import Callable

    from weirgate.redis_link import RedisLink

SIGN_OF_LIFE_S = 15.0
ANSWER_S = 10.0


class PostgresBell:
    """Listens on a connection of its own."""

    name = "postgresql"

    def __init__(self, url: str) -> None:
        self._url = parse(url).set(drivername="postgresql").render_as_string(hide_password=False)

    async def listen(self, heard: Callable[[], None]) -> None:
        """Listens until the connection breaks, which it is asked about now and then."""
        try:
            connection = await psycopg.AsyncConnection.connect(
                self._url, autocommit=True, connect_timeout=int(ANSWER_S)
            )
            async with connection:
                await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(NOTICE)))
                heard()
                while True:
                    async for _ in connection.notifies(timeout=SIGN_OF_LIFE_S):
                        heard()
                    async with asyncio.timeout(ANSWER_S):
                        await connection.execute("SELECT 1")
        except (psycopg.Error, OSError, TimeoutError) as error:
            raise BellError(f"{type(error).__name__}: {error}") from error

    async def ring(self) -> None:
        """Does nothing: the transaction has rung."""


class RedisBell:
    """Publishes and subscribes on one channel."""

    name = "redis"

    def __init__(self, link: RedisLink) -> None:
        self._link = link
        self._channel = link.name("changes")

    async def listen(self, heard: Callable[[], None]) -> None:
        """Listens until the connection breaks; its health check asks now and then."""
        bell = self._link.client.pubsub(ignore_subscribe_messages=True)
        try:
            await bell.subscribe(self._channel)
            heard()
            while True:
                # Its own reconnecting would hide what was missed meanwhile.
                if await bell.get_message(timeout=SIGN_OF_LIFE_S) is not None:
                    heard()
                elif not bell.subscribed:
                    raise BellError("not subscribed any more")
        except (RedisError, OSError, TimeoutError) as error:
            raise BellError(self._link.said(error)) from error
        finally:
            with suppress(RedisError, OSError):
                await bell.aclose()  # type: ignore[no-untyped-call]

    async def ring(self) -> None:
        """Publishes an empty word; once more when the connection kept for it has died."""
        try:
            async with asyncio.timeout(ANSWER_S):
                try:
                    await self._publish()
                except RedisConnectionError:
                    await self._publish()
        except (RedisError, OSError, TimeoutError) as error:
            raise BellError(self._link.said(error)) from error

    async def _publish(self) -> None:
        await self._link.client.publish(self._channel, "")
