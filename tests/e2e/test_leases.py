"""Several nodes over one PostgreSQL: together they never admit more than a wallet pays for."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from tests.support.clock import until
from tests.support.fake_upstream import FakeUpstream, Reply, Request, behave
from tests.support.postgres import postgres_server, postgres_url
from tests.support.process import Admin, Weirgate

__all__ = ["postgres_server", "postgres_url"]

SECRET = "one secret for all the nodes of this test"  # noqa: S105
HOLDS = 10
PATIENCE_S = 120
BODY = {
    "model": "gpt-4o",
    "messages": [{"role": "user", "content": "good day"}],
    "max_tokens": 100,
}


@dataclass
class Gate:
    """A provider that lets no answer out while it is shut."""

    is_shut: bool = True
    reached: int = 0

    def __call__(self, request: Request) -> Reply:
        if not request.path.endswith("/chat/completions"):
            return behave(request)
        self.reached += 1
        return Reply(hang=True) if self.is_shut else behave(request)


@dataclass
class Yard:
    """Nodes that share a database, a provider, and a root user who signed in at the first."""

    folder: Path
    url: str
    stack: ExitStack
    gate: Gate = field(default_factory=Gate)
    nodes: list[Weirgate] = field(default_factory=list)

    def open(self) -> None:
        upstream = self.stack.enter_context(FakeUpstream(self.gate))
        self.admin = Admin(self.add("a"))
        self.stack.callback(self.admin.client.close)
        self.admin.add_channel(upstream.base_url)

    def add(self, name: str) -> Weirgate:
        """Starts one more node; it knows every user and key that there is."""
        node = Weirgate(
            self.folder / name,
            "--node",
            name,
            WEIRGATE_DATABASE_URL=self.url,
            WEIRGATE_SECRET=SECRET,
        )
        self.nodes.append(self.stack.enter_context(node))
        return node

    def sql(self, query: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url) as connection:
            return connection.execute(query.encode()).fetchall()

    def hold(self) -> int:
        """Returns what one call of this test holds."""
        key = self.admin.add_key()

        async def work() -> int:
            async with httpx.AsyncClient(timeout=PATIENCE_S) as client:
                call = asyncio.create_task(post(client, self.nodes[0], key))
                while not self.gate.reached:
                    assert not call.done(), (await call).text
                    await asyncio.sleep(0.05)
                held = await asyncio.to_thread(self.verified, self.nodes[0])
                call.cancel()
                return int(held["wallets"]["held"])

        return asyncio.run(work())

    def verified(self, node: Weirgate) -> dict[str, Any]:
        report = node.verify()
        assert report["is_sound"] is True, report
        return report

    def storm(self, key: str, calls: int) -> list[int]:
        """Makes calls at once, at all nodes in turn, until each is refused or at the provider."""
        self.gate.reached = 0

        async def work() -> list[int]:
            limits = httpx.Limits(max_connections=calls)
            async with httpx.AsyncClient(timeout=PATIENCE_S, limits=limits) as client:
                tasks = [
                    asyncio.create_task(post(client, self.nodes[n % len(self.nodes)], key))
                    for n in range(calls)
                ]
                while sum(task.done() for task in tasks) + self.gate.reached < calls:  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
                refused = [task.result().status_code for task in tasks if task.done()]
                for task in tasks:
                    task.cancel()
                return refused

        return asyncio.run(work())

    def at_rest(self) -> None:
        """Waits until no call holds anything."""
        for node in self.nodes:
            until(lambda node=node: node.status()["gateway"]["open_holds"], lambda n: n == 0)  # type: ignore[misc]


async def post(client: httpx.AsyncClient, node: Weirgate, key: str) -> httpx.Response:
    headers = {"authorization": f"Bearer {key}"}
    return await client.post(f"{node.url}/v1/chat/completions", json=BODY, headers=headers)


@pytest.fixture
def yard(tmp_path: Path, postgres_url: str) -> Iterator[Yard]:
    with ExitStack() as stack:
        made = Yard(tmp_path, postgres_url, stack)
        made.open()
        yield made


def check_storms(yard: Yard, *, nodes: int, calls: int) -> None:
    hold = yard.hold()
    limited = yard.admin.add_key(unlimited_quota=False, remain_quota=HOLDS * hold)
    free = yard.admin.add_key()
    user = {"id": yard.admin.user_id, "action": "add_quota", "mode": "override"}
    for name in ("b", "c")[: nodes - 1]:
        yard.add(name)
    listed = yard.admin.client.get("/api/weirgate/nodes").json()
    assert [node["name"] for node in listed] == ["a", "b", "c"][:nodes]
    assert {node["state"] for node in listed} == {"running"}
    assert yard.storm(limited, calls) == [403] * (calls - HOLDS)
    assert yard.gate.reached == HOLDS
    yard.at_rest()
    yard.admin.call("POST", "/api/user/manage", {**user, "value": HOLDS * hold})
    assert yard.storm(free, calls) == [403] * (calls - HOLDS)
    assert yard.gate.reached == HOLDS
    yard.at_rest()


def test_two_nodes_admit_what_a_wallet_pays_for(yard: Yard) -> None:
    check_storms(yard, nodes=2, calls=60)
    yard.gate.is_shut = False
    key = yard.admin.add_key()
    with httpx.Client(timeout=PATIENCE_S) as client:
        headers = {"authorization": f"Bearer {key}"}
        for _ in range(5):
            node = yard.nodes[0]
            answer = client.post(f"{node.url}/v1/chat/completions", json=BODY, headers=headers)
            assert answer.status_code == 200, answer.text
    for node in yard.nodes:
        node.drain()
        yard.verified(node)
    me = yard.admin.me()
    ((credited,),) = yard.sql("SELECT sum(wallet_delta) FROM ledger_entries WHERE user_id = 1")
    assert me["quota"] + me["used_quota"] == credited
    for node in yard.nodes:
        assert node.stop() == 0
    assert yard.sql("SELECT * FROM leases") == []
    assert yard.sql("SELECT count(*) FROM nodes WHERE stopped_ms = 0") == [(0,)]


@pytest.mark.full
@pytest.mark.parametrize("nodes", [1, 3])
def test_nodes_admit_what_a_wallet_pays_for(yard: Yard, nodes: int) -> None:
    check_storms(yard, nodes=nodes, calls=1000)


def test_a_killed_node_is_replaced_and_its_lease_comes_back(yard: Yard) -> None:
    hold = yard.hold()
    key = yard.admin.add_key(unlimited_quota=False, remain_quota=HOLDS * hold)
    yard.add("b")
    assert yard.storm(key, 2 * HOLDS) == [403] * HOLDS
    yard.nodes[1].kill()
    # What it held is settled by its next start, which gives its lease back.
    yard.nodes[1].start()
    yard.at_rest()
    assert yard.storm(key, 2 * HOLDS) == [403] * HOLDS
    # One that never comes back is dead by the database's clock, and the others take its leases.
    yard.nodes[1].kill()
    del yard.nodes[1]
    with psycopg.connect(yard.url, autocommit=True) as connection:
        connection.execute("UPDATE nodes SET heartbeat_ms = heartbeat_ms - 75000 WHERE name = 'b'")
    yard.at_rest()
    assert yard.storm(key, 2 * HOLDS) == [403] * HOLDS
    assert yard.gate.reached == HOLDS
