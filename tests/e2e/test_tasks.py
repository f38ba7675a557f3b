"""A task from submit to refund through the real process: charged, polled, failed, paid back once.

The provider is scripted: it takes each task, says once that it works on it, then that it failed.
"""

import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.e2e.conftest import Stage
from tests.support.clock import until
from tests.support.fake_upstream import FakeUpstream, Reply, Request, document, failure
from tests.support.process import Admin, Weirgate

REFUND_LOG = 6
# 500,000 quota a US dollar: a song has one price, a film one a second (here 4).
SONG_QUOTA, FILM_QUOTA = 50_000, 600_000
POLLED_S = 30


@dataclass
class Provider:
    """Takes songs and films; every second question about one hears of its failure."""

    asked: Counter[str] = field(default_factory=Counter)
    taken: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, request: Request) -> Reply:
        with self.lock:
            return self._answer(request)

    def _answer(self, request: Request) -> Reply:
        if request.path == "/suno/submit/MUSIC":
            self.taken += 1
            return document(200, {"code": "success", "message": "", "data": f"song-{self.taken}"})
        if request.path == "/suno/fetch":
            rows = [self._song(name) for name in request.document["ids"]]
            return document(200, {"code": "success", "message": "", "data": rows})
        if request.path == "/v1/videos":
            self.taken += 1
            return document(200, {"id": f"film-{self.taken}", "status": "queued"})
        if request.path.startswith("/v1/videos/film-"):
            return self._film(request.path.rpartition("/")[2])
        return failure(404, f"no such path {request.path}")

    def _is_over(self, name: str) -> bool:
        self.asked[name] += 1
        return self.asked[name] > 1

    def _song(self, name: str) -> dict[str, Any]:
        if self._is_over(name):
            return {"task_id": name, "status": "FAILURE", "fail_reason": "out of tune"}
        return {"task_id": name, "status": "IN_PROGRESS", "progress": "40%"}

    def _film(self, name: str) -> Reply:
        if self._is_over(name):
            error = {"code": "moderation", "message": "not for us"}
            return document(200, {"id": name, "status": "failed", "error": error})
        return document(200, {"id": name, "status": "in_progress", "progress": 40})


@dataclass
class Studio:
    """A stage whose provider is known."""

    stage: Stage
    provider: Provider

    def post(self, key: str, path: str, body: dict[str, str]) -> Any:
        headers = {"authorization": f"Bearer {key}"}
        return self.stage.admin.client.post(path, json=body, headers=headers)

    def books(self, name: str) -> dict[str, int]:
        """Returns wallet, user and key as the management plane shows them."""
        me = self.stage.admin.me()
        keys = self.stage.admin.call("GET", "/api/token/", p=1, page_size=100)["items"]
        (key,) = [item for item in keys if item["name"] == name]
        return {
            "wallet": me["quota"],
            "used": me["used_quota"],
            "key": key["remain_quota"],
            "key_used": key["used_quota"],
        }

    def task(self, task_id: str) -> dict[str, Any]:
        found = self.stage.admin.call("GET", "/api/task/", task_id=task_id)
        (row,) = found["items"]
        shown: dict[str, Any] = row
        return shown

    def refunds(self, task_id: str) -> int:
        """Returns how many log entries tell of this task's refund."""
        page = self.stage.admin.call("GET", "/api/log/", type=REFUND_LOG, page_size=100)
        return sum(task_id in row["content"] for row in page["items"])


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    folder = tmp_path_factory.mktemp("weirgate")
    provider = Provider()
    with FakeUpstream(provider) as upstream, Weirgate(folder) as server:
        admin = Admin(server)
        admin.option("ModelPrice", '{"suno_music":0.1,"sora-2":0.3}')
        admin.add_channel(upstream.base_url, type=36, name="songs", models="suno_music")
        admin.add_channel(upstream.base_url, type=55, name="films", models="sora-2")
        stage = Stage(server, upstream, admin, admin.add_key())
        try:
            yield Studio(stage, provider)
        finally:
            stage.close()


SONG = ("song", "/suno/submit/music", {"prompt": "la la"}, SONG_QUOTA, "out of tune")
FILM = (
    "film",
    "/v1/videos",
    {"model": "sora-2", "prompt": "the sea", "seconds": "4", "size": "720x1280"},
    FILM_QUOTA,
    "not for us",
)


@pytest.mark.parametrize(("name", "path", "body", "price", "reason"), [SONG, FILM])
def test_a_task_that_fails_is_paid_back_once(
    studio: Studio, name: str, path: str, body: dict[str, str], price: int, reason: str
) -> None:
    key = studio.stage.admin.add_key(
        name=name, unlimited_quota=False, remain_quota=price + price // 2
    )
    studio.stage.server.drain()
    before = studio.books(name)

    answer = studio.post(key, path, body)

    assert answer.status_code == 200, answer.text
    ticket = answer.json()
    task_id = ticket["data"] if name == "song" else ticket["id"]
    assert task_id.startswith("task_")
    spent = {
        "wallet": before["wallet"] - price,
        "used": before["used"] + price,
        "key": before["key"] - price,
        "key_used": before["key_used"] + price,
    }
    until(lambda: studio.books(name), lambda books: books == spent, 3)
    assert studio.post(key, path, body).status_code >= 400, "the key cannot pay a second one"

    failed = until(
        lambda: studio.task(task_id), lambda task: bool(task["status"] == "FAILURE"), POLLED_S
    )
    assert failed["fail_reason"] == reason
    assert studio.provider.asked[f"{name}-{studio.provider.taken}"] == 2
    assert studio.books(name) == before
    until(lambda: studio.refunds(task_id), lambda refunds: refunds == 1, 3)


def test_the_relay_lets_a_refund_be_spent_again(studio: Studio) -> None:
    key = studio.stage.admin.add_key(name="again", unlimited_quota=False, remain_quota=SONG_QUOTA)
    _, path, body, _, _ = SONG
    studio.stage.server.drain()
    before = studio.books("again")
    first = studio.post(key, path, body).json()["data"]
    until(lambda: studio.books("again"), lambda books: books["key"] == 0, 3)
    until(lambda: studio.refunds(first), lambda refunds: refunds == 1, POLLED_S)
    second = until(lambda: studio.post(key, path, body), lambda told: told.status_code == 200, 5)
    second_id = second.json()["data"]
    assert second_id != first

    # A restart between submit and failure neither loses the refund nor gives it twice.
    server = studio.stage.server
    assert server.stop() == 0
    server.start()
    studio.stage.admin.client.base_url = server.url
    until(lambda: studio.refunds(second_id), lambda refunds: refunds == 1, POLLED_S)
    server.drain()
    assert studio.books("again") == before
    assert [studio.refunds(task) for task in (first, second_id)] == [1, 1]
    report = server.verify()
    assert (report["is_sound"], report["stores_agree"]) == (True, True)
