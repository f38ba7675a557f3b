"""A child process for the SIGTERM test: serves the sample app until told to stop, then exits 0."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

import uvloop
from weirgate.web.rsgi import Bridge
from weirgate.web.server import ManagementServer

from tests.api.bridge.sample_app import Seen, make_app


async def main(socket_path: Path) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    bridge = Bridge(make_app(Seen(), socket_path.parent))
    server = ManagementServer(bridge, socket_path)
    await server.start()
    sys.stdout.write("serving\n")
    sys.stdout.flush()
    await stop.wait()
    await server.stop(10)
    sys.stdout.write("stopped\n")


if __name__ == "__main__":
    uvloop.run(main(Path(sys.argv[1])))
