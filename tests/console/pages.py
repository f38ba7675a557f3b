"""Starts a real server and draws the pages of accounts and administration against it in Chromium.

`python -m tests.console.pages [NAME]` prints PASS and FAIL lines; NAME is one module of pages/.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.support.fake_upstream import FakeUpstream
from tests.support.process import NO_LIMITS, Weirgate

CONSOLE = Path(__file__).resolve().parent


def main(only: str = "") -> int:
    """Walks and draws the pages; returns the exit code."""
    with (
        tempfile.TemporaryDirectory(prefix="weirgate-pages-") as folder,
        FakeUpstream() as upstream,
        Weirgate(Path(folder), **NO_LIMITS) as server,
    ):
        command = ["node", "pages.mjs", server.url, upstream.base_url, only]
        return subprocess.run(command, cwd=CONSOLE, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
