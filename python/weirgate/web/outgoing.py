"""A Robyn Response → RSGI: headers copied, cookies, gzip on request, files, bounded streams.

Last station of the bridge. Never sends a large answer through Granian's `send_bytes` (it has no
back-pressure): whole bodies and files go in one call, streams are small and cut at a limit.
"""

from __future__ import annotations

import asyncio
import logging
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from weirgate.web.robyn_face import Cookie, Headers, Response, StreamingResponse

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

logger = logging.getLogger(__name__)

GZIP_FROM_BYTES = 1024
# Above this, compressing would hold the event loop for milliseconds; it goes to a thread.
GZIP_THREAD_FROM_BYTES = 64 * 1024
GZIP_LEVEL = 5
STREAM_LIMIT_BYTES = 4 * 1024 * 1024
_COMPRESSIBLE = ("text/", "application/json", "application/javascript", "application/problem+json")
HeaderList = list[tuple[str, str]]


@dataclass(slots=True)
class Client:
    """What the answer must know of the request."""

    method: str
    accept_encoding: str
    common_headers: HeaderList


def copy_headers(headers: Any) -> Headers:
    """Returns headers that belong to one answer only.

    Robyn hands the same Headers object to many answers; a middleware that adds to it would add to
    all of them.
    """
    own = Headers({})
    for name, value in _header_items(headers):
        own.append(name, value)
    return own


def _header_items(headers: Any) -> HeaderList:
    if isinstance(headers, dict):
        return list(headers.items())
    return [] if headers is None else list(headers.multi_items())


def to_response(result: object) -> Response | StreamingResponse:
    """Returns what a Robyn handler gave as a Response; plain values as Robyn's server does.

    Raises:
        TypeError: the value has no HTTP form.
    """
    if isinstance(result, Response | StreamingResponse):
        return result
    if isinstance(result, dict | list):
        from weirgate.web.answers import JSON_TYPE, dump  # noqa: PLC0415 - a rare path

        return Response(200, Headers({"content-type": JSON_TYPE}), dump(result))
    if isinstance(result, bytes):
        return Response(200, Headers({"content-type": "application/octet-stream"}), result)
    if isinstance(result, str):
        return Response(200, Headers({"content-type": "text/plain; charset=utf-8"}), result)
    raise TypeError(f"a handler returned {type(result).__name__}")


async def send(protocol: Any, response: Response | StreamingResponse, client: Client) -> int:
    """Sends the answer and returns its status."""
    headers = [(name.lower(), value) for name, value in _header_items(response.headers)]
    headers.extend(client.common_headers)
    status = response.status_code
    if isinstance(response, StreamingResponse):
        await _send_stream(protocol, response, headers, client)
        return status
    headers.extend(_cookie_headers(response))
    if response.file_path:
        _send_file(protocol, response, headers, client)
        return status
    body = response.description
    body = body.encode() if isinstance(body, str) else bytes(body)
    body = await _encoded(body, headers, client)
    send_whole(protocol, status, headers, body, client.method)
    return status


def send_whole(protocol: Any, status: int, headers: HeaderList, body: bytes, method: str) -> None:
    """Sends a body in one call; HEAD gets its length and no byte of it."""
    if method == "HEAD":
        headers.append(("content-length", str(len(body))))
        protocol.response_empty(status, headers)
    elif body:
        protocol.response_bytes(status, headers, body)
    else:
        protocol.response_empty(status, headers)


def _cookie_headers(response: Response) -> Iterator[tuple[str, str]]:
    cookies = response.cookies
    # Robyn keeps them in no order.
    for name in sorted(cookies.keys()):
        cookie = cookies.get(name)
        if cookie is not None:
            yield "set-cookie", _cookie_text(name, cookie)


