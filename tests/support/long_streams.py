"""Streams of very many tokens in four families, and what a client of each family asks.

A provider sends the same thousand events again and again, so that a stream of any length costs it
nothing. Every event holds one token; the family's own beginning and end stand around them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from tests.support.fake_upstream import Reply, Request, failure

Json = dict[str, Any]
WORD = " water"
BLOCK = 1000


@dataclass(frozen=True)
class Family:
    """One family: the channel that speaks nothing else, and a client's call."""

    name: str
    channel_type: int
    key: str
    suffix: str
    path: str
    body: Json
    last: bytes

    @property
    def model(self) -> str:
        return f"long-{self.name}"

    def call(self, model: str) -> tuple[str, bytes]:
        """Returns path and body of a client's call for a model."""
        body = self.body if "{model}" in self.path else {"model": model, **self.body}
        return self.path.format(model=model), orjson.dumps(body)


SAID = [{"role": "user", "content": "Go on."}]
CHAT = Family(
    "chat",
    53,
    "sk-up",
    "/chat/completions",
    "/v1/chat/completions",
    {"stream": True, "messages": SAID},
    b"[DONE]",
)
MESSAGES = Family(
    "messages",
    14,
    "sk-up",
    "/v1/messages",
    "/v1/messages",
    {"stream": True, "max_tokens": 1000, "messages": SAID},
    b"message_stop",
)
GEMINI = Family(
    "gemini",
    24,
    "sk-up",
    ":streamGenerateContent",
    "/v1beta/models/{model}:streamGenerateContent?alt=sse",
    {"contents": [{"role": "user", "parts": [{"text": "Go on."}]}]},
    b"finishReason",
)
RESPONSES = Family(
    "responses",
    57,
    '{"access_token":"sk-up","account_id":"one"}',
    "/responses",
    "/v1/responses",
    {"stream": True, "input": "Go on."},
    b"response.completed",
)
FAMILIES = (CHAT, MESSAGES, GEMINI, RESPONSES)


def behave(tokens: int) -> Callable[[Request], Reply]:
    """Returns the behaviour of a provider of every family whose answers have so many tokens."""

    def answer(request: Request) -> Reply:
        path = request.path.partition("?")[0]
        family = next((family for family in FAMILIES if path.endswith(family.suffix)), None)
        if family is None:
            return failure(404, f"no such path {path}")
        chunks = tuple(STREAMS[family.name](tokens))
        return Reply(content_type="text/event-stream", chunks=chunks)

    return answer


def _event(value: Json, *, is_named: bool = False) -> bytes:
    name = f"event: {value['type']}\n".encode() if is_named else b""
    return name + b"data: " + orjson.dumps(value) + b"\n\n"


def _repeated(event: bytes, tokens: int) -> Iterator[bytes]:
    block = event * BLOCK
    yield from (block for _ in range(tokens // BLOCK))
    if rest := tokens % BLOCK:
        yield event * rest


def _chat(tokens: int) -> Iterator[bytes]:
    def chunk(delta: Json, finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        head = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1_795_262_400}
        return _event({**head, "model": "long", "choices": [choice]})

    yield chunk({"role": "assistant", "content": ""})
    yield from _repeated(chunk({"content": WORD}), tokens)
    yield chunk({}, "stop")
    spent = {"prompt_tokens": 3, "completion_tokens": tokens, "total_tokens": tokens + 3}
    yield _event(
        {"id": "chatcmpl-1", "object": "chat.completion.chunk", "choices": [], "usage": spent}
    )
    yield b"data: [DONE]\n\n"


def _messages(tokens: int) -> Iterator[bytes]:
    def named(value: Json) -> bytes:
        return _event(value, is_named=True)

    message = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "long",
        "content": [],
    }
    spent = {"input_tokens": 3, "output_tokens": 1}
    yield named({"type": "message_start", "message": {**message, "usage": spent}})
    block = {"type": "text", "text": ""}
    yield named({"type": "content_block_start", "index": 0, "content_block": block})
    delta = {"type": "text_delta", "text": WORD}
    yield from _repeated(named({"type": "content_block_delta", "index": 0, "delta": delta}), tokens)
    yield named({"type": "content_block_stop", "index": 0})
    stop = {"stop_reason": "end_turn", "stop_sequence": None}
    yield named({"type": "message_delta", "delta": stop, "usage": {"output_tokens": tokens}})
    yield named({"type": "message_stop"})


def _gemini(tokens: int) -> Iterator[bytes]:
    def chunk(text: str, **more: object) -> bytes:
        content = {"role": "model", "parts": [{"text": text}]}
        return _event({"candidates": [{"content": content, "index": 0, **more}]})

    yield from _repeated(chunk(WORD), tokens)
    spent = {"promptTokenCount": 3, "candidatesTokenCount": tokens, "totalTokenCount": tokens + 3}
    content = {"role": "model", "parts": [{"text": ""}]}
    last = {"content": content, "index": 0, "finishReason": "STOP"}
    yield _event({"candidates": [last], "usageMetadata": spent})


def _responses(tokens: int) -> Iterator[bytes]:
    def named(value: Json) -> bytes:
        return _event(value, is_named=True)

    response: Json = {"id": "resp_1", "object": "response", "model": "long", "output": []}
    yield named({"type": "response.created", "response": {**response, "status": "in_progress"}})
    item: Json = {"id": "msg_1", "type": "message", "role": "assistant", "content": []}
    yield named({"type": "response.output_item.added", "output_index": 0, "item": item})
    place: Json = {"item_id": "msg_1", "output_index": 0, "content_index": 0}
    part: Json = {"type": "output_text", "text": "", "annotations": []}
    yield named({"type": "response.content_part.added", **place, "part": part})
    delta = named({"type": "response.output_text.delta", **place, "delta": WORD})
    yield from _repeated(delta, tokens)
    text = WORD * tokens
    yield named({"type": "response.output_text.done", **place, "text": text})
    part = {**part, "text": text}
    yield named({"type": "response.content_part.done", **place, "part": part})
    item = {**item, "content": [part], "status": "completed"}
    yield named({"type": "response.output_item.done", "output_index": 0, "item": item})
    spent = {"input_tokens": 3, "output_tokens": tokens, "total_tokens": tokens + 3}
    done = {**response, "status": "completed", "output": [item], "usage": spent}
    yield named({"type": "response.completed", "response": done})


STREAMS: dict[str, Callable[[int], Iterator[bytes]]] = {
    "chat": _chat,
    "messages": _messages,
    "gemini": _gemini,
    "responses": _responses,
}
