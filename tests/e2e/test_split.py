"""`serve --split`: the management process may die under streams; none of them notices."""

import asyncio
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.support.clock import until
from tests.support.fake_upstream import FakeUpstream, Reply, Request, behave
from tests.support.process import Admin, Weirgate

CALL_QUOTA = 49
PATIENCE_S = 120.0
STREAM = {"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}], "stream": True}
BODY = {"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}]}


class Slow:
    """A provider whose streams stay open until they are let go."""

    def __init__(self) -> None:
        self.pause_s = 3.0

    def __call__(self, request: Request) -> Reply:
        reply = behave(request)
        is_stream = bool(reply.chunks)
        pause = self.pause_s if is_stream else 0.0
        return Reply(
            reply.status, reply.body, reply.content_type, chunks=reply.chunks, pause_s=pause
        )


class Streams:
    """So many streams at once, read to their ends in a thread of their own."""

    def __init__(self, server: Weirgate, key: str, count: int) -> None:
        self.begun = 0
        self.whole = 0
        self.faults: list[str] = []
        self._url = f"{server.url}/v1/chat/completions"
        self._headers = {"authorization": f"Bearer {key}"}
        self._count = count
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()))

    @contextmanager
    def running(self) -> Iterator[None]:
        self._thread.start()
        try:
            until(lambda: self.begun + len(self.faults), lambda n: n >= self._count, PATIENCE_S)
            yield
        finally:
            self._thread.join()

    async def _run(self) -> None:
        limits = httpx.Limits(max_connections=self._count)
        async with httpx.AsyncClient(limits=limits, timeout=PATIENCE_S) as client:
            await asyncio.gather(*(self._read(client) for _ in range(self._count)))

    async def _read(self, client: httpx.AsyncClient) -> None:
        whole = b""
        try:
            async with client.stream(
                "POST", self._url, json=STREAM, headers=self._headers
            ) as answer:
                async for part in answer.aiter_raw():
                    self.begun += not whole
                    whole += part
        except httpx.HTTPError as error:
            self.faults.append(repr(error))
            return
        if answer.status_code == 200 and whole.endswith(b"data: [DONE]\n\n"):
            self.whole += 1
        else:
            self.faults.append(f"{answer.status_code} {whole[-200:]!r}")


def children(pid: int) -> list[int]:
    """Returns the processes that a process has started and that live."""
    found: list[int] = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        found += [int(word) for word in path.read_text().split()]
    return found


def child_of(server: Weirgate) -> int:
    (found,) = children(server.pid)
    return found


def is_back(server: Weirgate) -> bool:
    try:
        return httpx.get(f"{server.url}/api/status", timeout=60).status_code == 200
    except httpx.HTTPError:
        return False


@pytest.fixture
def upstream() -> Iterator[FakeUpstream]:
    with FakeUpstream(Slow()) as running:
        yield running


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Weirgate]:
    with Weirgate(tmp_path / "data", "--split") as running:
        yield running


@pytest.mark.parametrize("count", [100, pytest.param(1_000, marks=pytest.mark.full)])
def test_no_stream_notices_that_management_was_killed(
    server: Weirgate, upstream: FakeUpstream, count: int
) -> None:
    admin = Admin(server)
    admin.add_channel(upstream.base_url)
    key = admin.add_key()
    streams = Streams(server, key, count)
    headers = {"authorization": f"Bearer {key}"}
    url = f"{server.url}/v1/chat/completions"
    with streams.running():
        child = child_of(server)
        killed = time.monotonic()
        os.kill(child, signal.SIGKILL)
        # Calls are served while nobody manages, on what was last published.
        assert httpx.post(url, json=BODY, headers=headers, timeout=60).status_code == 200
        until(lambda: is_back(server), bool, PATIENCE_S)
        print(f"{count} streams: management was back after {time.monotonic() - killed:.1f} s")
        assert child_of(server) != child
    assert streams.faults == []
    assert streams.whole == count
    report = until(server.verify, lambda found: found["stores_agree"] is True, PATIENCE_S)
    assert report["is_sound"] is True
    assert report["sql_charged"] == report["usage_charged"] == (count + 1) * CALL_QUOTA
    me = admin.me()
    assert (me["used_quota"], me["request_count"]) == ((count + 1) * CALL_QUOTA, count + 1)
    # What is made now reaches the data plane, which has been serving all the time.
    second = {"authorization": f"Bearer {admin.add_key()}"}
    assert httpx.post(url, json=BODY, headers=second, timeout=60).status_code == 200
    admin.client.close()
    assert server.stop() == 0


def test_what_was_not_yet_published_reaches_the_data_plane(
    server: Weirgate, upstream: FakeUpstream
) -> None:
    admin = Admin(server)
    admin.add_channel(upstream.base_url)
    key = admin.add_key(unlimited_quota=False, remain_quota=CALL_QUOTA)
    headers = {"authorization": f"Bearer {key}"}
    url = f"{server.url}/v1/chat/completions"
    for _ in range(2):
        os.kill(child_of(server), signal.SIGKILL)
        until(lambda: is_back(server), bool, PATIENCE_S)
    (newest,) = admin.call("GET", "/api/token/", p=1, page_size=1)["items"]
    admin.call("DELETE", f"/api/token/{newest['id']}")
    until(lambda: httpx.post(url, json=BODY, headers=headers, timeout=60).status_code, (401).__eq__)
    report = until(server.verify, lambda found: found["stores_agree"] is True, PATIENCE_S)
    assert report["is_sound"] is True
    admin.client.close()


def test_the_child_goes_with_its_parent(server: Weirgate, upstream: FakeUpstream) -> None:
    admin = Admin(server)
    admin.add_channel(upstream.base_url)
    headers = {"authorization": f"Bearer {admin.add_key()}"}
    child = child_of(server)
    server.kill()
    until(lambda: Path(f"/proc/{child}").exists(), lambda lives: not lives, PATIENCE_S)
    server.start()
    url = f"{server.url}/v1/chat/completions"
    assert httpx.post(url, json=BODY, headers=headers, timeout=60).status_code == 200
    assert server.verify()["is_sound"] is True
    admin.client.close()


def test_a_first_child_that_cannot_start_ends_it_in_one_line(tmp_path: Path) -> None:
    refused = Weirgate(tmp_path / "data").run(
        "serve", "--split", "--port", "0", "--admin-port", "0",
        "--database-url", "postgresql://127.0.0.1:1/none",
    )  # fmt: skip
    assert refused.returncode == 1
    (line,) = refused.stderr.splitlines()
    assert line.startswith("weirgate: ")
