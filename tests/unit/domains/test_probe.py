"""The probe against a real HTTP server on loopback that answers what it is told."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import orjson
import pytest
from typing_extensions import override
from weirgate.channels import tiny_calls, types
from weirgate.channels.egress import MAX_REPLY_BYTES, Egress, EgressPolicy, Way
from weirgate.channels.probe import (
    HttpProbe,
    ProbeError,
    ProbeResult,
    ProbeTarget,
    join_url,
    models_url,
    read_model_list,
)

PROBE = HttpProbe(Egress(EgressPolicy(allow_private=True)), timeout_s=5)


@dataclass
class Upstream:
    """What the server answers, and what it was asked."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""

    def target(self, channel_type: int = types.OPENAI) -> ProbeTarget:
        return ProbeTarget(channel_type, self.url, "sk-secret", "org-1")


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    script = Upstream()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            length = int(self.headers.get("content-length", 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            script.asked.append((self.command, self.path, headers, self.rfile.read(length)))
            self.send_response(script.status)
            for name, value in script.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(script.body)))
            self.end_headers()
            try:
                self.wfile.write(script.body)
            except ConnectionError:
                self.close_connection = True

        do_GET = do_POST = answer  # noqa: N815 - the names that http.server calls

        @override
        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    script.url = f"http://127.0.0.1:{server.server_address[1]}"
    yield script
    server.shutdown()
    thread.join()
    server.server_close()


def probe(upstream: Upstream, *, stream: bool = False, model: str = "gpt-4o") -> ProbeResult:
    return asyncio.run(PROBE.test(upstream.target(), model, stream=stream))


def fetch(target: ProbeTarget) -> list[str]:
    return asyncio.run(PROBE.fetch_models(target))


def test_a_test_call_is_one_small_chat_call_with_the_key(upstream: Upstream) -> None:
    usage = {"prompt_tokens": 8, "completion_tokens": 3}
    upstream.body = orjson.dumps({"choices": [], "usage": usage})
    result = probe(upstream)
    assert result.succeeded
    assert (result.prompt_tokens, result.completion_tokens) == (8, 3)
    method, path, headers, body = upstream.asked[0]
    assert (method, path) == ("POST", "/v1/chat/completions")
    assert headers["authorization"] == "Bearer sk-secret"
    assert headers["openai-organization"] == "org-1"
    assert headers["host"] == upstream.url.removeprefix("http://")
    sent = orjson.loads(body)
    assert (sent["model"], sent["max_tokens"]) == ("gpt-4o", 16)


def test_a_streamed_test_reads_the_events_to_the_end(upstream: Upstream) -> None:
    events = [{"choices": []}, {"choices": [], "usage": {"prompt_tokens": 2}}]
    lines = [b"data: " + orjson.dumps(event) for event in events]
    upstream.body = b"\n\n".join([*lines, b"data: [DONE]", b""])
    result = probe(upstream, stream=True)
    assert result.succeeded
    assert result.prompt_tokens == 2
    assert orjson.loads(upstream.asked[0][3])["stream_options"] == {"include_usage": True}


@pytest.mark.parametrize("stream", [False, True])
def test_an_error_inside_a_200_is_a_failure(upstream: Upstream, *, stream: bool) -> None:
    body = orjson.dumps({"error": {"message": "no money"}})
    upstream.body = b"data: " + body + b"\n\n" if stream else body
    result = probe(upstream, stream=stream)
    assert (result.succeeded, result.message) == (False, "upstream reported an error: no money")


def test_an_error_shows_the_upstreams_words_without_the_key(upstream: Upstream) -> None:
    upstream.status = 401
    upstream.body = orjson.dumps({"error": {"message": "bad key sk-secret given"}})
    result = probe(upstream)
    assert (result.succeeded, result.message) == (False, "status code 401: bad key *** given")


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]"])
def test_what_is_no_json_object_is_a_failure(upstream: Upstream, body: bytes) -> None:
    upstream.body = body
    assert not probe(upstream).succeeded


def test_an_answer_over_the_limit_is_given_up(upstream: Upstream) -> None:
    upstream.body = b" " * (MAX_REPLY_BYTES + 1)
    assert "more than" in probe(upstream).message


def test_a_redirect_is_not_followed(upstream: Upstream) -> None:
    upstream.status = 302
    upstream.headers = {"location": "http://169.254.169.254/"}
    assert not probe(upstream).succeeded
    assert len(upstream.asked) == 1


def test_nobody_there_is_a_failure_that_names_the_host() -> None:
    target = ProbeTarget(types.OPENAI, "http://127.0.0.1:1", "sk-secret")
    result = asyncio.run(PROBE.test(target, "m", stream=False))
    assert not result.succeeded
    assert "127.0.0.1" in result.message


def test_a_refused_address_is_never_connected(upstream: Upstream) -> None:
    strict = HttpProbe(Egress(EgressPolicy(allow_private=False)))
    with pytest.raises(ProbeError, match="private"):
        asyncio.run(strict.fetch_models(upstream.target()))
    assert upstream.asked == []


