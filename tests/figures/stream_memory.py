"""How much memory a very long stream adds to the server, for every client family over every other.

Prints PASS or FAIL a pair: the stream came to its end, and the process grew by less than the limit
while it ran. Shorter streams of all pairs come first: what a process loads once does not count. The
other plane works beside the streams, so that a pair that is over the limit runs again; what a
stream itself needs it needs each time, since large memory goes back to the system at once.
Usage: python -m tests.figures.stream_memory [TOKENS]
"""

import socket
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import orjson

from tests.support.fake_upstream import FakeUpstream
from tests.support.long_streams import FAMILIES, Family, behave
from tests.support.process import Admin, Weirgate

TOKENS = 600_000
FIRST = 20_000
LIMIT_KIB = 8 * 1024
ATTEMPTS = 3
# Large blocks are mapped and given back one by one: what was freed before hides nothing.
EXACT_MEMORY = {"MALLOC_MMAP_THRESHOLD_": "131072", "MALLOC_TRIM_THRESHOLD_": "131072"}
PIECE = 64 * 1024
OVERLAP = 32


@dataclass(frozen=True)
class Grown:
    """One stream: what the server grew by at most and at its end, in KiB, and how it ended."""

    client: str
    provider: str
    peak_kib: int
    left_kib: int
    is_whole: bool

    @property
    def is_good(self) -> bool:
        return self.is_whole and self.peak_kib < LIMIT_KIB

    @property
    def line(self) -> str:
        whole = "" if self.is_whole else ", BROKEN OFF"
        pair = f"{self.client} over {self.provider}"
        grown = f"+{self.peak_kib / 1024:.1f} MiB at most, +{self.left_kib / 1024:.1f} MiB after"
        return f"{'PASS' if self.is_good else 'FAIL'} {pair}: {grown}{whole}"


def resident(pid: int, name: str) -> int:
    """Returns a figure of the process's memory in KiB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1])
    raise AssertionError(f"no {name}")


def read_stream(server: Weirgate, key: str, client: Family, model: str) -> bool:
    """Makes a call and reads its answer without keeping it; returns whether it came to its end."""
    path, body = client.call(model)
    host, _, port = server.address.rpartition(":")
    head = (
        f"POST {path} HTTP/1.1\r\nhost: {server.address}\r\nauthorization: Bearer {key}\r\n"
        f"content-type: application/json\r\ncontent-length: {len(body)}\r\n"
        "connection: close\r\n\r\n"
    )
    is_ended = False
    tail = b""
    with socket.create_connection((host, int(port)), timeout=600) as connection:
        connection.sendall(head.encode() + body)
        while piece := connection.recv(PIECE):
            piece = tail + piece
            is_ended = is_ended or client.last in piece
            tail = piece[-OVERLAP:]
    return is_ended and tail.endswith(b"0\r\n\r\n")


def stream(server: Weirgate, key: str, client: Family, provider: Family) -> Grown:
    """Reads one stream, when the rows of earlier ones are written, and returns what it took."""
    server.drain()
    Path(f"/proc/{server.pid}/clear_refs").write_text("5")
    before = resident(server.pid, "VmRSS:")
    is_whole = read_stream(server, key, client, provider.model)
    return Grown(
        client=client.name,
        provider=provider.name,
        peak_kib=resident(server.pid, "VmHWM:") - before,
        left_kib=resident(server.pid, "VmRSS:") - before,
        is_whole=is_whole,
    )


def steady(server: Weirgate, key: str, client: Family, provider: Family) -> Grown:
    """Reads a stream, again if the server grew too much meanwhile; returns the last attempt."""
    grown = stream(server, key, client, provider)
    for _ in range(ATTEMPTS - 1):
        if grown.is_good or not grown.is_whole:
            break
        grown = stream(server, key, client, provider)
    return grown


def prepare(server: Weirgate, upstream: FakeUpstream) -> str:
    """Makes a channel a family and returns a key."""
    admin = Admin(server)
    models = [family.model for family in FAMILIES]
    admin.option("ModelRatio", orjson.dumps(dict.fromkeys(models, 0.001)).decode())
    for family in FAMILIES:
        admin.add_channel(
            upstream.base_url,
            type=family.channel_type,
            key=family.key,
            models=family.model,
            name=family.name,
        )
    key = admin.add_key()
    admin.client.close()
    return key


def measure(tokens: int, first: int = FIRST) -> Iterator[Grown]:
    """Measures every pair on one server."""
    with (
        tempfile.TemporaryDirectory(prefix="weirgate-memory-") as folder,
        FakeUpstream(behave(first)) as upstream,
        Weirgate(Path(folder), "--workers", "1", **EXACT_MEMORY) as server,
    ):
        key = prepare(server, upstream)
        pairs = [(client, provider) for provider in FAMILIES for client in FAMILIES]
        for client, provider in pairs * 2:
            stream(server, key, client, provider)
        upstream.behaviour = behave(tokens)
        for client, provider in pairs:
            yield steady(server, key, client, provider)


def main() -> None:
    """Prints a line a pair."""
    tokens = int(sys.argv[1]) if len(sys.argv) > 1 else TOKENS
    failed = 0
    for grown in measure(tokens):
        sys.stdout.write(f"{grown.line}\n")
        sys.stdout.flush()
        failed += not grown.is_good
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
