"""Speaks to one upstream for the admin: a tiny test call, or the list of its models.

Goes the channel's own way (proxy, headers) through the one egress exchange, and never shows the
key in an error.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import orjson

from weirgate._core import CoreError, probe_answer, probe_call
from weirgate.channels import tiny_calls, types
from weirgate.channels.egress import DIRECT, Call, EgressError, Way

if TYPE_CHECKING:
    from weirgate.channels.egress import Egress

MAX_MODELS = 20_000
_ANTHROPIC_VERSION = "2023-06-01"
MAX_MESSAGE = 500


@dataclass(frozen=True, slots=True)
class ProbeTarget:
    """What is tested: an upstream with one of its keys."""

    channel_type: int
    base_url: str
    key: str = field(repr=False)
    organization: str | None = None
    way: Way = DIRECT
    other: str = ""
    """The channel's extra setting: API version, region, account."""

    created_time: int = 0


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """Outcome of a test; `elapsed_ms` counts from the call to the end of the answer."""

    succeeded: bool
    message: str
    elapsed_ms: int
    prompt_tokens: int = 0
    completion_tokens: int = 0
    status: int = 0
    """The upstream's HTTP status; 0 when there was no answer."""

    path: str = ""
    """Path of the call."""


class ProbeError(Exception):
    """The upstream could not be asked; the message holds no secret."""


class ChannelProbe(Protocol):
    """What the channel service needs to know of upstreams."""

    async def test(
        self, target: ProbeTarget, model: str, *, stream: bool, endpoint: str = ""
    ) -> ProbeResult:
        """Sends one tiny call and reads its answer to the end; never raises for the upstream.

        `endpoint` is the family's `endpoint_type`; "" chooses by type and model.
        """
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

    async def test(
        self, target: ProbeTarget, model: str, *, stream: bool, endpoint: str = ""
    ) -> ProbeResult:
        """Sends one tiny call; see ChannelProbe."""
        started = time.monotonic()
        path = tiny_calls.path_of(endpoint, model, stream=stream)
        document = _document(target, model, path, stream=stream)
        try:
            # A vendor's token server may be waited for.
            call = orjson.loads(await asyncio.to_thread(probe_call, document))
            reply = await self._egress.send(self._call(target, call))
        except (CoreError, EgressError) as error:
            message = without_key(str(error), target.key)
            return ProbeResult(False, message, _elapsed_ms(started), path=path)  # noqa: FBT003
        elapsed_ms = _elapsed_ms(started)
        answer = orjson.loads(probe_answer(document, reply.status, reply.body))
        error_text = answer["error"]
        if error_text is not None and not reply.is_good:
            error_text = f"status code {reply.status}: {error_text}"
        return ProbeResult(
            succeeded=error_text is None,
            message=without_key(error_text or "", target.key)[:MAX_MESSAGE],
            elapsed_ms=elapsed_ms,
            prompt_tokens=answer["prompt_tokens"],
            completion_tokens=answer["completion_tokens"],
            status=reply.status,
            path=path,
        )

    async def fetch_models(self, target: ProbeTarget) -> list[str]:
        """Reads the upstream's model list; see ChannelProbe."""
        call = Call(
            method="GET",
            url=models_url(target),
            headers=auth_headers(target),
            way=target.way,
            timeout_s=self._timeout_s,
        )
        try:
            reply = await self._egress.send(call)
        except EgressError as error:
            raise ProbeError(str(error)) from error
        if not reply.is_good:
            raise ProbeError(f"status code: {reply.status}")
        return read_model_list(reply.body)

    def _call(self, target: ProbeTarget, made: dict[str, Any]) -> Call:
        headers = dict(made["headers"])
        if target.organization:
            headers["openai-organization"] = target.organization
        return Call(
            method="POST",
            url=made["url"],
            headers=headers,
            body=made["body"].encode(),
            way=target.way,
            timeout_s=self._timeout_s,
        )


def _document(target: ProbeTarget, model: str, path: str, *, stream: bool) -> bytes:
    return orjson.dumps(
        {
            "channel_type": target.channel_type,
            "base_url": target.base_url,
            "setting": target.other.strip() or None,
            "key": target.key,
            "created_time": target.created_time,
            "path": path,
            "model": model,
            "stream": stream,
            "allow_private": target.way.allow_private,
            "proxy": target.way.proxy,
            "body": tiny_calls.body(path, model, stream=stream),
        }
    )


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
