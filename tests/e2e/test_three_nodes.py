"""deploy/three-nodes starts three nodes that share money and keys, and leaves nothing behind."""

import re
import secrets
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx
import pytest

from tests.support.clock import until
from tests.support.fake_upstream import FakeUpstream
from tests.support.ports import accepts
from tests.support.process import Admin

SCRIPT = Path(__file__).resolve().parents[2] / "deploy" / "three-nodes"
SERVE = re.compile(r"^three nodes serve: (\S+) (\S+) (\S+)$", re.M)
OFFSETS = (0, 1, 5, 6, 10, 11, 20, 21)
BODY = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello"}], "max_tokens": 8}
PATIENCE_S = 180.0


@dataclass(frozen=True)
class Node:
    """One of the three."""

    url: str


def free_ports() -> int:
    """Returns a port that is free together with those that the script takes beside it.

    Below the range from which the system takes the ports of outgoing connections.
    """
    return until(
        lambda: secrets.choice(range(20_000, 32_000, 30)),
        lambda port: not any(accepts(port + at) for at in OFFSETS),
    )


@contextmanager
def three_nodes(log: Path, port: int) -> Iterator[list[Node]]:
    with log.open("w") as output:
        command = [str(SCRIPT), "--port", str(port)]
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        try:
            text = until(
                log.read_text,
                lambda text: bool(SERVE.search(text)) or process.poll() is not None,
                PATIENCE_S,
            )
            found = SERVE.search(text)
            assert found, text
            yield [Node(url) for url in found.groups()]
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE_S) == 0, log.read_text()


def test_three_nodes_serve_one_key_and_stop_together(tmp_path: Path) -> None:
    port = free_ports()
    with FakeUpstream() as upstream, three_nodes(tmp_path / "log", port) as nodes:
        admin = Admin(nodes[0])
        admin.add_channel(upstream.base_url, models="gpt-4o")
        headers = {"authorization": f"Bearer {admin.add_key()}"}

        def call(node: Node) -> int:
            url = f"{node.url}/v1/chat/completions"
            return httpx.post(url, json=BODY, headers=headers, timeout=60).status_code

        for node in nodes:
            until(partial(call, node), lambda code: code == 200, 60)
        states = admin.client.get("/api/weirgate/nodes").json()
        assert [(node["name"], node["state"]) for node in states] == [
            ("a", "running"),
            ("b", "running"),
            ("c", "running"),
        ]
        spent = until(lambda: admin.me()["request_count"], lambda count: count == len(nodes), 60)
        assert spent == len(nodes)
        admin.client.close()
    assert not [at for at in OFFSETS if accepts(port + at)]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--what"], "unknown option --what"),
        (["--port", "many"], "--port needs a number"),
        (["--data", "kept"], "--database URL"),
    ],
)
def test_options_that_make_no_sense_are_refused(options: list[str], said: str) -> None:
    command = [str(SCRIPT), *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, said in done.stderr) == (2, True)
