"""A migrated SQLite store for the tests of what crosses the planes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from weirgate.store import Store
from weirgate.store.migrate import migrate
from weirgate.store.tables import Channel, Key, User


class Database:
    """Opens the store anew on each event loop."""

    def __init__(self, url: str) -> None:
        self.url = url

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Store]:
        store = Store(self.url)
        try:
            yield store
        finally:
            await store.close()


@pytest.fixture
def database(tmp_path: Path) -> Database:
    url = f"sqlite:///{tmp_path}/weirgate.db"
    migrate(url)
    return Database(url)


def user(user_id: int, **values: object) -> User:
    given: dict[str, object] = {"username": f"user{user_id}", "quota": 1000, **values}
    return User(id=user_id, **given)


def key(key_id: int, user_id: int, **values: object) -> Key:
    given: dict[str, object] = {"key_hash": f"{key_id:064x}", "remain_quota": 500, **values}
    return Key(id=key_id, user_id=user_id, **given)


def channel(channel_id: int, **values: object) -> Channel:
    given: dict[str, object] = {"name": f"c{channel_id}", "models": "gpt-4o", "type": 1, **values}
    return Channel(id=channel_id, **given)
