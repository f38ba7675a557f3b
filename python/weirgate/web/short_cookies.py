"""Small sealed cookies that live for minutes: what a browser must bring back unread and unchanged.

AES-GCM under the session secret, the name as associated data, so one cookie's text is worth nothing
under another name. For sign-in states and passed checks; never for who somebody is.
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any, Literal

import orjson

from weirgate.store.crypto import SealError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from weirgate.store.crypto import Sealer

LIFETIME_S = 600
_MAX_TEXT = 3072

SameSite = Literal["Lax", "Strict"]


class ShortCookies:
    """Makes and reads the cookies."""

    def __init__(
        self, sealer: Sealer, now_ms: Callable[[], int], *, always_secure: bool = False
    ) -> None:
        """Takes a sealer of the session secret and the wall clock."""
        self._sealer = sealer
        self._now_ms = now_ms
        self._always_secure = always_secure

    def make(
        self, name: str, content: Mapping[str, Any], *, scheme: str, same_site: SameSite
    ) -> str:
        """Returns the Set-Cookie header of a cookie that lives ten minutes."""
        until = self._now_ms() + LIFETIME_S * 1000
        text = orjson.dumps({**content, "until_ms": until}).decode()
        sealed = base64.urlsafe_b64encode(self._sealer.seal(text, _row(name))).decode()
        return self._header(name, sealed, LIFETIME_S, scheme, same_site)

    def read(self, name: str, cookies: Mapping[str, str]) -> dict[str, Any]:
        """Returns what the cookie holds; nothing when it is missing, over or not ours."""
        text = cookies.get(name, "")
        if not text or len(text) > _MAX_TEXT or not text.isascii():
            return {}
        try:
            sealed = base64.urlsafe_b64decode(text)
            content: dict[str, Any] = orjson.loads(self._sealer.open(sealed, _row(name)))
        except (binascii.Error, SealError, orjson.JSONDecodeError):
            return {}
        return content if content["until_ms"] > self._now_ms() else {}

    def clear(self, name: str, *, scheme: str, same_site: SameSite) -> str:
        """Returns the Set-Cookie header that takes the cookie away."""
        return self._header(name, "", 0, scheme, same_site)

    def _header(self, name: str, value: str, age_s: int, scheme: str, same_site: SameSite) -> str:
        text = f"{name}={value}; Path=/; Max-Age={age_s}; HttpOnly; SameSite={same_site}"
        return text + "; Secure" if scheme == "https" or self._always_secure else text


def _row(name: str) -> str:
    return f"cookie:{name}"
