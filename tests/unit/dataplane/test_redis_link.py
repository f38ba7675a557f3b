"""The address of Redis: the family's forms, its password, and what is never shown."""

from __future__ import annotations

import pytest
from pydantic import ValidationError
from redis.asyncio.connection import parse_url
from weirgate.redis_link import RedisLink, prefix, with_password
from weirgate.settings import Settings


@pytest.mark.parametrize(
    ("url", "password", "read"),
    [
        ("redis://r", "", {"host": "r"}),
        ("redis://r:7000/2", "p@/", {"host": "r", "port": 7000, "db": 2, "password": "p@/"}),
        ("redis://:own@r", "other", {"host": "r", "password": "own"}),
        ("redis://user@r", "p", {"host": "r", "username": "user", "password": "p"}),
    ],
)
def test_the_password_stands_in_the_address_or_beside_it(
    url: str, password: str, read: dict[str, object]
) -> None:
    assert parse_url(with_password(url, password)) == read


def test_tls_is_an_address_as_well() -> None:
    assert with_password("rediss://r:6380/0", "p") == "rediss://:p@r:6380/0"


@pytest.mark.parametrize(
    "url", ["r:6379", "http://r", "redis://", "redis://r/x", "redis://a:1,b:2", "redis://r:port"]
)
def test_what_is_no_address_of_one_server_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Settings(redis_url=url)
    first = refused.value.errors(include_url=False, include_input=False)[0]
    assert "no address of one Redis server" in first["msg"]
    assert f"'{url}'" not in first["msg"]


def test_secrets_are_not_shown() -> None:
    settings = Settings(redis_url="redis://:hidden@r", redis_password="beside")  # noqa: S106
    assert "hidden" not in repr(settings)
    assert "beside" not in repr(settings)
    link = RedisLink("redis://:hidden@r", prefix(b"k" * 32))
    assert link.said(OSError("AUTH hidden failed")) == "OSError: AUTH *** failed"
    assert link.name("changes").startswith("weirgate:")
