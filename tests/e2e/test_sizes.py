"""Large requests through the whole process: what they add to its memory."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.clock import until
from tests.support.fake_upstream import FakeUpstream, Reply, Request, behave, document
from tests.support.process import Admin, Weirgate

UPLOAD_MB = 100
# The server may grow by a fifth of the upload at most.
UPLOAD_LIMIT_KIB = 20 * 1024
MIB = 1024 * 1024
BEGIN = (
    b'--b\r\ncontent-disposition: form-data; name="model"\r\n\r\nwhisper-1\r\n'
    b'--b\r\ncontent-disposition: form-data; name="file"; filename="a.mp3"\r\n\r\n'
)
END = b"\r\n--b--\r\n"


def resident(pid: int, name: str) -> int:
    """Returns a figure of the process's memory in KiB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1])
    raise AssertionError(f"no {name}")


class Uploads:
    """A provider that remembers how long the last upload was, not the upload."""

    def __init__(self) -> None:
        self.bytes = 0

    def behave(self, request: Request) -> Reply:
        if not request.path.endswith("/transcriptions"):
            return behave(request)
        self.bytes = len(request.body)
        return document(200, {"text": "heard"})


@pytest.fixture
def uploads(tmp_path: Path) -> Iterator[tuple[Weirgate, str, Uploads]]:
    provider = Uploads()
    spool = {"WEIRGATE_SPOOL_DIR": str(tmp_path / "spool"), "WEIRGATE_SPOOL_ABOVE_KB": "256"}
    data = tmp_path / "data"
    with FakeUpstream(provider.behave) as upstream, Weirgate(data, **spool) as server:
        admin = Admin(server)
        admin.option("ModelRatio", '{"whisper-1": 0.001}')
        admin.add_channel(upstream.base_url, models="whisper-1")
        key = admin.add_key()
        admin.client.close()
        yield server, key, provider


def begin_upload(server: Weirgate, key: str, megabytes: int) -> socket.socket:
    """Opens a connection and says that an upload of so many MB comes."""
    host, _, port = server.address.rpartition(":")
    connection = socket.create_connection((host, int(port)), timeout=600)
    length = len(BEGIN) + megabytes * MIB + len(END)
    head = (
        f"POST /v1/audio/transcriptions HTTP/1.1\r\nhost: {server.address}\r\n"
        f"authorization: Bearer {key}\r\ncontent-type: multipart/form-data; boundary=b\r\n"
        f"content-length: {length}\r\nconnection: close\r\n\r\n"
    )
    connection.sendall(head.encode() + BEGIN)
    return connection


def upload(server: Weirgate, key: str, megabytes: int) -> bytes:
    """Uploads so many MB and returns the answer."""
    piece = b"\x07" * MIB
    with begin_upload(server, key, megabytes) as connection:
        for _ in range(megabytes):
            connection.sendall(piece)
        connection.sendall(END)
        answer = b""
        while more := connection.recv(MIB):
            answer += more
    return answer


def spooled_bytes(server: Weirgate, folder: Path) -> int:
    """Returns the size of all files that the server has open in a folder."""
    sizes = 0
    for entry in Path(f"/proc/{server.pid}/fd").iterdir():
        try:
            target = str(entry.readlink())
            sizes += entry.stat().st_size if target.startswith(str(folder)) else 0
        except FileNotFoundError:
            continue
    return sizes


def test_a_100_mb_upload_passes_in_constant_memory(
    uploads: tuple[Weirgate, str, Uploads], tmp_path: Path
) -> None:
    server, key, provider = uploads
    assert b" 200 " in upload(server, key, 2)
    Path(f"/proc/{server.pid}/clear_refs").write_text("5")
    before = resident(server.pid, "VmRSS:")

    answer = upload(server, key, UPLOAD_MB)

    assert b" 200 " in answer
    assert provider.bytes == len(BEGIN) + UPLOAD_MB * MIB + len(END)
    grown = resident(server.pid, "VmHWM:") - before
    assert grown < UPLOAD_LIMIT_KIB, f"it grew by {grown} KiB"
    assert spooled_bytes(server, tmp_path / "spool") == 0


def test_a_killed_server_leaves_no_upload_behind(
    uploads: tuple[Weirgate, str, Uploads], tmp_path: Path
) -> None:
    server, key, _ = uploads
    folder = tmp_path / "spool"
    with begin_upload(server, key, UPLOAD_MB) as connection:
        connection.sendall(b"\x07" * (8 * MIB))
        until(lambda: spooled_bytes(server, folder), lambda size: size > 4 * MIB)
        server.kill()

    assert [path for path in folder.rglob("*") if path.is_file()] == []
    server.start()
    assert b" 200 " in upload(server, key, 2)
