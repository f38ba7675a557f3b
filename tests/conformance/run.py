"""Runs the real-client scripts and the provider recordings through a real server.

`python -m tests.conformance.run FOLDER` takes a folder with `mock_upstream.py` and `clients/`,
works on a copy of it, and prints the scripts' own `PASS name` and `FAIL name why` lines. What the
gateway does not relay yet is left out by name, in `NOT_YET`.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.support.clock import until
from tests.support.ports import accepts, free_port
from tests.support.process import Admin, Weirgate

MODELS = "gpt-4o,gpt-4o-mini,text-embedding-3-small"
# These endpoints are not relayed yet.
NOT_YET = [
    "image_generate",
    "image_generate_stream",
    "image_edit",
    "speech",
    "speech_streamed",
    "transcription",
    "transcription_stream",
    "translation",
    "moderations",
]


def scripts(base: str, key: str, mock: str) -> list[list[str]]:
    """Returns the command lines, without the interpreter."""
    where = ["--base", base, "--key", key, "--mock", mock]
    return [
        ["clients/openai_chat.py", *where, "--skip", ",".join(NOT_YET)],
        ["clients/golden_replay.py", *where, "--protocols", "chat"],
    ]


def drive(folder: Path, data: Path) -> int:
    """Starts the scripted provider and a server, runs every script; returns the worst exit code."""
    port = free_port()
    mock = f"http://127.0.0.1:{port}"
    command = [sys.executable, "mock_upstream.py", "--port", str(port)]
    provider = subprocess.Popen(command, cwd=folder)
    try:
        until(lambda: accepts(port), bool)
        with Weirgate(data) as server:
            admin = Admin(server)
            admin.add_channel(mock, models=MODELS)
            key = admin.add_key()
            runs = [
                subprocess.run([sys.executable, *script], cwd=folder, check=False)
                for script in scripts(server.url, key, mock)
            ]
    finally:
        provider.terminate()
        provider.wait()
    return max(run.returncode for run in runs)


def main() -> None:
    """Copies the folder, so that nothing is written beside the originals, and drives the copy."""
    source = Path(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="weirgate-conformance-") as name:
        folder = Path(name) / "conformance"
        keep = ("data", "specs", "node_modules")
        shutil.copytree(source, folder, ignore=shutil.ignore_patterns(*keep))
        sys.exit(drive(folder, Path(name) / "data"))


if __name__ == "__main__":
    main()