def test_models_are_read_from_the_list_without_repeats(upstream: Upstream) -> None:
    upstream.body = orjson.dumps({"data": [{"id": "a"}, {"id": "b"}, {"id": "a"}, {"x": 1}]})
    assert fetch(upstream.target()) == ["a", "b"]
    assert upstream.asked[0][1] == "/v1/models"


def test_an_anthropic_upstream_gets_its_own_headers(upstream: Upstream) -> None:
    upstream.body = b'{"data":[]}'
    assert fetch(upstream.target(types.ANTHROPIC)) == []
    headers = upstream.asked[0][2]
    assert headers["x-api-key"] == "sk-secret"
    assert headers["anthropic-version"] == "2023-06-01"
    assert "authorization" not in headers


def test_a_list_that_fails_says_the_status(upstream: Upstream) -> None:
    upstream.status = 503
    with pytest.raises(ProbeError, match="503"):
        fetch(upstream.target())


def test_lists_of_three_families_are_read() -> None:
    assert read_model_list(b'{"models":[{"name":"models/gemini-2.0-flash"}]}') == [
        "gemini-2.0-flash"
    ]
    assert read_model_list(b'{"models":[{"name":"llama3:8b"}]}') == ["llama3:8b"]
    assert read_model_list(b'["a"]') == ["a"]
    with pytest.raises(ProbeError):
        read_model_list(b'{"data":{}}')


@pytest.mark.parametrize(
    ("base", "url"),
    [
        ("https://a.test", "https://a.test/v1/models"),
        ("https://a.test/", "https://a.test/v1/models"),
        ("https://a.test/v1", "https://a.test/v1/models"),
        ("https://a.test/api/v3/", "https://a.test/api/v3/models"),
    ],
)
def test_a_version_in_the_base_is_never_doubled(base: str, url: str) -> None:
    assert join_url(base, "/v1/models") == url


def test_vendors_list_their_models_at_their_own_paths() -> None:
    ali = ProbeTarget(types.ALI, "https://a.test", "k")
    assert models_url(ali) == "https://a.test/compatible-mode/v1/models"


@pytest.mark.parametrize(
    ("model", "path", "limit"),
    [
        ("o3-mini", "/v1/chat/completions", {"max_completion_tokens": 16}),
        ("qwen-thinking", "/v1/chat/completions", {"max_tokens": 50}),
        ("claude-thinking", "/v1/chat/completions", {"max_tokens": 16}),
        ("gemini-2.5-pro", "/v1/chat/completions", {"max_tokens": 3000}),
        ("text-embedding-3-small", "/v1/embeddings", {}),
        ("bge-reranker-v2", "/v1/rerank", {}),
        ("dall-e-3", "/v1/images/generations", {}),
        ("gpt-5-codex", "/v1/responses", {}),
    ],
)
def test_the_test_call_fits_the_model(model: str, path: str, limit: dict[str, int]) -> None:
    assert tiny_calls.path_of("", model, stream=False) == path
    body = tiny_calls.body(path, model, stream=False)
    limits = {name: value for name, value in body.items() if name.startswith("max_")}
    assert limits == limit


@pytest.mark.parametrize(
    ("endpoint", "path"),
    [
        ("anthropic", "/v1/messages"),
        ("openai-response", "/v1/responses"),
        ("jina-rerank", "/v1/rerank"),
        ("embeddings", "/v1/embeddings"),
    ],
)
def test_an_endpoint_can_be_asked_for(upstream: Upstream, endpoint: str, path: str) -> None:
    asyncio.run(PROBE.test(upstream.target(20), "m", stream=False, endpoint=endpoint))
    assert [path for _, path, _, _ in upstream.asked] == ([path] if path != "/v1/rerank" else [])


def test_a_claude_channel_is_tested_in_claudes_words(upstream: Upstream) -> None:
    upstream.body = orjson.dumps(
        {
            "id": "m", "type": "message", "role": "assistant", "model": "claude-3",
            "content": [{"type": "text", "text": "hey"}], "stop_reason": "end_turn",
            "usage": {"input_tokens": 5, "output_tokens": 2},
        }
    )  # fmt: skip
    target = upstream.target(types.ANTHROPIC)
    result = asyncio.run(PROBE.test(target, "claude-3", stream=False))
    assert (result.succeeded, result.prompt_tokens, result.completion_tokens) == (True, 5, 2)
    assert result.path == "/v1/chat/completions", "the client's"
    _, path, headers, _ = upstream.asked[0]
    assert (path, headers["x-api-key"]) == ("/v1/messages", "sk-secret")


def test_a_channels_headers_win(upstream: Upstream) -> None:
    target = replace(upstream.target(), way=Way(headers={"x-team": "t", "authorization": "Basic"}))
    asyncio.run(PROBE.test(target, "m", stream=False))
    headers = upstream.asked[0][2]
    assert (headers["x-team"], headers["authorization"]) == ("t", "Basic")
