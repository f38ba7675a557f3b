"""Starting and stopping: health before traffic, running requests end, sockets are left clean."""

from __future__ import annotations

import signal
import socket
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from weirgate.web.rsgi import Bridge
from weirgate.web.server import ManagementServer, StartError

from tests.api.bridge.sample_app import Seen, make_app
from tests.support.management import Loop, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[3]


@pytest.fixture
def loop() -> Iterator[Loop]:
    with Loop() as running:
        yield running


def get(path: Path, url: str) -> httpx.Response:
    with httpx.Client(transport=httpx.HTTPTransport(uds=str(path)), timeout=20) as client:
        return client.get("http://x" + url)


def test_sigterm_lets_a_running_request_end_and_the_process_exits_clean(tmp_path: Path) -> None:
    path = tmp_path / "management.sock"
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.api.bridge.serve_until_sigterm", str(path)],
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}/python:{ROOT}"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == "serving\n"
        with ThreadPoolExecutor(1) as pool:
            running = pool.submit(get, path, "/wait?s=1")
            with httpx.Client(transport=httpx.HTTPTransport(uds=str(path))) as client:
                while client.get("http://x/entered").status_code != 200:
                    assert not running.done()
            child.send_signal(signal.SIGTERM)
            assert running.result(15).text == "waited"
        assert child.wait(15) == 0
        assert child.stdout.read() == "stopped\n"
        assert not path.exists()
    finally:
        child.kill()
        child.wait()
        if child.stdout is not None:
            child.stdout.close()


def test_only_this_user_may_connect(loop: Loop, tmp_path: Path) -> None:
    path = tmp_path / "management.sock"
    with serving(loop, Bridge(make_app(Seen(), tmp_path)), path):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_stale_socket_is_replaced(loop: Loop, tmp_path: Path) -> None:
    path = tmp_path / "management.sock"
    left = socket.socket(socket.AF_UNIX)
    left.bind(str(path))
    left.close()
    with serving(loop, Bridge(make_app(Seen(), tmp_path)), path):
        assert get(path, "/blocking").status_code == 200


def test_a_socket_that_is_served_is_not_taken_over(loop: Loop, tmp_path: Path) -> None:
    path = tmp_path / "management.sock"
    with serving(loop, Bridge(make_app(Seen(), tmp_path)), path):
        second = ManagementServer(Bridge(make_app(Seen(), tmp_path)), path)
        with pytest.raises(StartError, match="another process serves"):
            loop.run(second.start())
        assert get(path, "/blocking").status_code == 200


def test_a_stopped_server_can_start_again_on_its_socket(loop: Loop, tmp_path: Path) -> None:
    path = tmp_path / "management.sock"
    for _ in range(2):
        with serving(loop, Bridge(make_app(Seen(), tmp_path)), path):
            assert get(path, "/blocking").status_code == 200
        assert not path.exists()


def test_stopping_gives_up_on_a_request_that_does_not_end(loop: Loop, tmp_path: Path) -> None:
    path = tmp_path / "management.sock"
    seen = Seen()
    server = ManagementServer(Bridge(make_app(seen, tmp_path)), path)
    loop.run(server.start())
    with ThreadPoolExecutor(1) as pool:
        hanging = pool.submit(get, path, "/wait?s=60")
        assert seen.entered.wait(5)
        loop.run(server.stop(0.1))
        assert hanging.result(10).status_code == 503
    assert not path.exists()


def test_stopping_closes_a_stream_that_would_go_on_for_ever(loop: Loop, tmp_path: Path) -> None:
    path = tmp_path / "management.sock"
    seen = Seen()
    server = ManagementServer(Bridge(make_app(seen, tmp_path)), path)
    loop.run(server.start())
    with ThreadPoolExecutor(1) as pool:
        hanging = pool.submit(get, path, "/endless")
        assert seen.entered.wait(5)
        loop.run(server.stop(0.1))
        assert hanging.result(10).text == "data: first\n\n"
    assert seen.stream_closed.is_set()


def test_a_socket_that_cannot_be_opened_is_said_at_start(loop: Loop, tmp_path: Path) -> None:
    path = tmp_path / ("long" * 30) / "management.sock"
    server = ManagementServer(Bridge(make_app(Seen(), tmp_path)), path)
    with pytest.raises(StartError):
        loop.run(server.start())
