"""Who a process is among the nodes of one database, and who is not let in."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from weirgate.dataplane import node
from weirgate.dataplane.node import DEAD_MS, Heart, NodeLostError, claim, retire
from weirgate.settings import KeptNode, Settings, StartError
from weirgate.store import Store
from weirgate.store.migrate import migrate
from weirgate.store.tables import Lease, Node

from tests.support.postgres import postgres_server, postgres_url
from tests.unit.dataplane.conftest import Database

__all__ = ["postgres_server", "postgres_url"]


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    url = f"sqlite:///{tmp_path}/weirgate.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    migrate(url)
    return Database(url)


class Yard:
    """One database and a data folder for each node."""

    def __init__(self, store: Store, url: str, folder: Path) -> None:
        self.store = store
        self._url = url
        self._folder = folder

    def settings(self, folder: str, name: str = "") -> Settings:
        path = self._folder / folder
        path.mkdir(exist_ok=True)
        return Settings(data_dir=path, database_url=self._url, node_name=name)

    async def start(self, folder: str, name: str = "") -> node.Claimed:
        return await claim(self.store, self.settings(folder, name))

    async def age(self, number: int, by_ms: int = DEAD_MS) -> None:
        async with self.store.unit_of_work() as uow:
            older = update(Node).where(Node.number == number)
            await uow.session.execute(older.values(heartbeat_ms=Node.heartbeat_ms - by_ms))

    async def leases(self) -> list[tuple[int, int]]:
        async with self.store.unit_of_work(write=False) as uow:
            rows = await uow.session.execute(select(Lease.node, Lease.amount))
            return [(row.node, row.amount) for row in rows]


def in_yard(database: Database, folder: Path, work: Callable[[Yard], Awaitable[Any]]) -> None:
    async def run() -> None:
        async with database.open() as store:
            await work(Yard(store, database.url, folder))

    asyncio.run(run())


def test_a_folder_stays_the_node_that_it_became(database: Database, tmp_path: Path) -> None:
    async def work(yard: Yard) -> None:
        first = await yard.start("a")
        again = await yard.start("a")
        assert (first.name, first.number) == (again.name, again.number)
        assert first.number == 0
        assert first.incarnation != again.incarnation
        with pytest.raises(NodeLostError):
            await Heart(yard.store, first).beat()
        assert await Heart(yard.store, again).beat(address="here:1") == 0
        with pytest.raises(StartError, match="is node node-"):
            await yard.start("a", "other")

    in_yard(database, tmp_path, work)


def test_a_number_given_as_the_name_is_taken(database: Database, tmp_path: Path) -> None:
    async def work(yard: Yard) -> None:
        assert (await yard.start("a", "5")).number == 5
        assert yard.settings("a").node == 5
        assert yard.settings("b", "17").node == 17
        with pytest.raises(StartError, match="at most 1023"):
            await yard.start("b", "1024")

    in_yard(database, tmp_path, work)


def test_a_folder_with_a_journal_from_before_is_number_0(
    database: Database, tmp_path: Path
) -> None:
    async def work(yard: Yard) -> None:
        journal = yard.settings("old").data_dir / "journal"
        journal.mkdir()
        (journal / "0000000001.seg").touch()
        assert (await yard.start("old")).number == 0

    in_yard(database, tmp_path, work)


def test_who_is_alone_lets_nobody_in_until_stopped(database: Database, tmp_path: Path) -> None:
    async def work(yard: Yard) -> None:
        alone = await yard.start("a")
        await yard.age(alone.number)
        for name in ("", "b"):
            with pytest.raises(StartError, match="to itself and was not stopped"):
                await yard.start("b", name)
        await Heart(yard.store, alone).stop()
        assert (await yard.start("b")).number == 1

    in_yard(database, tmp_path, work)


def test_a_lost_node_is_retired(database: Database, tmp_path: Path) -> None:
    async def work(yard: Yard) -> None:
        alone = await yard.start("a")
        with pytest.raises(StartError, match="runs"):
            await retire(yard.store, alone.name)
        await yard.age(alone.number)
        assert await retire(yard.store, alone.name) == 0
        with pytest.raises(NodeLostError):
            await Heart(yard.store, alone).beat()
        assert (await yard.start("b")).number == 1
        with pytest.raises(StartError, match="no node nobody"):
            await retire(yard.store, "nobody")

    in_yard(database, tmp_path, work)


@pytest.fixture
def postgres(postgres_url: str) -> Database:
    migrate(postgres_url)
    return Database(postgres_url)


def test_named_nodes_share_postgresql(postgres: Database, tmp_path: Path) -> None:

    async def work(yard: Yard) -> None:
        a, b = await yard.start("a", "a"), await yard.start("b", "b")
        assert (a.number, b.number) == (0, 1)
        assert a.is_shared
        with pytest.raises(StartError, match="belongs to another data folder"):
            await yard.start("c", "b")
        with pytest.raises(StartError, match="give this one a name too"):
            await yard.start("c")

    in_yard(postgres, tmp_path, work)


def test_a_copied_folder_waits_until_the_first_is_dead(postgres: Database, tmp_path: Path) -> None:

    async def work(yard: Yard) -> None:
        a = await yard.start("a", "a")
        copy = yard.settings("copy", "a").data_dir
        kept = KeptNode.of(yard.settings("a").data_dir)
        assert kept is not None
        (copy / "node.json").write_text(kept.model_dump_json())
        with pytest.raises(StartError, match="node a runs already"):
            await yard.start("copy", "a")
        await yard.age(a.number)
        taken = await yard.start("copy", "a")
        assert taken.number == a.number
        with pytest.raises(NodeLostError):
            await Heart(yard.store, a).beat()

    in_yard(postgres, tmp_path, work)


def test_one_alone_takes_the_leases_of_the_dead(postgres: Database, tmp_path: Path) -> None:

    async def work(yard: Yard) -> None:
        a = await yard.start("a", "a")
        async with yard.store.unit_of_work() as uow:
            uow.session.add(Lease(node=a.number, scope="user", account_id=2, amount=50))
        await yard.age(a.number)
        await yard.start("b")
        assert await yard.leases() == []
        with pytest.raises(NodeLostError):
            await Heart(yard.store, a).beat()

    in_yard(postgres, tmp_path, work)


def test_one_sqlite_file_serves_one_process(tmp_path: Path) -> None:
    first = Settings(data_dir=tmp_path / "a", sqlite_path=str(tmp_path / "db"))
    second = Settings(data_dir=tmp_path / "b", sqlite_path=str(tmp_path / "db"))
    with (
        node.sole_user(first),
        pytest.raises(StartError, match="several nodes need PostgreSQL"),
        node.sole_user(second),
    ):
        pass
    with node.sole_user(second):
        pass
