"""How the process starts, refuses to start, and stops."""

import re
import socket
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import orjson
import pytest

from tests.support.fake_upstream import FakeUpstream, Reply, Request, behave
from tests.support.process import Admin, Weirgate

STREAM = orjson.dumps(
    {"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}], "stream": True}
)


def slowly(request: Request) -> Reply:
    reply = behave(request)
    return Reply(content_type=reply.content_type, chunks=reply.chunks, pause_s=0.2)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Weirgate]:
    with Weirgate(tmp_path / "data") as running:
        yield running


def test_a_stop_lets_a_running_stream_end_and_books_it(server: Weirgate) -> None:
    with FakeUpstream(slowly) as upstream:
        admin = Admin(server)
        admin.add_channel(upstream.base_url)
        headers = {"authorization": f"Bearer {admin.add_key()}"}
        url = f"{server.url}/v1/chat/completions"
        codes: list[int] = []
        with httpx.stream("POST", url, content=STREAM, headers=headers) as answer:
            parts = answer.iter_raw()
            received = next(parts)
            stopping = threading.Thread(target=lambda: codes.append(server.stop()))
            stopping.start()
            received += b"".join(parts)
        stopping.join()
        assert codes == [0]
        assert received.endswith(b"data: [DONE]\n\n")
        server.start()
        admin.client.base_url = server.url
        (row,) = admin.call("GET", "/api/log/", type=2)["items"]
        assert (row["quota"], row["content"]) == (49, "")
        admin.client.close()


def test_a_second_server_on_the_same_folder_is_refused_in_one_line(server: Weirgate) -> None:
    refused = server.run("serve", "--port", "0")
    assert refused.returncode == 1
    assert refused.stderr == f"weirgate: data folder {server.folder} is in use by another process\n"


def test_a_taken_port_is_refused_in_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        refused = Weirgate(tmp_path / "data").run("serve", "--host", "127.0.0.1", "--port", port)
    assert refused.returncode == 1
    assert (
        refused.stderr == f"weirgate: cannot listen on 127.0.0.1:{port}: Address already in use\n"
    )


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"WEIRGATE_DATABASE_URL": "mysql://a/b"}, "in MySQL"),
        ({"WEIRGATE_DATABASE_URL": "postgresql://127.0.0.1:1/none"}, "refused"),
        ({"PORT": "many"}, "setting"),
        ({"WEIRGATE_TRUSTED_PROXIES": "everybody"}, "everybody"),
        ({"SESSION_SECRET": "random_string"}, "random_string"),
        ({"WEIRGATE_HOST": "nowhere"}, "nowhere"),
    ],
)
def test_a_wrong_setting_is_refused_in_one_line(
    tmp_path: Path, environment: dict[str, str], message: str
) -> None:
    refused = Weirgate(tmp_path / "data", **environment).run("serve", "--admin-port", "0")
    assert refused.returncode == 1
    (line,) = refused.stderr.splitlines()
    assert line.startswith("weirgate: ")
    assert message in line


def test_until_set_up_only_loopback_or_the_token_may_set_up(server: Weirgate) -> None:
    assert len(server.setup_token) >= 20
    admin = Admin(server)
    again = admin.client.post("/api/setup", json={"username": "eve", "password": "12345678"})
    assert again.json()["success"] is False
    admin.client.close()
    server.stop()
    server.start()
    assert server.setup_token == ""


def test_health_readiness_and_metrics_stand_on_the_admin_port(server: Weirgate) -> None:
    base = f"http://{server.admin_address}"
    assert httpx.get(f"{base}/health").status_code == 200
    assert httpx.get(f"{base}/ready").status_code == 200
    metrics = httpx.get(f"{base}/metrics").text
    for name in ("weirgate_drain_sql_lag_bytes", "weirgate_journal_bytes", "weirgate_ready 1"):
        assert re.search(rf"^{name}", metrics, re.MULTILINE), name


def test_migrations_can_be_looked_at_before_they_are_made(tmp_path: Path) -> None:
    server = Weirgate(tmp_path / "data")
    before = server.run("migrate", "--plan")
    assert "would apply" in before.stdout
    assert not (tmp_path / "data" / "weirgate.db").exists() or "CREATE TABLE" in before.stdout
    assert server.run("migrate").returncode == 0
    assert server.run("migrate", "--plan").stdout == "nothing to do\n"


def test_only_this_user_can_read_the_folder_and_its_sockets(server: Weirgate) -> None:
    names = ("", "secret.key", "control.sock", "management.sock", "weirgate.db", "usage.duckdb")
    for name in names:
        mode = (server.folder / name).stat().st_mode & 0o077
        assert mode == 0, name


def test_ledger_verify_says_by_its_exit_code_whether_the_books_agree(server: Weirgate) -> None:
    admin = Admin(server)
    running = server.run("ledger", "verify")
    assert running.returncode == 0, running.stderr
    report = orjson.loads(running.stdout)
    assert report["credited"] == report["free"] + report["held"] + report["charged"] > 0
    assert (report["wallets"]["users"], report["wallets"]["differing"]) == (1, [])
    assert admin.client.post("/api/weirgate/ledger/verify").json()["is_sound"] is True
    admin.client.close()
    with sqlite3.connect(server.folder / "weirgate.db") as books:
        books.execute("UPDATE users SET quota = quota + 1")
    tampered = server.run("ledger", "verify")
    assert tampered.returncode == 1
    (differing,) = orjson.loads(tampered.stdout)["wallets"]["differing"]
    assert differing["expected"] == differing["free"] + 1
    server.stop()
    at_rest = server.run("ledger", "verify")
    assert (at_rest.returncode, orjson.loads(at_rest.stdout)["wallets"]) == (1, None)
    elsewhere = server.run("ledger", "verify", "--database-url", "mysql://a/b")
    assert (elsewhere.returncode, elsewhere.stdout) == (2, "")
