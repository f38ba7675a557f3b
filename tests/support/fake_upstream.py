"""A scripted OpenAI-compatible upstream on loopback, on the standard library's asyncio only.

Answers chat, completions, embeddings and model lists with usage, streamed or not, with or without
tools. What it does is a function from request to reply; the default is a well-behaved provider.
"""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

import orjson

MAX_HEAD = 64 * 1024
PROMPT_TOKENS = 11
COMPLETION_TOKENS = 7


@dataclass(frozen=True)
class Request:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def key(self) -> str:
        return self.headers.get("authorization", "").removeprefix("Bearer ")

    @property
    def document(self) -> dict[str, Any]:
        value: dict[str, Any] = orjson.loads(self.body) if self.body else {}
        return value

    @property
    def model(self) -> str:
        return str(self.document.get("model", ""))


@dataclass(frozen=True)
class Reply:
    """What goes back; `chunks` make it a stream, each chunk in a write of its own."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    chunks: tuple[bytes, ...] = ()
    pause_s: float = 0.0
    hang: bool = False
    cut_after: int | None = None
    headers: dict[str, str] = field(default_factory=dict)


Behaviour = Callable[[Request], Reply]


def document(status: int, value: object) -> Reply:
    """Returns a JSON reply."""
    return Reply(status, orjson.dumps(value))


def failure(status: int, message: str = "it failed") -> Reply:
    """Returns an OpenAI-shaped error."""
    error = {"message": message, "type": "server_error", "param": None, "code": None}
    return document(status, {"error": error})


def stream(*events: object, pause_s: float = 0.0, cut_after: int | None = None) -> Reply:
    """Returns an event stream that ends with [DONE]."""
    chunks = [b"data: " + orjson.dumps(event) + b"\n\n" for event in events]
    return Reply(
        content_type="text/event-stream",
        chunks=(*chunks, b"data: [DONE]\n\n"),
        pause_s=pause_s,
        cut_after=cut_after,
    )


def usage(prompt: int = PROMPT_TOKENS, completion: int = COMPLETION_TOKENS) -> dict[str, Any]:
    """Returns a usage object."""
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
        "prompt_tokens_details": {"cached_tokens": 0},
    }


def behave(request: Request) -> Reply:
    """Answers as a well-behaved provider does."""
    if request.path.endswith("/models"):
        return document(200, {"object": "list", "data": [{"id": "gpt-4o", "object": "model"}]})
    if request.path.endswith("/embeddings"):
        return _embedding(request)
    if not request.path.endswith("/chat/completions"):
        return failure(404, f"no such path {request.path}")
    asked = request.document
    return _chat_stream(asked) if asked.get("stream") else _chat(asked)


def _embedding(request: Request) -> Reply:
    row = {"object": "embedding", "index": 0, "embedding": [0.25, -0.5, 1.0]}
    spent = {"prompt_tokens": 5, "total_tokens": 5}
    made = {"object": "list", "data": [row], "model": request.model, "usage": spent}
    return document(200, made)


def _tool_call() -> dict[str, Any]:
    function = {"name": "weather", "arguments": '{"city":"Graz"}'}
    return {"index": 0, "id": "call_1", "type": "function", "function": function}


def _chat(asked: dict[str, Any]) -> Reply:
    message: dict[str, Any] = {"role": "assistant", "content": "Guten Tag", "refusal": None}
    finish = "stop"
    if asked.get("tools"):
        call = {name: value for name, value in _tool_call().items() if name != "index"}
        message, finish = {**message, "content": None, "tool_calls": [call]}, "tool_calls"
    choice = {"index": 0, "message": message, "finish_reason": finish, "logprobs": None}
    made = {**_head("chat.completion", asked), "choices": [choice], "usage": usage()}
    return document(200, made)


def _chat_stream(asked: dict[str, Any]) -> Reply:
    head = _head("chat.completion.chunk", asked)

    def chunk(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        return {**head, "choices": [choice]}

    events = [chunk({"role": "assistant", "content": ""})]
    if asked.get("tools"):
        call = _tool_call()
        begun = {**call, "function": {"name": "weather", "arguments": ""}}
        events.append(chunk({"tool_calls": [begun]}))
        events += [
            chunk({"tool_calls": [{"index": 0, "function": {"arguments": part}}]})
            for part in ('{"city":', '"Graz"}')
        ]
        events.append(chunk({}, "tool_calls"))
    else:
        events += [chunk({"content": part}) for part in ("Guten", " Tag")]
        events.append(chunk({}, "stop"))
    if (asked.get("stream_options") or {}).get("include_usage"):
        events.append({**head, "choices": [], "usage": usage()})
    return stream(*events)


def _head(kind: str, asked: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": "chatcmpl-1",
        "object": kind,
        "created": 1_795_262_400,
        "model": asked.get("model", ""),
        "system_fingerprint": "fp_1",
    }


class FakeUpstream:
    """The upstream, on an event loop in a thread of its own while the block runs."""

    def __init__(self, behaviour: Behaviour = behave) -> None:
        self.behaviour = behaviour
        self.requests: list[Request] = []
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fake-upstream")
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(5)
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    async def _start(self) -> None:
        self._server = await asyncio.start_server(
            self._connected, "127.0.0.1", 0, limit=MAX_HEAD, backlog=1024
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def _stop(self) -> None:
        if self._server is not None:
            self._server.close()
        for task in self._connections:
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._connections.add(task)
            task.add_done_callback(self._connections.discard)
        try:
            while (request := await read_request(reader)) is not None:
                self.requests.append(request)
                if not await _write(writer, self.behaviour(request)):
                    break
        except (OSError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()


async def read_request(reader: asyncio.StreamReader) -> Request | None:
    """Reads one request; none when the connection ended before it."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ", 2)
    headers = {}
    for line in lines:
        name, found, value = line.partition(":")
        if found:
            headers[name.lower()] = value.strip()
    if headers.get("transfer-encoding", "").lower() == "chunked":
        body = await _read_chunks(reader)
    else:
        body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Request(method, path, headers, body)


async def _read_chunks(reader: asyncio.StreamReader) -> bytes:
    parts = []
    while size := int((await reader.readline()).split(b";")[0], 16):
        parts.append(await reader.readexactly(size))
        await reader.readexactly(2)
    await reader.readline()
    return b"".join(parts)


async def _write(writer: asyncio.StreamWriter, reply: Reply) -> bool:
    """Sends a reply; False when the connection must end."""
    if reply.hang:
        await asyncio.sleep(3600)
    lines = [f"HTTP/1.1 {reply.status} X", f"content-type: {reply.content_type}"]
    lines += [f"{name}: {value}" for name, value in reply.headers.items()]
    if not reply.chunks:
        lines.append(f"content-length: {len(reply.body)}")
        writer.write("\r\n".join([*lines, "", ""]).encode() + reply.body)
        await writer.drain()
        return True
    lines.append("transfer-encoding: chunked")
    writer.write("\r\n".join([*lines, "", ""]).encode())
    for number, chunk in enumerate(reply.chunks):
        if reply.cut_after is not None and number >= reply.cut_after:
            return False
        writer.write(f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n")
        await writer.drain()
        if reply.pause_s:
            await asyncio.sleep(reply.pause_s)
    writer.write(b"0\r\n\r\n")
    await writer.drain()
    return True
