"""The one exchange with upstreams against real loopback servers: bounds, headers and proxies."""

import asyncio
import contextlib
import functools
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable

import orjson
import pytest
from weirgate.channels.egress import (
    Call,
    Egress,
    EgressError,
    EgressPolicy,
    EgressRefusedError,
    Way,
)
from weirgate.channels.way import overridden_headers, way_of
from weirgate.store.tables import Channel

EGRESS = Egress(EgressPolicy(allow_private=True))
OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"


def in_loop(test: Callable[..., Awaitable[None]]) -> Callable[..., None]:
    @functools.wraps(test)
    def run(*args: object, **named: object) -> None:
        async def work() -> None:
            await test(*args, **named)

        asyncio.run(work())

    return run


class Server:
    """Reads one head a connection and answers with fixed bytes."""

    def __init__(self, answer: bytes, *, is_socks: bool, hangs: bool) -> None:
        self.answer = answer
        self.is_socks = is_socks
        self.hangs = hangs
        self.at_work: list[asyncio.Task[None] | None] = []
        self.heads: list[str] = []
        self.asked_for: list[str] = []
        self.port = 0

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.at_work.append(asyncio.current_task())
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            if self.is_socks:
                await self.greet(reader, writer)
            self.heads.append((await reader.readuntil(b"\r\n\r\n")).decode())
            writer.write(self.answer)
            await writer.drain()
            if self.hangs:
                await reader.read()
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()

    async def greet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _, count = await reader.readexactly(2)
        await reader.readexactly(count)
        writer.write(b"\x05\x00")
        _, _, _, kind = await reader.readexactly(4)
        if kind == 3:
            (length,) = await reader.readexactly(1)
            host = (await reader.readexactly(length)).decode()
        else:
            host = socket.inet_ntoa(await reader.readexactly(4))
        (port,) = struct.unpack(">H", await reader.readexactly(2))
        self.asked_for.append(f"{host}:{port}")
        writer.write(b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")


@contextlib.asynccontextmanager
async def serving(
    answer: bytes = OK, *, is_socks: bool = False, hangs: bool = False
) -> AsyncIterator[Server]:
    server = Server(answer, is_socks=is_socks, hangs=hangs)
    listening = await asyncio.start_server(server.handle, "127.0.0.1", 0)
    server.port = listening.sockets[0].getsockname()[1]
    async with listening:
        yield server
        await asyncio.gather(*(task for task in server.at_work if task is not None))


def get(url: str, way: Way | None = None, timeout_s: float = 5.0, most_bytes: int = 100) -> Call:
    return Call(method="GET", url=url, way=way or Way(), timeout_s=timeout_s, most_bytes=most_bytes)


@in_loop
async def test_headers_of_the_way_win() -> None:
    async with serving() as server:
        call = Call(
            method="GET",
            url=f"http://127.0.0.1:{server.port}/x?y=1",
            headers={"Authorization": "Bearer a", "accept": "*/*"},
            way=Way(headers={"authorization": "Bearer b"}),
        )
        assert (await EGRESS.send(call)).body == b"{}"
    head = server.heads[0].lower()
    assert head.startswith("get /x?y=1 http/1.1")
    assert "authorization: bearer b\r\n" in head
    assert "bearer a" not in head


@pytest.mark.parametrize("user", ["", "ann:s3cret@"])
@in_loop
async def test_an_http_proxy_is_asked_for_the_name(user: str) -> None:
    async with serving() as proxy:
        way = Way(proxy=f"http://{user}127.0.0.1:{proxy.port}")
        assert (await EGRESS.send(get("http://upstream.invalid/v1", way))).status == 200
    head = proxy.heads[0]
    assert head.startswith("GET http://upstream.invalid/v1 HTTP/1.1")
    assert ("proxy-authorization" in head.lower()) == bool(user)


@pytest.mark.parametrize("scheme", ["socks5", "socks5h"])
@in_loop
async def test_a_socks_proxy_is_asked_for_the_name(scheme: str) -> None:
    async with serving(is_socks=True) as proxy:
        way = Way(proxy=f"{scheme}://127.0.0.1:{proxy.port}")
        assert (await EGRESS.send(get("http://upstream.invalid:81/v1", way))).status == 200
    assert proxy.asked_for == ["upstream.invalid:81"]
    assert proxy.heads[0].startswith("GET /v1 HTTP/1.1")


@pytest.mark.parametrize(
    ("proxy", "url", "reason"),
    [
        ("ftp://127.0.0.1:1", "http://a.invalid/", "the proxy must be"),
        ("127.0.0.1:1", "http://a.invalid/", "the proxy must be"),
        ("http://169.254.169.254:80", "http://a.invalid/", "metadata"),
        ("http://127.0.0.1:1", "http://169.254.169.254/latest", "metadata"),
        ("socks5://127.0.0.1:1", "http://[fe80::1]/", "metadata"),
    ],
)
@in_loop
async def test_no_proxy_is_a_way_around_the_policy(proxy: str, url: str, reason: str) -> None:
    with pytest.raises(EgressRefusedError, match=reason):
        await EGRESS.send(get(url, Way(proxy=proxy)))


@in_loop
async def test_a_private_proxy_needs_the_permission() -> None:
    async with serving() as proxy:
        way = Way(allow_private=False, proxy=f"http://127.0.0.1:{proxy.port}")
        with pytest.raises(EgressRefusedError, match="private"):
            await EGRESS.send(get("http://upstream.invalid/", way))
    assert proxy.heads == []


@in_loop
async def test_an_answer_that_is_too_long_or_never_ends_is_given_up() -> None:
    async with serving(b"HTTP/1.1 200 OK\r\ncontent-length: 101\r\n\r\n" + b" " * 101) as server:
        with pytest.raises(EgressError, match="more than 100 bytes"):
            await EGRESS.send(get(f"http://127.0.0.1:{server.port}/"))
    async with serving(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n", hangs=True) as server:
        with pytest.raises(EgressError, match=r"127\.0\.0\.1"):
            await EGRESS.send(get(f"http://127.0.0.1:{server.port}/", timeout_s=0.2))


@pytest.mark.parametrize(
    ("url", "headers"), [("http://127.0.0.1:99999999/", {}), ("http://127.0.0.1:1/", {"x": "ü€"})]
)
@in_loop
async def test_what_cannot_be_sent_is_an_error_of_the_exchange(
    url: str, headers: dict[str, str]
) -> None:
    with pytest.raises(EgressError):
        await EGRESS.send(get(url, Way(headers=headers)))


def test_a_header_override_sets_texts_and_passes_nothing() -> None:
    override = {
        "X-Key": "k={api_key}",
        "X-Number": 7,
        "*": "",
        "regex:^x-": "",
        "X-From": "{client_header:user-agent}",
        "Host": "elsewhere",
        "X-List": [],
    }
    found = overridden_headers(orjson.dumps(override).decode(), "sk-1")
    assert found == {"x-key": "k=sk-1", "x-number": "7"}
    assert overridden_headers("[]", "k") == overridden_headers("{", "k") == {}


def test_the_way_is_what_the_channel_says() -> None:
    channel = Channel(setting='{"proxy":" http://p:1 ","allow_private":true}', header_override=None)
    assert way_of(channel, "k", allows_private=False) == Way(
        allow_private=True, proxy="http://p:1", headers={}
    )
    assert not way_of(Channel(), "k", allows_private=False).allow_private
