"""The RSGI bridge against a real Granian: everything a Robyn app does must arrive on the wire."""

from __future__ import annotations

import gzip
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import httpx
import pytest
from weirgate.web.rsgi import Bridge

from tests.api.bridge.sample_app import BODY_LIMIT, SHARED, Seen, make_app
from tests.support.management import Loop, serving
from tests.support.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def seen() -> Seen:
    return Seen()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, seen: Seen) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("bridge")
    (folder / "export.csv").write_text("a,b\n" * 500_000)
    path = folder / "management.sock"
    with Loop() as loop:
        bridge = Bridge(make_app(seen, folder), version="v1", body_limit=BODY_LIMIT)
        with serving(loop, bridge, path):
            yield path


@pytest.fixture
def client(served: Path, seen: Seen) -> Iterator[httpx.Client]:
    seen.entered.clear()
    seen.stream_closed.clear()
    transport = httpx.HTTPTransport(uds=str(served))
    with httpx.Client(transport=transport, base_url="http://gateway.test") as opened:
        yield opened


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH"])
def test_each_method_reaches_its_handler(client: httpx.Client, method: str) -> None:
    assert client.request(method, "/show").json()["method"] == method


def test_path_parameters_arrive_and_literals_win(client: httpx.Client) -> None:
    assert client.get("/show/a/and/b").json()["params"] == {"first": "a", "second": "b"}
    assert client.get("/show/literal/and/b").text == "plain function GET"


def test_a_percent_encoded_parameter_arrives_decoded(client: httpx.Client) -> None:
    assert client.get("/show/a%20b/and/%E4%BD%A0").json()["params"] == {
        "first": "a b",
        "second": "你",
    }


def test_repeated_query_names_keep_all_values_in_order(client: httpx.Client) -> None:
    shown = client.get("/show?tag=b&tag=a&empty=&name=%E4%BD%A0+x").json()
    assert shown["query"] == {"tag": ["b", "a"], "empty": [""], "name": ["你 x"]}


def test_host_scheme_and_client_address_come_from_the_relay(client: httpx.Client) -> None:
    headers = {"x-weirgate-client-ip": "203.0.113.9", "x-weirgate-scheme": "https"}
    shown = client.get("/show", headers=headers).json()
    assert (shown["host"], shown["scheme"], shown["ip"]) == (
        "gateway.test",
        "https",
        "203.0.113.9",
    )


def test_a_urlencoded_form_arrives_as_fields(client: httpx.Client) -> None:
    shown = client.post("/show", data={"trade_no": "7", "sign": "a+b"}).json()
    assert shown["form"] == {"trade_no": "7", "sign": "a+b"}


def test_a_multipart_form_arrives_as_fields_and_files(client: httpx.Client) -> None:
    content = bytes(range(256)) * 10
    shown = client.post("/show", data={"note": "x"}, files={"f": ("a.bin", content)}).json()
    assert shown["form"] == {"note": "x"}
    assert shown["files"] == {"a.bin": 2560}


def test_a_pydantic_body_is_validated(client: httpx.Client) -> None:
    assert client.post("/model", json={"name": "n", "count": 3}).json() == {
        "name": "n",
        "count": 3,
    }
    assert client.post("/model", json={"count": "x"}).status_code == 422


def test_a_sub_routers_routes_are_served(client: httpx.Client) -> None:
    assert client.get("/sub/inside").text == "in the sub router GET"


def test_plain_functions_are_handlers_too(client: httpx.Client) -> None:
    assert client.get("/blocking").text == "plain function GET"


def test_several_cookies_are_several_headers(client: httpx.Client) -> None:
    assert client.get("/cookies").headers.get_list("set-cookie") == [
        "first=1; Path=/; HttpOnly; SameSite=Strict",
        "second=2; Max-Age=60; Secure",
    ]


def test_status_and_repeated_headers_are_kept(client: httpx.Client) -> None:
    answer = client.get("/repeated")
    assert (answer.status_code, answer.headers.get_list("x-many")) == (201, ["a", "b"])


