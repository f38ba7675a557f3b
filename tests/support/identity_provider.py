"""A local identity provider: GitHub, OIDC, LinuxDO, Discord, Lark and a WeChat server in one.

Codes are given by the test; each works once. What is asked is checked as the providers check it:
client, secret, redirect address, PKCE.
"""

from __future__ import annotations

import base64
import hashlib
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import orjson
from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Iterator

CLIENT, SECRET, WECHAT_TOKEN = "the-client", "canary-client-secret", "canary-wechat"


@dataclass
class IdentityProvider:
    """What the provider knows, and what it was asked."""

    url: str = ""
    users: dict[str, dict[str, Any]] = field(default_factory=dict)
    challenges: dict[str, str] = field(default_factory=dict)
    redirects: list[str] = field(default_factory=list)
    tokens: dict[str, dict[str, Any]] = field(default_factory=dict)
    fails: bool = False

    def give(self, code: str, challenge: str = "", **user: Any) -> str:
        """Makes a code that names this user; a challenge must be met by its verifier."""
        self.users[code] = user
        if challenge:
            self.challenges[code] = challenge
        return code

    def take(self, form: dict[str, str], basic: str) -> tuple[int, dict[str, Any]]:
        """Answers the token request."""
        expected = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        named = (form.get("client_id"), form.get("client_secret")) == (CLIENT, SECRET)
        user = self.users.pop(form.get("code", ""), None)
        if not (named or basic == expected) or user is None or self.fails:
            return 400, {"error": "bad_verification_code", "error_description": SECRET}
        challenge = self.challenges.pop(form["code"], "")
        if challenge and _challenge(form.get("code_verifier", "")) != challenge:
            return 400, {"error": "invalid_grant"}
        self.redirects.append(form.get("redirect_uri", ""))
        token = f"token-{len(self.tokens)}"
        self.tokens[token] = user
        return 200, {"access_token": token, "token_type": "bearer"}


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


@contextmanager
def identity_provider() -> Iterator[IdentityProvider]:
    """Serves a provider on loopback."""
    provider = IdentityProvider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            authorization = self.headers.get("authorization", "")
            if parts.path == "/.well-known/openid-configuration":
                self._send(200, _discovery(provider.url))
            elif parts.path == "/api/wechat/user":
                code = parse_qs(parts.query).get("code", [""])[0]
                user = provider.users.pop(code, None) if authorization == WECHAT_TOKEN else None
                self._send(200, {"success": user is not None, "data": (user or {}).get("id", "")})
            else:
                user = provider.tokens.get(authorization.removeprefix("Bearer "))
                self._send(200 if user else 401, user or {"message": "bad credentials"})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if self.headers["content-type"] == "application/json":
                form = orjson.loads(body)
            else:
                form = {name: found[0] for name, found in parse_qs(body.decode()).items()}
            self._send(*provider.take(form, self.headers.get("authorization", "")))

        def _send(self, status: int, body: dict[str, Any]) -> None:
            content = orjson.dumps(body)
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        @override
        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _discovery(url: str) -> dict[str, str]:
    return {
        "authorization_endpoint": f"{url}/authorize",
        "token_endpoint": f"{url}/token",
        "userinfo_endpoint": f"{url}/user",
    }
