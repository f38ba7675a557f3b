"""The check for people, against a local verifier: asked once, remembered a while, never guessed."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import pytest
from typing_extensions import override

from tests.api.conftest import PASSWORD, ROOT, Plane
from tests.support.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

SECRET = "canary-turnstile"  # noqa: S105 - a test's own
LOGIN = {"username": "root", "password": PASSWORD}


@contextmanager
def verifier(asked: list[dict[str, str]]) -> Iterator[str]:
    """Serves a verifier that says yes to the token `good`."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            form = {name: found[0] for name, found in parse_qs(body).items()}
            asked.append(form)
            answers = {"good": b'{"success":true}', "odd": b"[true]", "broken": b"<html>"}
            content = answers.get(form["response"], b'{"success":false}')
            self.send_response(500 if form["response"] == "down" else 200)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        @override
        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/siteverify"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def asked() -> list[dict[str, str]]:
    return []


@pytest.fixture
def guarded(site: Plane, asked: list[dict[str, str]]) -> Iterator[Plane]:
    with verifier(asked) as url:
        root = site.as_user(ROOT)
        for key, value in (
            ("TurnstileSiteKey", "shown"),
            ("TurnstileSecretKey", SECRET),
            ("weirgate.turnstile_verify_url", url),
            ("TurnstileCheckEnabled", "true"),
        ):
            assert root.put("/api/option/", json={"key": key, "value": value}).json()["success"]
        yield site


def test_public_forms_want_a_token_and_one_success_holds_a_while(
    guarded: Plane, asked: list[dict[str, str]]
) -> None:
    visitor = guarded.visitor("198.51.100.7")
    refused = visitor.post("/api/user/login", json=LOGIN).json()
    assert refused == Refusal("Turnstile token 为空")
    assert visitor.post("/api/user/login?turnstile=good", json=LOGIN).json()["success"]
    assert asked == [{"secret": SECRET, "response": "good", "remoteip": "198.51.100.7"}]
    assert visitor.post("/api/user/login", json=LOGIN).json()["success"]
    assert len(asked) == 1
    kept = visitor.cookies.get("human")
    elsewhere = guarded.client(
        **{"x-weirgate-client-ip": "198.51.100.8", "cookie": f"human={kept}"}
    )
    assert not elsewhere.post("/api/user/login", json=LOGIN).json()["success"]
    guarded.management.clock.advance(601)
    assert not visitor.post("/api/user/login", json=LOGIN).json()["success"]


@pytest.mark.parametrize("token", ["bad", "odd", "broken", "down", "x" * 5000])
def test_whatever_is_no_clear_yes_is_a_no(guarded: Plane, token: str) -> None:
    answer = guarded.visitor().post(f"/api/user/login?turnstile={token}", json=LOGIN).json()
    assert answer == Refusal("Turnstile 校验失败，请刷新重试！")


def test_a_verifier_that_is_not_there_lets_nobody_in(guarded: Plane) -> None:
    body = {"key": "weirgate.turnstile_verify_url", "value": "http://127.0.0.1:1/"}
    guarded.as_user(ROOT).put("/api/option/", json=body)
    answer = guarded.visitor().post("/api/user/login?turnstile=good", json=LOGIN).json()
    assert answer["success"] is False


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/api/user/register"), ("GET", "/api/verification"), ("GET", "/api/reset_password")],
)
def test_every_public_form_is_checked(guarded: Plane, method: str, path: str) -> None:
    body = None if method == "GET" else {"username": "bob", "password": PASSWORD}
    answer = guarded.visitor().request(method, path, json=body).json()
    assert answer["message"] == "Turnstile token 为空"