def test_a_before_middleware_ends_a_request_and_after_middlewares_still_run(
    client: httpx.Client,
) -> None:
    answer = client.get("/show", headers={"x-block": "1", "x-user": "eve"})
    assert (answer.status_code, answer.text) == (403, "blocked")
    assert answer.headers.get_list("x-after") == ["eve"]


def test_two_users_headers_never_mix_under_concurrency(client: httpx.Client) -> None:
    def ask(number: int) -> tuple[str, list[str], str]:
        user = f"user-{number % 2}"
        answer = client.get("/shared", headers={"x-user": user})
        return user, answer.headers.get_list("x-after"), answer.text

    with ThreadPoolExecutor(16) as pool:
        for user, added, body in pool.map(ask, range(2000)):
            assert added == [user]
            assert body == user
    assert dict(SHARED.multi_items()) == {"content-type": "application/json"}


def test_request_ids_and_version_stand_on_every_answer(client: httpx.Client) -> None:
    given = client.get("/show", headers={"x-weirgate-request-id": "ab" * 16})
    assert given.headers["x-oneapi-request-id"] == "ab" * 16
    assert given.headers["x-new-api-version"] == "v1"
    made = [client.get("/nowhere").headers["x-oneapi-request-id"] for _ in range(2)]
    assert all(len(text) == 32 for text in made)
    assert made[0] != made[1]


def test_a_stream_arrives_chunk_by_chunk_and_is_closed(client: httpx.Client, seen: Seen) -> None:
    with client.stream("GET", "/stream", headers={"accept-encoding": "gzip"}) as answer:
        assert answer.headers["content-type"] == "text/event-stream"
        assert "content-encoding" not in answer.headers
        text = "".join(answer.iter_text())
    assert text == "".join(f"data: {number}\n\n" for number in range(5))
    assert seen.stream_closed.wait(5)


def test_a_client_that_leaves_ends_the_generator(client: httpx.Client, seen: Seen) -> None:
    with client.stream("GET", "/endless") as answer:
        assert next(answer.iter_raw()) == b"data: first\n\n"
    assert seen.stream_closed.wait(5)


def test_an_endless_stream_is_cut_at_its_limit(client: httpx.Client) -> None:
    with client.stream("GET", "/flooding") as answer:
        size = sum(len(chunk) for chunk in answer.iter_raw())
    assert size == 4 * 1024 * 1024


def test_a_file_is_sent_whole(client: httpx.Client) -> None:
    answer = client.get("/file")
    assert answer.headers["content-type"] == "text/csv"
    assert answer.text == "a,b\n" * 500_000


