"""What a process must hold before it may serve: its data folder, its ports, its signals.

One process owns a data folder (a lock that the kernel drops when the process ends, however it
ends). Failures are `StartError`s of one line.
"""

import asyncio
import fcntl
import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import IPv6Address, ip_address
from pathlib import Path

from weirgate.settings import Settings, StartError


@contextmanager
def owned(folder: Path) -> Iterator[None]:
    """Holds the data folder for this process; what it writes from now on only this user reads.

    Raises:
        StartError: it cannot be made or written, or another process holds it.
    """
    path = folder / "weirgate.lock"
    os.umask(0o077)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StartError(f"data folder {folder}: {error.strerror}") from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise StartError(f"data folder {folder} is in use by another process") from error
        yield
    finally:
        os.close(descriptor)


def public_address(settings: Settings) -> str:
    """Returns where to listen for everybody.

    Raises:
        StartError: the address is none, or is taken.
    """
    _check_free(settings.host, settings.port)
    return _joined(settings.host, settings.port)


def admin_address(settings: Settings) -> str:
    """Returns where to listen for probes and metrics.

    The default port is the public one plus 1; only that default gives way to a free one.

    Raises:
        StartError: the address is none, or is taken.
    """
    if settings.admin_port is not None:
        _check_free(settings.admin_host, settings.admin_port)
        return _joined(settings.admin_host, settings.admin_port)
    wanted = settings.port + 1 if 0 < settings.port < 65535 else 0
    try:
        _check_free(settings.admin_host, wanted)
    except StartError:
        wanted = 0
    return _joined(settings.admin_host, wanted)


def _joined(host: str, port: int) -> str:
    return f"[{host}]:{port}" if isinstance(ip_address(host), IPv6Address) else f"{host}:{port}"


def _check_free(host: str, port: int) -> None:
    """Binds for a moment: the workers share their port, so they would not notice a stranger."""
    try:
        family = socket.AF_INET6 if isinstance(ip_address(host), IPv6Address) else socket.AF_INET
    except ValueError as error:
        raise StartError(f"{host!r} is no IP address to listen on") from error
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise StartError(f"cannot listen on {host}:{port}: {error.strerror}") from error


def on_hangup(call: Callable[[], None]) -> None:
    """Has SIGHUP call this on the running loop, instead of ending the process."""
    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, call)


class StopSignal:
    """Waits for SIGTERM or SIGINT on the running loop."""

    def __init__(self) -> None:
        self._asked = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._asked.set)

    async def wait(self) -> None:
        """Returns when the process is asked to stop."""
        await self._asked.wait()

    @property
    def is_asked(self) -> bool:
        """Whether the process was asked to stop."""
        return self._asked.is_set()
