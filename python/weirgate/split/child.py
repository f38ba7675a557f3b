"""The child of `serve --split`: the whole of `app`, over a data plane in its parent.

Started by `parent` alone, with the settings as one line on standard input. That stays open as a
lifeline: when the parent is gone, so is this process, at once, for the next one needs its files.
"""

import os
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import orjson
import uvloop

from weirgate import app
from weirgate.cli import run_guarded
from weirgate.settings import Settings
from weirgate.split.parent import socket_of
from weirgate.split.remote import RemoteGateway

if TYPE_CHECKING:
    from weirgate._core import Gateway

ORPHANED = 70
SACRIFICE = "500"
"""Of the two processes the kernel is to end this one when memory runs out."""


def main() -> None:
    """Serves until the parent says stop, or is gone."""
    begin: dict[str, Any] = orjson.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_hold_on, daemon=True, name="lifeline").start()
    _offer_itself()
    settings = Settings(**begin["settings"])
    remote = cast("Gateway", RemoteGateway(socket_of(settings)))
    given = app.Given(gateway=remote, is_first=begin["is_first"])
    run_guarded(lambda: uvloop.run(app.serve_beside(settings, given)))


def _hold_on() -> None:
    # Not through Python's file: a thread that waits in one cannot be left behind at the end.
    os.read(sys.stdin.fileno(), 1)
    os._exit(ORPHANED)


def _offer_itself() -> None:
    path = Path("/proc/self/oom_score_adj")
    if path.exists():
        path.write_text(SACRIFICE)


if __name__ == "__main__":
    main()