def test_large_answers_are_gzipped_only_on_request(client: httpx.Client) -> None:
    plain = client.get("/large", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.headers["vary"] == "accept-encoding"
    with client.stream("GET", "/large", headers={"accept-encoding": "gzip"}) as answer:
        raw = b"".join(answer.iter_raw())
        assert answer.headers["content-encoding"] == "gzip"
    assert gzip.decompress(raw) == plain.content
    assert len(raw) < len(plain.content) / 10
    refused = client.get("/large", headers={"accept-encoding": "gzip;q=0"})
    assert "content-encoding" not in refused.headers


def test_small_answers_are_not_gzipped(client: httpx.Client) -> None:
    assert "content-encoding" not in client.get("/show").headers


def test_head_answers_as_get_without_a_body(client: httpx.Client) -> None:
    answer = client.head("/large", headers={"accept-encoding": "identity"})
    expected = len(client.get("/large").content)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == str(expected)


def test_options_names_the_methods(client: httpx.Client) -> None:
    answer = client.options("/show")
    assert answer.status_code == 204
    assert answer.headers["allow"] == "DELETE, GET, PATCH, POST, PUT, OPTIONS"


def test_a_known_path_with_another_method_is_405(client: httpx.Client) -> None:
    answer = client.post("/blocking")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, OPTIONS"


def test_an_unknown_api_path_is_said_in_the_familys_words(client: httpx.Client) -> None:
    answer = client.get("/api/nope?x=1")
    assert answer.status_code == 404
    assert answer.json() == {
        "error": {
            "message": "Invalid URL (GET /api/nope)",
            "type": "invalid_request_error",
            "param": "",
            "code": "",
        }
    }


def test_a_fault_is_logged_once_and_told_by_its_request_id_only(
    client: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    answer = client.get("/broken", headers={"x-weirgate-request-id": "ef" * 16})
    assert answer.status_code == 500
    assert answer.json() == Refusal(f"internal server error (request id: {'ef' * 16})")
    records = [record for record in caplog.records if record.name == "weirgate.web.rsgi"]
    assert [record.request_id for record in records] == ["ef" * 16]  # type: ignore[attr-defined]


def test_a_body_up_to_the_limit_arrives_and_one_byte_more_does_not(
    client: httpx.Client, seen: Seen
) -> None:
    assert client.post("/show", content=bytes(BODY_LIMIT)).json()["size"] == BODY_LIMIT
    before = seen.calls
    answer = client.post("/show", content=bytes(BODY_LIMIT + 1))
    assert (answer.status_code, answer.json()["success"]) == (413, False)
    assert seen.calls == before


def test_a_body_of_unknown_length_is_counted_while_it_comes(client: httpx.Client) -> None:
    def chunks(count: int) -> Iterator[bytes]:
        for _ in range(count):
            yield bytes(10_000)

    assert client.post("/show", content=chunks(100)).json()["size"] == BODY_LIMIT
    assert client.post("/show", content=chunks(101)).status_code == 413


def test_a_body_that_comes_in_single_bytes_arrives_whole(served: Path) -> None:
    with connected(served) as wire:
        wire.sendall(b"POST /show HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n")
        for byte in b"slow body":
            wire.sendall(bytes([byte]))
        assert b'"size":9' in wire.recv(65_536)


@pytest.mark.parametrize(
    "part",
    [b"content-length: 9\r\n\r\nabc", b"transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n"],
)
def test_a_body_that_is_cut_off_reaches_no_handler(served: Path, seen: Seen, part: bytes) -> None:
    before = seen.calls
    with connected(served) as wire:
        wire.sendall(b"POST /show HTTP/1.1\r\nhost: x\r\n" + part)
        wire.shutdown(socket.SHUT_WR)
        answer = wire.recv(65_536)
    assert answer == b"" or b"400" in answer.split(b"\r\n", 1)[0]
    with httpx.Client(transport=httpx.HTTPTransport(uds=str(served))) as client:
        assert client.get("http://x/blocking").status_code == 200
    assert seen.calls == before


def connected(path: Path) -> socket.socket:
    wire = socket.socket(socket.AF_UNIX)
    wire.settimeout(10)
    wire.connect(str(path))
    return wire


def test_a_sender_without_end_is_held_back_not_kept(served: Path) -> None:
    """The announced size is refused at once; nothing reads on, so the socket fills and blocks."""
    with connected(served) as wire:
        wire.sendall(b"POST /show HTTP/1.1\r\nhost: x\r\ncontent-length: 9000000000\r\n\r\n")
        assert wire.recv(65_536).startswith(b"HTTP/1.1 413")
        wire.settimeout(1)
        assert accepted_bytes(wire) < 8 * 1024 * 1024


def accepted_bytes(wire: socket.socket) -> int:
    """Sends until the socket blocks or is closed; 64 MiB would mean that somebody reads."""
    sent = 0
    while sent < 64 * 1024 * 1024:
        try:
            sent += wire.send(bytes(65_536))
        except OSError:
            break
    return sent


def test_two_requests_on_one_connection_are_answered_in_order(served: Path) -> None:
    with connected(served) as wire:
        request = b"GET /blocking HTTP/1.1\r\nhost: x\r\n\r\n"
        wire.sendall(request + request)
        received = b""
        while received.count(b"plain function") < 2:
            part = wire.recv(65_536)
            assert part
            received += part


def test_a_slow_handler_does_not_hold_others_back(client: httpx.Client, seen: Seen) -> None:
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(client.get, "/wait")
        assert seen.entered.wait(5)
        began = time.monotonic()
        assert client.get("/blocking").status_code == 200
        assert not waiting.done()
        assert time.monotonic() - began < 0.3
        assert waiting.result().text == "waited"
