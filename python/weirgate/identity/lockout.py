"""Locks a name out for a while after too many wrong passwords, whoever sent them.

Names that nobody has are counted and locked like the others, so an answer tells nothing about who
has an account. A lock is short and ends by itself; other ways in (passkey, OAuth, a session that
is there) stay open, so that nobody can keep an owner out. Names are kept as keyed hashes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from weirgate.errors import RefusedError, Text
from weirgate.identity.repository import LoginFailureRepository

if TYPE_CHECKING:
    from collections.abc import Callable

    from weirgate.store import UnitOfWork
    from weirgate.store.crypto import KeyedHash
    from weirgate.system.option_keys import OptionValues

MAX_FAILURES = "weirgate.login_failures"
LOCK_SECONDS = "weirgate.login_lock_seconds"
WINDOW_MS = 900_000
"""Failures that lie further apart are not added up."""

LOCKED = Text("登录失败次数过多，请稍后再试", "too many failed log-ins, please try again later")


class LoginLockedError(RefusedError):
    """The name is locked out for a while, whether it exists or not."""

    code = "login_locked"
    default_text = LOCKED


class LoginLockout:
    """Counts failures of a name and says when it is locked."""

    def __init__(self, keyed_hash: KeyedHash, now_ms: Callable[[], int]) -> None:
        self._keyed_hash = keyed_hash
        self._now_ms = now_ms

    async def check(self, uow: UnitOfWork, name: str) -> None:
        """Lets a name pass that is not locked.

        Raises:
            LoginLockedError: it is.
        """
        row = await LoginFailureRepository(uow.session).get(self._hash(name))
        if row is not None and row.locked_until_ms > self._now_ms():
            raise LoginLockedError

    async def fail(
        self, uow: UnitOfWork, name: str, values: OptionValues, text: Text
    ) -> RefusedError:
        """Counts a failure and returns the refusal to raise; the count stays although it is one."""
        await uow.begin_write()
        now_ms, most = self._now_ms(), values.integer(MAX_FAILURES)
        error = RefusedError(text)
        if most <= 0:
            return error
        repository = LoginFailureRepository(uow.session)
        await repository.forget(now_ms - WINDOW_MS)
        failures = await repository.count(self._hash(name), now_ms)
        if failures >= most:
            until_ms = now_ms + max(values.integer(LOCK_SECONDS), 0) * 1000
            await repository.lock(self._hash(name), until_ms)
        error.keeps_writes = True
        return error

    async def succeed(self, uow: UnitOfWork, name: str) -> None:
        """Forgets a name's failures; needs a writing unit of work."""
        await LoginFailureRepository(uow.session).delete(self._hash(name))

    def _hash(self, name: str) -> str:
        return self._keyed_hash.of("login name", name.strip().lower())
