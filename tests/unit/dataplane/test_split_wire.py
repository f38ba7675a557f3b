"""The two processes' messages: what goes in comes out, and what breaks off is said."""

import os
import socket
import threading
from typing import Any

import pytest
from weirgate.split import wire


def crossed(value: Any) -> Any:
    """Sends a value through a pair of sockets."""
    here, there = socket.socketpair()
    with here, there:
        sending = threading.Thread(target=wire.send, args=(here, value))
        sending.start()
        got = wire.receive(there)
        sending.join()
        return got


@pytest.mark.parametrize(
    "value",
    [
        None,
        "text",
        [],
        ["publish_users", [b'[{"id":1}]']],
        ["read_rows", ["", 40_000]],
        {"value": {"columns": {"id": b"\x00\x01", "model": ["a", "b"]}, "rows": 2}},
        {"value": {"users": [[1, -5, 2**62]], "tasks": b""}},
        {"value": os.urandom(3_000_000)},
        [b"a", [b"b", [{"deep": b"c"}]]],
    ],
)
def test_every_value_comes_out_as_it_went_in(value: Any) -> None:
    assert crossed(value) == value


def test_tuples_arrive_as_lists() -> None:
    assert crossed({"value": [(1, "a", True)]}) == {"value": [[1, "a", True]]}


@pytest.mark.parametrize("sent", [b"", b"\x05", (9).to_bytes(8, "little") + bytes(4) + b"[1"])
def test_a_message_that_breaks_off_is_an_error(sent: bytes) -> None:
    here, there = socket.socketpair()
    with there:
        here.sendall(sent)
        here.close()
        with pytest.raises(wire.BrokenOffError):
            wire.receive(there)


def test_a_message_beyond_the_limit_is_not_waited_for() -> None:
    here, there = socket.socketpair()
    with here, there:
        here.sendall((1 << 40).to_bytes(8, "little") + bytes(4))
        with pytest.raises(wire.BrokenOffError, match="too long"):
            wire.receive(there)