def _cookie_text(name: str, cookie: Cookie) -> str:
    parts = [f"{name}={cookie.value}"]
    if cookie.path:
        parts.append(f"Path={cookie.path}")
    if cookie.domain:
        parts.append(f"Domain={cookie.domain}")
    if cookie.max_age is not None:
        parts.append(f"Max-Age={cookie.max_age}")
    if cookie.expires:
        parts.append(f"Expires={cookie.expires}")
    if cookie.http_only:
        parts.append("HttpOnly")
    if cookie.secure:
        parts.append("Secure")
    if cookie.same_site:
        parts.append(f"SameSite={cookie.same_site}")
    return "; ".join(parts)


def accepts_gzip(accept_encoding: str) -> bool:
    """Says whether the client takes gzip (named, and not with q=0)."""
    for part in accept_encoding.lower().split(","):
        coding, _, parameters = part.partition(";")
        if coding.strip() in {"gzip", "*"}:
            return parameters.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False


def gzip(body: bytes) -> bytes:
    """Returns the body as a gzip stream."""
    compressor = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, 31)
    return compressor.compress(body) + compressor.flush()


async def _encoded(body: bytes, headers: HeaderList, client: Client) -> bytes:
    """Returns the body gzipped where that pays and the client asked; mends the headers."""
    if len(body) < GZIP_FROM_BYTES:
        return body
    names = dict(headers)
    if "content-encoding" in names or not names.get("content-type", "").startswith(_COMPRESSIBLE):
        return body
    headers.append(("vary", "accept-encoding"))
    if not accepts_gzip(client.accept_encoding):
        return body
    headers.append(("content-encoding", "gzip"))
    if len(body) < GZIP_THREAD_FROM_BYTES:
        return gzip(body)
    return await asyncio.to_thread(gzip, body)


def _send_file(protocol: Any, response: Response, headers: HeaderList, client: Client) -> None:
    if client.method == "HEAD":
        protocol.response_empty(response.status_code, headers)
        return
    # Granian answers 404 by itself when the file cannot be opened.
    protocol.response_file(response.status_code, headers, str(response.file_path))


async def _chunks(content: Any) -> AsyncIterator[bytes]:
    """Yields a Robyn stream's chunks as bytes, on this loop, whatever kind of generator it is."""
    # Robyn wraps an async generator into a blocking iterator for its own server.
    source = getattr(content, "_async_gen", None)
    if source is not None:
        try:
            async for chunk in source:
                yield chunk.encode() if isinstance(chunk, str) else bytes(chunk)
        finally:
            await source.aclose()
        return
    end = object()
    iterator = iter(content)
    while (chunk := await asyncio.to_thread(next, iterator, end)) is not end:
        yield chunk.encode() if isinstance(chunk, str) else bytes(chunk)


async def _send_stream(
    protocol: Any, response: StreamingResponse, headers: HeaderList, client: Client
) -> None:
    names = dict(headers)
    if "content-type" not in names:
        headers.append(("content-type", response.media_type))
    if "cache-control" not in names:
        headers.append(("cache-control", "no-cache"))
    chunks = _chunks(response.content)
    try:
        if client.method == "HEAD":
            protocol.response_empty(response.status_code, headers)
            return
        transport = protocol.response_stream(response.status_code, headers)
        await _pump(protocol, transport, chunks)
    finally:
        await chunks.aclose()  # type: ignore[attr-defined]


async def _pump(protocol: Any, transport: Any, chunks: AsyncIterator[bytes]) -> None:
    """Copies chunks until the end, the limit, or the client has gone."""
    gone = asyncio.ensure_future(protocol.client_disconnect())
    step: asyncio.Future[bytes | None] | None = None
    sent = 0
    try:
        while True:
            step = asyncio.ensure_future(anext(chunks, None))
            await asyncio.wait({step, gone}, return_when=asyncio.FIRST_COMPLETED)
            chunk = step.result() if step.done() else None
            if chunk is None:
                return
            sent += len(chunk)
            if sent > STREAM_LIMIT_BYTES:
                logger.error("a stream was cut at %d bytes: send large answers as files", sent)
                return
            await transport.send_bytes(chunk)
    finally:
        gone.cancel()
        # A generator that still computes cannot be closed; end its step first.
        if step is not None and not step.done():
            step.cancel()
            await asyncio.wait({step})
