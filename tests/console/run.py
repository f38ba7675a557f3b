"""Starts a real server and a scripted upstream, and walks the console through them in Chromium.

`python tests/console/run.py` prints the PASS and FAIL lines of the walk, of the analyst's
questions, of the pages of administration, then of the gallery: every page in themes, languages and
widths, checked by axe. It also holds the first load to its budget.
Screenshots land in tests/.artifacts.
"""

import gzip
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.console import pages, questions  # noqa: E402
from tests.support.fake_upstream import FakeUpstream  # noqa: E402
from tests.support.process import Weirgate  # noqa: E402

STATIC = ROOT / "python/weirgate/static"
CONSOLE = ROOT / "tests/console"
FIRST_LOAD_BYTES = 250 * 1024


def first_load() -> int:
    """Returns the gzip size of every script that index.html asks for at once."""
    page = (STATIC / "index.html").read_text(encoding="utf-8")
    names = set(re.findall(r'(?:src|href)="/(assets/[^"]+\.js)"', page))
    return sum(len(gzip.compress((STATIC / name).read_bytes(), 6)) for name in names)


def check_first_load() -> int:
    """Prints whether the first load keeps its budget; returns the exit code."""
    size = first_load()
    good = 0 < size <= FIRST_LOAD_BYTES
    print(f"{'PASS' if good else 'FAIL'} first load is {size / 1024:.0f} KiB gzip", flush=True)
    return 0 if good else 1


def walk() -> int:
    """Walks an empty server; returns the exit code."""
    with (
        tempfile.TemporaryDirectory(prefix="weirgate-walk-") as folder,
        FakeUpstream() as upstream,
        Weirgate(Path(folder)) as server,
    ):
        command = ["node", "walk.mjs", server.url, upstream.base_url]
        return subprocess.run(command, cwd=CONSOLE, check=False).returncode


def gallery() -> int:
    """Draws every page against the stand-in; returns the exit code."""
    return subprocess.run(["node", "gallery.mjs"], cwd=CONSOLE, check=False).returncode


def uncovered() -> int:
    """Prints the management operations that no page calls; returns the exit code."""
    command = ["node", "python/console/scripts/uncovered.mjs"]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(
        max(
            check_first_load(), uncovered(), walk(), questions.main(20_000), pages.main(), gallery()
        )
    )
