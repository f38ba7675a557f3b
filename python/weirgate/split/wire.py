"""How the two processes speak: one message a call and one an answer, over a Unix socket.

A message is a length, JSON of that length, and the byte strings that the JSON names by number, so
that columns of usage rows cross without being turned into text. Knows nothing of what is asked.
"""

import socket
import struct
from typing import Any

import orjson

MAX_JSON = 1 << 30
MAX_BLOBS = 4096
_LENGTH = struct.Struct("<Q")
_COUNTS = struct.Struct("<QI")
_BLOB = "$blob"
_MAY_HOLD = (bytes, dict, list, tuple)


class BrokenOffError(ConnectionError):
    """The other process is gone, or speaks something else."""


def send(line: socket.socket, value: Any) -> None:
    """Sends one message; bytes may stand anywhere in it."""
    blobs: list[bytes] = []
    text = orjson.dumps(_packed(value, blobs))
    parts = [_COUNTS.pack(len(text), len(blobs)), text]
    for blob in blobs:
        parts += [_LENGTH.pack(len(blob)), blob]
    line.sendall(b"".join(parts))


def receive(line: socket.socket) -> Any:
    """Waits for one message.

    Raises:
        BrokenOffError: there is none any more.
    """
    length, count = _COUNTS.unpack(_exactly(line, _COUNTS.size))
    if length > MAX_JSON or count > MAX_BLOBS:
        raise BrokenOffError("a message is too long")
    document = orjson.loads(_exactly(line, length))
    blobs = []
    for _ in range(count):
        (size,) = _LENGTH.unpack(_exactly(line, _LENGTH.size))
        if size > MAX_JSON:
            raise BrokenOffError("a message is too long")
        blobs.append(_exactly(line, size))
    return _unpacked(document, blobs)


def _packed(value: Any, blobs: list[bytes]) -> Any:
    if isinstance(value, bytes):
        blobs.append(value)
        return {_BLOB: len(blobs) - 1}
    if isinstance(value, dict):
        return {name: _packed(item, blobs) for name, item in value.items()}
    if isinstance(value, list | tuple) and any(isinstance(item, _MAY_HOLD) for item in value):
        return [_packed(item, blobs) for item in value]
    return value


def _unpacked(value: Any, blobs: list[bytes]) -> Any:
    if isinstance(value, dict):
        if value.keys() == {_BLOB}:
            return blobs[value[_BLOB]]
        return {name: _unpacked(item, blobs) for name, item in value.items()}
    if isinstance(value, list) and any(isinstance(item, dict | list) for item in value):
        return [_unpacked(item, blobs) for item in value]
    return value


def _exactly(line: socket.socket, length: int) -> bytes:
    whole = bytearray(length)
    view = memoryview(whole)
    while view:
        read = line.recv_into(view)
        if read == 0:
            raise BrokenOffError("the other process is gone")
        view = view[read:]
    return bytes(whole)
