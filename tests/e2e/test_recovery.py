"""Old backups, lost folders and damage: what can be made whole is, what cannot is said."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pytest

from tests.support.clock import until
from tests.support.fake_upstream import FakeUpstream
from tests.support.process import Admin, Weirgate

CALL_QUOTA = 49
BODY = {"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}]}


@dataclass
class House:
    """A server with a key, and calls to make."""

    server: Weirgate
    admin: Admin
    key: str

    def call(self, times: int) -> None:
        headers = {"authorization": f"Bearer {self.key}"}
        for _ in range(times):
            url = f"{self.server.url}/v1/chat/completions"
            assert httpx.post(url, json=BODY, headers=headers).status_code == 200

    def rest(self) -> None:
        assert self.server.stop() == 0

    def resume(self) -> None:
        self.server.start()
        self.admin.client.base_url = self.server.url

    def books(self) -> tuple[int, int, dict[str, Any]]:
        """Returns used quota and call count of the user, and the verification."""
        report = self.server.verify()
        me = self.admin.me()
        return me["used_quota"], me["request_count"], report

    def backup(self, folder: Path) -> None:
        shutil.copy(self.server.folder / "weirgate.db", folder / "backup.db")

    def restore(self, folder: Path) -> None:
        shutil.copy(folder / "backup.db", self.server.folder / "weirgate.db")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with FakeUpstream() as upstream, Weirgate(tmp_path / "data") as server:
        admin = Admin(server)
        admin.add_channel(upstream.base_url)
        try:
            yield House(server, admin, admin.add_key())
        finally:
            admin.client.close()


def charged(calls: int) -> tuple[int, int]:
    return calls * CALL_QUOTA, calls


def test_an_older_ledger_catches_up_from_the_journal(house: House, tmp_path: Path) -> None:
    house.call(3)
    house.rest()
    house.backup(tmp_path)
    house.resume()
    house.call(4)
    house.rest()
    house.restore(tmp_path)
    house.resume()
    used, count, report = house.books()
    assert (used, count) == charged(7)
    assert (report["is_sound"], report["stores_agree"]) == (True, True)


def test_a_lost_usage_store_is_filled_from_the_journal(house: House) -> None:
    house.call(3)
    house.rest()
    for path in house.server.folder.glob("usage.duckdb*"):
        path.unlink()
    house.resume()
    report = until(house.server.verify, lambda found: found["stores_agree"] is True)
    assert report["usage_charged"] == 3 * CALL_QUOTA


def in_the_file(house: House) -> tuple[int, int]:
    """Returns how many calls and other log entries the usage store's file holds."""
    connection = duckdb.connect(str(house.server.folder / "usage.duckdb"), read_only=True)
    try:
        counts = "SELECT (SELECT count(*) FROM usage), (SELECT count(*) FROM logs)"
        ((calls, entries),) = connection.execute(counts).fetchall()
        return calls, entries
    finally:
        connection.close()


def test_what_was_newer_than_the_checkpoint_is_read_again_after_a_kill(house: House) -> None:
    house.call(3)
    house.server.drain()
    assert house.server.verify()["usage_charged"] == 3 * CALL_QUOTA, "it could be seen"
    house.server.kill()
    assert in_the_file(house) == (0, 0)
    house.resume()
    house.call(2)
    report = until(house.server.verify, lambda found: found["stores_agree"] is True)
    assert report["usage_charged"] == report["sql_charged"] == 5 * CALL_QUOTA
    house.rest()
    calls, entries = in_the_file(house)
    assert calls == 5
    assert entries > 0, "setting up was told through the outbox"


def test_a_lost_journal_stops_the_start_until_the_gap_is_accepted(house: House) -> None:
    house.call(3)
    house.rest()
    shutil.rmtree(house.server.folder / "journal")
    refused = house.server.run("serve", "--port", "0")
    assert refused.returncode == 1
    (line,) = [text for text in refused.stderr.splitlines() if text.startswith("weirgate: ")]
    assert "gap" in line
    assert "weirgate ledger recover" in line
    unsure = house.server.run("ledger", "recover")
    assert unsure.returncode == 1
    assert "--accept" in unsure.stderr
    assert house.server.run("ledger", "recover", "--accept").returncode == 0
    house.resume()
    house.call(1)
    until(house.admin.me, lambda me: bool(me["request_count"] == 4))
    used, count, report = house.books()
    assert (used, count) == charged(4)
    assert report["stores_agree"] is True


def test_a_ledger_older_than_the_journal_is_filled_from_the_usage_store(
    house: House, tmp_path: Path
) -> None:
    house.call(2)
    house.rest()
    house.backup(tmp_path)
    house.resume()
    house.call(5)
    house.rest()
    house.restore(tmp_path)
    shutil.rmtree(house.server.folder / "journal")
    recovered = house.server.run("ledger", "recover", "--accept")
    assert f"booked 5 calls of {5 * CALL_QUOTA}" in recovered.stdout
    house.resume()
    used, count, report = house.books()
    assert (used, count) == charged(7)
    assert (report["is_sound"], report["stores_agree"]) == (True, True)


def test_garbage_behind_the_last_record_loses_nothing(house: House) -> None:
    house.call(3)
    house.server.kill()
    files = (house.server.folder / "journal").glob("*")
    # Segments are allocated ahead with zeros: the one in use has most that is not.
    newest = max(files, key=lambda path: len(path.read_bytes().rstrip(b"\0")))
    data = newest.read_bytes()
    end = len(data.rstrip(b"\0"))
    with newest.open("r+b") as segment:
        segment.seek(end + 8)
        segment.write(b"garbage" * 50)
    house.resume()
    used, count, report = house.books()
    assert (used, count) == charged(3)
    assert report["is_sound"] is True
