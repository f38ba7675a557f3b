"""Login sessions on the server: the cookie holds a random id, the table its SHA-256.

`start` is the only way to get one and always makes a new id (nothing is ever fixed beforehand);
the old session of the same browser ends with it. Cookie: `session`, HttpOnly, SameSite=Strict,
Path=/, 30 days, Secure under https.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING, Any

import orjson

from weirgate.store.tables import Session
from weirgate.web.repository import SessionRepository

if TYPE_CHECKING:
    from collections.abc import Callable

    from weirgate.store import UnitOfWork

COOKIE = "session"
LIFETIME_S = 2_592_000
_ID_BYTES = 32
_MAX_ID_TEXT = 128


def session_hash(session_id: str) -> str:
    """Returns the form in which a session id is stored."""
    return hashlib.sha256(session_id.encode()).hexdigest()


class Sessions:
    """Starts, reads and ends sessions."""

    def __init__(self, now_ms: Callable[[], int], *, always_secure: bool = False) -> None:
        """Takes the wall clock; `always_secure` sets Secure on http too (behind a TLS proxy)."""
        self._now_ms = now_ms
        self._always_secure = always_secure

    def hash_of_cookie(self, cookie: str) -> str:
        """Returns the stored form of a cookie's value, "" when it cannot be one of ours."""
        if not cookie or len(cookie) > _MAX_ID_TEXT or not cookie.isascii():
            return ""
        return session_hash(cookie)

    async def start(
        self,
        uow: UnitOfWork,
        user_id: int,
        *,
        scheme: str,
        replaces: str = "",
        content: dict[str, Any] | None = None,
    ) -> str:
        """Makes a session and returns the text of its Set-Cookie header.

        Args:
            uow: a writing unit of work.
            user_id: who is logged in; 0 while a second step is awaited.
            scheme: of the request, "http" or "https".
            replaces: the value of the session cookie that came with the request, if any.
            content: what the session remembers.
        """
        repository = SessionRepository(uow.session)
        old = self.hash_of_cookie(replaces)
        if old:
            await repository.delete(old)
        session_id = secrets.token_urlsafe(_ID_BYTES)
        now_ms = self._now_ms()
        # Logins are where rows come from, so they are where old ones go.
        await repository.delete_expired(now_ms)
        row = Session(
            id_hash=session_hash(session_id),
            user_id=user_id,
            created_at_ms=now_ms,
            expires_at_ms=now_ms + LIFETIME_S * 1000,
            content=orjson.dumps(content or {}).decode(),
        )
        repository.add(row)
        return self._cookie(session_id, LIFETIME_S, scheme)

    async def content(self, uow: UnitOfWork, cookie: str) -> dict[str, Any]:
        """Returns what the session remembers; nothing when there is none or it is over."""
        row = await SessionRepository(uow.session).get(self.hash_of_cookie(cookie), self._now_ms())
        found: dict[str, Any] = {} if row is None else orjson.loads(row.content)
        return found

    async def take(self, uow: UnitOfWork, cookie: str, name: str) -> Any:
        """Takes one value out of what the session remembers and returns it; None without one.

        Of two that take at once, one gets it.
        """
        repository = SessionRepository(uow.session)
        row = await repository.get(self.hash_of_cookie(cookie), self._now_ms(), lock=True)
        if row is None:
            return None
        content = orjson.loads(row.content)
        value = content.pop(name, None)
        row.content = orjson.dumps(content).decode()
        return value

    async def remember(self, uow: UnitOfWork, cookie: str, **values: Any) -> None:
        """Adds values to what the session remembers; None takes a value away."""
        row = await SessionRepository(uow.session).get(self.hash_of_cookie(cookie), self._now_ms())
        if row is None:
            return
        merged = {**orjson.loads(row.content), **values}
        kept = {name: value for name, value in merged.items() if value is not None}
        row.content = orjson.dumps(kept).decode()

    async def end(self, uow: UnitOfWork, cookie: str, *, scheme: str) -> str:
        """Ends the session and returns the Set-Cookie header that empties the cookie."""
        known = self.hash_of_cookie(cookie)
        if known:
            await SessionRepository(uow.session).delete(known)
        return self._cookie("", 0, scheme)

    async def end_all(self, uow: UnitOfWork, user_id: int, *, keep_cookie: str = "") -> None:
        """Ends all of a user's sessions, but perhaps the one that asks (new password, ban)."""
        keep = self.hash_of_cookie(keep_cookie)
        await SessionRepository(uow.session).delete_of_user(user_id, keep)

    def _cookie(self, value: str, max_age_s: int, scheme: str) -> str:
        text = f"{COOKIE}={value}; Path=/; Max-Age={max_age_s}; HttpOnly; SameSite=Strict"
        return text + "; Secure" if scheme == "https" or self._always_secure else text
