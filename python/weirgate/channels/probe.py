"""Speaks to one upstream for the admin: a tiny test call, or the list of its models.

Goes the channel's own way (proxy, headers) through the one egress exchange, and never shows the
key in an error.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

import orjson

from weirgate._core import CoreError, SseParser
from weirgate.channels import types
from weirgate.channels.egress import DIRECT, Call, EgressError, Reply, Way

if TYPE_CHECKING:
    from weirgate.channels.egress import Egress

MAX_MODELS = 20_000
_ANTHROPIC_VERSION = "2023-06-01"
_EMBEDDING_MARKS = ("embedding", "embed", "bge-", "m3e")


@dataclass(frozen=True, slots=True)
class ProbeTarget:
    """What is tested: an upstream with one of its keys."""

    channel_type: int
    base_url: str
    key: str = field(repr=False)
    organization: str | None = None
    way: Way = DIRECT


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """Outcome of a test; `elapsed_ms` counts from the call to the end of the answer."""

    succeeded: bool
    message: str
    elapsed_ms: int
    prompt_tokens: int = 0
    completion_tokens: int = 0


class ProbeError(Exception):
    """The upstream could not be asked; the message holds no secret."""


class ChannelProbe(Protocol):
    """What the channel service needs to know of upstreams."""

    async def test(self, target: ProbeTarget, model: str, *, stream: bool) -> ProbeResult:
        """Sends one tiny call and reads its answer to the end; never raises for the upstream."""
        ...

    async def fetch_models(self, target: ProbeTarget) -> list[str]:
        """Returns the model names that the upstream lists.

        Raises:
            ProbeError: the upstream could not be reached or did not answer with a list.
        """
        ...


class HttpProbe:
    """The probe over HTTP."""

    def __init__(self, egress: Egress, *, timeout_s: float = 30.0) -> None:
        self._egress = egress
        self._timeout_s = timeout_s

    async def test(self, target: ProbeTarget, model: str, *, stream: bool) -> ProbeResult:
        """Sends one tiny call; see ChannelProbe."""
        started = time.monotonic()
        path, body = test_call(model, stream=stream)
        try:
            reply = await self._send("POST", join_url(target.base_url, path), target, body)
        except EgressError as error:
            return ProbeResult(False, str(error), _elapsed_ms(started))  # noqa: FBT003
        result = _read_test_reply(reply, stream=stream, elapsed_ms=_elapsed_ms(started))
        return replace(result, message=without_key(result.message, target.key))

    async def fetch_models(self, target: ProbeTarget) -> list[str]:
        """Reads the upstream's model list; see ChannelProbe."""
        try:
            reply = await self._send("GET", models_url(target), target, None)
        except EgressError as error:
            raise ProbeError(str(error)) from error
        if not reply.is_good:
            raise ProbeError(f"status code: {reply.status}")
        return read_model_list(reply.body)

    async def _send(
        self, method: str, url: str, target: ProbeTarget, body: dict[str, Any] | None
    ) -> Reply:
        headers = auth_headers(target)
        if body is not None:
            headers["content-type"] = "application/json"
        call = Call(
            method=method,
            url=url,
            headers=headers,
            body=None if body is None else orjson.dumps(body),
            way=target.way,
            timeout_s=self._timeout_s,
        )
        return await self._egress.send(call)


def _elapsed_ms(started: float) -> int:
    return round((time.monotonic() - started) * 1000)


def join_url(base_url: str, path: str) -> str:
    """Joins base URL and path; a base that ends in a version segment never doubles it."""
    base = base_url.rstrip("/")
    last = base.rsplit("/", 1)[-1]
    if path.startswith("/v1/") and last.startswith("v") and last[1:].isdigit():
        return base + path.removeprefix("/v1")
    return base + path


def models_url(target: ProbeTarget) -> str:
    """Returns where the upstream lists its models (management contract §6.5)."""
    paths = {
        types.OLLAMA: "/api/tags",
        types.ALI: "/compatible-mode/v1/models",
        types.ZHIPU_V4: "/api/paas/v4/models",
        types.GEMINI: "/v1beta/models",
    }
    return join_url(target.base_url, paths.get(target.channel_type, "/v1/models"))


