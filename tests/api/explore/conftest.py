"""Analytics over HTTP: a management plane with a filled usage store."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import httpx
import pytest
from weirgate.analytics.editor import SqlEditor
from weirgate.analytics.ingest import UsageWriter
from weirgate.analytics.reader import UsageReader
from weirgate.explore.files import ExportFolder
from weirgate.explore.routes import routes
from weirgate.explore.service import ExploreService
from weirgate.explore.sql import SqlService
from weirgate.explore.views import ViewService
from weirgate.store.tables import Channel, User
from weirgate.system import routes as system_routes
from weirgate.system.option_table import build_registry
from weirgate.system.service import OptionService
from weirgate.web.router import Route

from tests.support.factories import NOON_MS, batch, usage_row
from tests.support.lake import lake_writer
from tests.support.management import Management, running_management
from tests.support.postgres import postgres_server, postgres_url

__all__ = ["postgres_server", "postgres_url"]
ROOT, ALICE, BOB = 1, 2, 3
BASE = "/api/weirgate/analytics"
DAY = {"start": "2026-11-21T00:00:00Z", "end": "2026-11-22T00:00:00Z"}
HOUR_MS = 3_600_000
ROWS = [
    usage_row(ended_ms=NOON_MS - 24 * HOUR_MS, quota=500_000),
    usage_row(ended_ms=NOON_MS - HOUR_MS, quota=250_000, quota_list=250_000, quota_cost=100_000),
    usage_row(user_id=BOB, username="bob", key_id=8, model="o1", quota=1, channel_id=2),
    usage_row(user_id=BOB, username="bob", key_id=8, status=502, quota=0, end_reason="no_answer"),
]


@dataclass
class Desk:
    """The running plane and a client for each user."""

    management: Management
    writer: UsageWriter
    exports: Path
    clients: dict[int, httpx.Client] = field(default_factory=dict)

    def client(self, user_id: int) -> httpx.Client:
        if user_id not in self.clients:
            headers = self.management.login(user_id)
            self.clients[user_id] = self.management.client(headers=headers, timeout=60)
        return self.clients[user_id]

    def ask(self, user_id: int, **asked: Any) -> httpx.Response:
        body = {"range": DAY, "metrics": ["spend"], **asked}
        return self.client(user_id).post(f"{BASE}/query", json=body)

    def answer(self, user_id: int, **asked: Any) -> dict[str, Any]:
        response = self.ask(user_id, **asked)
        assert response.status_code == 200, response.text
        found: dict[str, Any] = response.json()
        return found


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with filled(tmp_path) as made:
        yield made


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    is_postgres = request.param == "postgresql"
    with filled(tmp_path, request.getfixturevalue("postgres_url") if is_postgres else None) as made:
        yield made


@pytest.fixture
def over_lake(postgres_url: str, tmp_path: Path) -> Iterator[Desk]:
    with filled(tmp_path, postgres_url, is_lake=True) as made:
        yield made


@contextmanager
def filled(tmp_path: Path, url: str | None = None, *, is_lake: bool = False) -> Iterator[Desk]:
    """Serves analytics over a filled usage store."""
    file = UsageWriter(tmp_path / "usage.duckdb")
    writer = lake_writer(url, tmp_path, node=0) if url and is_lake else file
    reader = UsageReader(writer)
    exports = tmp_path / "exports"

    def wire(management: Management) -> list[Route]:
        management.clock.now_ms = NOON_MS + 10_000
        management.run(writer.open(NOON_MS))
        reader.open()
        management.run(writer.ingest(batch("1:1:9", *ROWS), ""))
        options = OptionService(build_registry({}))
        clock = management.clock
        service = ExploreService(reader, options, ExportFolder(exports), clock)
        sql = SqlService(reader, options, ExportFolder(tmp_path / "sql"), SqlEditor(), clock)
        return [
            *routes(service, ViewService(clock), sql),
            *system_routes.routes(options, MagicMock(), MagicMock()),
        ]

    with running_management(tmp_path, wire, url=url) as management:
        management.add(
            User(id=ROOT, username="root", role=100),
            User(id=ALICE, username="alice", role=1),
            User(id=BOB, username="bob", role=1),
            Channel(id=1, name="first", type=1),
            Channel(id=2, name="second", type=14),
        )
        made = Desk(management, writer, exports)
        try:
            yield made
        finally:
            for client in made.clients.values():
                client.close()
            reader.close()
            management.run(writer.close())
