"""Logs and usage data over HTTP: a management plane with a filled usage store."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from weirgate.analytics.ingest import LogEntry, UsageWriter
from weirgate.analytics.reader import UsageReader
from weirgate.store.tables import Channel, Key, User
from weirgate.usage.routes import routes
from weirgate.usage.service import UsageService
from weirgate.usage_grants.routes import routes as grant_routes
from weirgate.usage_grants.service import UsageGrantService
from weirgate.web.router import Route

from tests.support.factories import NOON_MS, batch, usage_row
from tests.support.lake import lake_writer
from tests.support.management import Management, running_management
from tests.support.postgres import postgres_server, postgres_url

__all__ = ["postgres_server", "postgres_url"]

ROOT, ALICE, BOB = 1, 2, 3
ATTEMPTS = (
    '[{"channel_id":9,"key_index":0,"status":500,"ms":3,"error":"status"},'
    '{"channel_id":1,"key_index":2,"status":200,"ms":7,"error":""}]'
)
PRICE = (
    '{"quota_type":"token","model_ratio":"1.25","completion_ratio":"4","cache_ratio":"0.5",'
    '"group_ratio":"0.9","user_group_ratio":"0.9"}'
)
ROWS = [
    usage_row(user_id=ALICE, username="alice", ended_ms=NOON_MS - 3_600_000, quota=10),
    usage_row(
        user_id=ALICE,
        username="alice",
        attempts=ATTEMPTS,
        price=PRICE,
        is_stream=True,
        upstream_model="gpt-4o-2024",
        cached_read=4,
    ),
    usage_row(
        user_id=BOB,
        username="bob",
        key_id=8,
        model="o1",
        quota=7,
        is_stream=True,
        end_reason="upstream_incomplete",
    ),
    usage_row(user_id=BOB, username="bob", key_id=8, status=502, quota=0, end_reason="no_answer"),
]
GIFT = LogEntry(created_ms=NOON_MS, type=1, user_id=ALICE, username="alice", content="a gift")


@dataclass
class Desk:
    """The running plane, its usage store and a client for each user."""

    management: Management
    writer: UsageWriter
    clients: list[httpx.Client] = field(default_factory=list)

    def get(self, user_id: int, path: str, **query: str | int) -> httpx.Response:
        client = self.management.client(headers=self.management.login(user_id))
        self.clients.append(client)
        return client.get(path, params=query)

    def ask(self, user_id: int, method: str, path: str, body: object = None) -> httpx.Response:
        client = self.management.client(headers=self.management.login(user_id))
        self.clients.append(client)
        return client.request(method, path, json=body)

    def bearing(self, token: str, user_id: int) -> httpx.Client:
        headers = {"authorization": f"Bearer {token}", "new-api-user": str(user_id)}
        client = self.management.client(headers=headers)
        self.clients.append(client)
        return client

    def data(self, user_id: int, path: str, **query: str | int) -> list[dict[str, object]]:
        document = self.get(user_id, path, **query).json()
        assert document["success"] is True, document
        found: list[dict[str, object]] = document["data"]
        return found


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with running_desk(tmp_path) as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def either_desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    """The desk on each database."""
    is_postgres = request.param == "postgresql"
    url: str | None = request.getfixturevalue("postgres_url") if is_postgres else None
    with running_desk(tmp_path, url) as running:
        yield running


@pytest.fixture
def over_lake(postgres_url: str, tmp_path: Path) -> Iterator[Desk]:
    with running_desk(tmp_path, postgres_url, is_lake=True) as running:
        yield running


@contextmanager
def running_desk(
    tmp_path: Path, url: str | None = None, *, is_lake: bool = False
) -> Iterator[Desk]:
    """Serves usage and its grants over a filled usage store."""
    file = UsageWriter(tmp_path / "usage.duckdb")
    writer = lake_writer(url, tmp_path, node=0) if url and is_lake else file
    reader = UsageReader(writer)

    def wire(management: Management) -> list[Route]:
        management.clock.now_ms = NOON_MS + 10_000
        management.run(writer.open(NOON_MS))
        reader.open()
        management.run(writer.ingest(batch("1:1:9", *ROWS), ""))
        management.run(writer.add_logs([GIFT], "", "1"))
        return [
            *routes(UsageService(reader, writer, management.clock)),
            *grant_routes(UsageGrantService(management.clock)),
        ]

    with running_management(tmp_path, wire, url=url) as management:
        management.add(
            User(id=ROOT, username="root", role=100),
            User(id=ALICE, username="alice", role=1),
            User(id=BOB, username="bob", role=1),
            Key(id=8, user_id=BOB, key_hash=management.keys.key_hash("bobs")),
            Channel(id=1, name="first"),
        )
        made = Desk(management, writer)
        try:
            yield made
        finally:
            for client in made.clients:
                client.close()
            reader.close()
            management.run(writer.close())