def auth_headers(target: ProbeTarget) -> dict[str, str]:
    """Returns the credential headers of the upstream's type."""
    if target.channel_type == types.ANTHROPIC:
        headers = {"x-api-key": target.key, "anthropic-version": _ANTHROPIC_VERSION}
    elif target.channel_type == types.GEMINI:
        headers = {"x-goog-api-key": target.key}
    elif target.channel_type == types.AZURE:
        headers = {"api-key": target.key}
    else:
        headers = {"authorization": f"Bearer {target.key}"}
    if target.organization:
        headers["openai-organization"] = target.organization
    return headers


def without_key(text: str, key: str) -> str:
    """Returns a text without the key that some upstreams repeat in their errors."""
    return text.replace(key, "***") if key else text


def test_call(model: str, *, stream: bool) -> tuple[str, dict[str, Any]]:
    """Returns path and body of the smallest call that shows that a model answers."""
    lowered = model.lower()
    if any(mark in lowered for mark in _EMBEDDING_MARKS):
        return "/v1/embeddings", {"model": model, "input": ["hello world"]}
    body: dict[str, Any] = {"model": model, "messages": [{"role": "user", "content": "hi"}]}
    if stream:
        body |= {"stream": True, "stream_options": {"include_usage": True}}
    if lowered.startswith(("o1", "o3", "o4", "gpt-5")):
        body["max_completion_tokens"] = 16
    elif "thinking" in lowered and "claude" not in lowered:
        body["max_tokens"] = 50
    elif "gemini" in lowered:
        body["max_tokens"] = 3000
    else:
        body["max_tokens"] = 16
    return "/v1/chat/completions", body


def read_model_list(body: bytes) -> list[str]:
    """Reads the names out of an OpenAI, Gemini or Ollama model list.

    Raises:
        ProbeError: the answer is none of them.
    """
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise ProbeError("upstream did not answer with JSON") from error
    rows = value.get("data", value.get("models")) if isinstance(value, dict) else value
    if not isinstance(rows, list):
        raise ProbeError("upstream did not answer with a model list")
    names = [_model_name(row) for row in rows[:MAX_MODELS]]
    return list(dict.fromkeys(name for name in names if name))


def _model_name(row: object) -> str:
    if isinstance(row, str):
        return row
    if not isinstance(row, dict):
        return ""
    name = row.get("id") or row.get("name") or ""
    return name.removeprefix("models/") if isinstance(name, str) else ""


def _read_test_reply(reply: Reply, *, stream: bool, elapsed_ms: int) -> ProbeResult:
    if not reply.is_good:
        message = f"status code {reply.status}: {_error_text(reply.body)}"
        return ProbeResult(False, message, elapsed_ms)  # noqa: FBT003
    values = _stream_values(reply.body) if stream else [_json(reply.body)]
    usage: dict[str, Any] = {}
    for value in values:
        if not isinstance(value, dict):
            return ProbeResult(False, "upstream did not answer with JSON", elapsed_ms)  # noqa: FBT003
        if value.get("error"):
            return ProbeResult(False, _message_of(value["error"]), elapsed_ms)  # noqa: FBT003
        usage = value.get("usage") or usage
    if not values:
        return ProbeResult(False, "upstream sent no event", elapsed_ms)  # noqa: FBT003
    return ProbeResult(
        succeeded=True,
        message="",
        elapsed_ms=elapsed_ms,
        prompt_tokens=_count(usage, "prompt_tokens"),
        completion_tokens=_count(usage, "completion_tokens"),
    )


def _count(usage: dict[str, Any], field: str) -> int:
    value = usage.get(field)
    return value if isinstance(value, int) and value >= 0 else 0


def _stream_values(body: bytes) -> list[Any]:
    parser = SseParser()
    try:
        events = parser.push(body) + parser.finish()
    except CoreError:
        return [None]
    return [_json(data) for _, data in events if data and data != b"[DONE]"]


def _json(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return None


def _error_text(body: bytes) -> str:
    value = _json(body)
    if isinstance(value, dict) and value.get("error"):
        return _message_of(value["error"])
    return body[:300].decode(errors="replace")


def _message_of(error: object) -> str:
    if isinstance(error, dict):
        return str(error.get("message") or error.get("code") or "upstream error")[:500]
    return str(error)[:500]
