"""The restore drill: a backup under traffic, put back elsewhere, held against what was charged."""

import shutil
import sqlite3
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import orjson
import pytest

from tests.support.clock import until
from tests.support.fake_upstream import FakeUpstream
from tests.support.postgres import postgres_server, postgres_url
from tests.support.process import PASSWORD, Admin, Weirgate

__all__ = ["postgres_server", "postgres_url"]

CALL_QUOTA = 49
BODY = {"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}]}
TURNS = 60.0


@dataclass
class Traffic:
    """Calls one after the other, until the block ends."""

    url: str
    key: str
    begun: int = 0
    ended: int = 0
    codes: set[int] = field(default_factory=set)

    def call(self) -> None:
        headers = {"authorization": f"Bearer {self.key}"}
        self.begun += 1
        answer = httpx.post(self.url, json=BODY, headers=headers, timeout=60)
        self.codes.add(answer.status_code)
        self.ended += 1

    @contextmanager
    def running(self) -> Iterator[None]:
        over = threading.Event()

        def work() -> None:
            while not over.is_set():
                self.call()

        thread = threading.Thread(target=work)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


@dataclass
class Site:
    server: Weirgate
    admin: Admin
    traffic: Traffic


def site_of(folder: Path, upstream: FakeUpstream, *options: str) -> Generator[Site, None, None]:
    with Weirgate(folder, *options) as server:
        admin = Admin(server)
        admin.add_channel(upstream.base_url)
        key = admin.add_key()
        try:
            yield Site(server, admin, Traffic(f"{server.url}/v1/chat/completions", key))
        finally:
            admin.client.close()


@pytest.fixture
def upstream() -> Iterator[FakeUpstream]:
    with FakeUpstream() as running:
        yield running


@pytest.fixture
def site(tmp_path: Path, upstream: FakeUpstream) -> Iterator[Site]:
    yield from site_of(tmp_path / "data", upstream)


def taken(server: Weirgate, target: Path) -> Path:
    """Makes a backup with the command and returns it."""
    made = server.run("backup", str(target), *server.options)
    assert made.returncode == 0, made.stderr
    return target


def put_back(backup: Path, folder: Path, *options: str) -> Weirgate:
    server = Weirgate(folder)
    done = server.run("restore", str(backup), *options)
    assert done.returncode == 0, done.stderr
    return server


def booked(server: Weirgate) -> tuple[int, int, dict[str, object]]:
    """Returns used quota and calls of root, and a verification with both stores at one place."""
    report = until(server.verify, lambda found: found["stores_agree"] is True, TURNS)
    with httpx.Client(base_url=server.url, timeout=60) as client:
        login = {"username": "root", "password": PASSWORD}
        user = client.post("/api/user/login", json=login).json()["data"]["id"]
        me = client.get("/api/user/self", headers={"New-Api-User": str(user)}).json()["data"]
        return me["used_quota"], me["request_count"], report


def test_the_drill(site: Site, tmp_path: Path) -> None:
    traffic = site.traffic
    with traffic.running():
        until(lambda: traffic.ended, lambda count: count >= 20, TURNS)
        before = traffic.ended
        backup = taken(site.server, tmp_path / "backup")
        after = traffic.begun
        until(lambda: traffic.ended, lambda count: count >= after + 20, TURNS)
    assert traffic.codes == {200}
    manifest = orjson.loads((backup / "manifest.json").read_bytes())
    assert manifest["journal_end"]
    assert not list(site.server.folder.glob("backup-*")), "no pin is left"
    used, calls, _ = booked(site.server)
    assert (used, calls) == (traffic.ended * CALL_QUOTA, traffic.ended)

    with put_back(backup, tmp_path / "elsewhere") as restored:
        used, calls, report = booked(restored)
        assert report["is_sound"] is True
        assert before <= calls <= after, "what was charged when it was made, and nothing later"
        assert used <= calls * CALL_QUOTA, "a call that was open is settled by what was delivered"
        assert report["usage_charged"] == report["sql_charged"] == used
        # Keys open with the backup's key file, channels with their credentials.
        again = Traffic(f"{restored.url}/v1/chat/completions", traffic.key)
        again.call()
        assert again.codes == {200}
        assert booked(restored)[1] == calls + 1


def test_the_journal_that_outlived_its_stores_brings_all_back(site: Site, tmp_path: Path) -> None:
    for _ in range(3):
        site.traffic.call()
    backup = taken(site.server, tmp_path / "backup.tar.gz")
    for _ in range(5):
        site.traffic.call()
    site.server.drain()
    site.server.kill()
    journal = site.server.folder / "journal"
    with put_back(backup, tmp_path / "elsewhere", "--journal", str(journal)) as restored:
        used, calls, report = booked(restored)
        assert (used, calls) == (8 * CALL_QUOTA, 8)
        assert report["is_sound"] is True


def test_a_folder_at_rest_is_copied_as_it_is(site: Site, tmp_path: Path) -> None:
    site.traffic.call()
    site.server.kill()
    backup = taken(site.server, tmp_path / "backup")
    with put_back(backup, tmp_path / "elsewhere") as restored:
        used, calls, report = booked(restored)
        assert (used, calls, report["is_sound"]) == (CALL_QUOTA, 1, True)


def test_nothing_is_overwritten_and_nothing_damaged_is_taken(site: Site, tmp_path: Path) -> None:
    backup = taken(site.server, tmp_path / "backup")
    again = site.server.run("backup", str(backup))
    assert again.returncode == 1
    assert "is there already" in again.stderr
    running = site.server.run("restore", str(backup), "--force")
    assert running.returncode == 1
    assert "in use by another process" in running.stderr
    assert site.server.stop() == 0
    refused = site.server.run("restore", str(backup))
    assert refused.returncode == 1
    assert "is not empty" in refused.stderr
    forced = site.server.run("restore", str(backup), "--force")
    assert forced.returncode == 0, forced.stderr
    (aside,) = site.server.folder.glob("before-restore-*")
    assert (aside / "weirgate.db").exists()
    with site.server as restored:
        assert restored.verify()["is_sound"] is True

    with sqlite3.connect(backup / "weirgate.db") as database:
        database.execute("CREATE TABLE more (a)")
    other = Weirgate(tmp_path / "other")
    damaged = other.run("restore", str(backup))
    assert damaged.returncode == 1
    assert "weirgate.db is not what the manifest says" in damaged.stderr
    shutil.rmtree(backup / "journal")
    assert other.run("restore", str(tmp_path / "nothing")).returncode == 1
    assert not (tmp_path / "other").exists(), "nothing was touched"


def test_postgresql_comes_back_whole(
    tmp_path: Path, postgres_url: str, upstream: FakeUpstream
) -> None:
    stage = site_of(tmp_path / "data", upstream, "--database-url", postgres_url)
    site = next(stage)
    traffic = site.traffic
    with traffic.running():
        until(lambda: traffic.ended, lambda count: count >= 10, TURNS)
        before = traffic.ended
        backup = taken(site.server, tmp_path / "backup")
        after = traffic.begun
    assert site.server.stop() == 0
    stage.close()

    refused = Weirgate(tmp_path / "elsewhere").run(
        "restore", str(backup), "--database-url", postgres_url
    )
    assert "the database is not empty" in refused.stderr
    server = Weirgate(tmp_path / "elsewhere", "--database-url", postgres_url)
    done = server.run("restore", str(backup), "--force", *server.options)
    assert done.returncode == 0, done.stderr
    with server:
        report = until(
            lambda: orjson.loads(server.run("ledger", "verify", *server.options).stdout),
            lambda found: found["stores_agree"] is True,
            TURNS,
        )
        assert report["is_sound"] is True
        used, calls, _ = booked(server)
        assert before <= calls <= after
        assert used <= calls * CALL_QUOTA
        admin = httpx.Client(base_url=server.url, timeout=60)
        login = {"username": "root", "password": PASSWORD}
        user = admin.post("/api/user/login", json=login).json()["data"]["id"]
        headers = {"New-Api-User": str(user)}
        made = {"name": "second", "unlimited_quota": True, "expired_time": -1}
        new = admin.post("/api/token/", json=made, headers=headers).json()
        assert new["success"] is True, "numbers go on behind those of the copy"
        admin.close()
