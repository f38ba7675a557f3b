"""Sign-in by password, sign-out, and access tokens.

A password is checked off the event loop and outside any writing transaction, takes the same time
for unknown names, and every failure says the same. Sessions themselves are `web.sessions`.
"""

from __future__ import annotations

import asyncio
import secrets
import string
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from weirgate.errors import InvalidInputError, NotFoundError, RefusedError, Text
from weirgate.identity.repository import IdentityRepository
from weirgate.identity.schemas import LoginIn, LoginOut, SecondStepOut
from weirgate.system import audit
from weirgate.web.auth import access_token_hash

if TYPE_CHECKING:
    from collections.abc import Callable

    from weirgate.factors.service import SecondFactorService
    from weirgate.identity.lockout import LoginLockout
    from weirgate.identity.passwords import PasswordCheck, Passwords
    from weirgate.store import UnitOfWork
    from weirgate.store.tables import User
    from weirgate.system.service import OptionService
    from weirgate.web.auth import Caller
    from weirgate.web.sessions import Sessions

ACCESS_TOKEN_LENGTH = 32
_ALPHABET = string.ascii_letters + string.digits
_STATUS_ENABLED = 1

LOGIN_FAILED = Text(
    "用户名或密码错误，或用户已被封禁",
    "wrong username or password, or the user has been banned",
)
SECOND_STEP = Text("请输入两步验证码", "enter the code of your second factor")
SECOND_STEP_OVER = Text("会话已过期，请重新登录", "the login took too long, please start again")
SECOND_STEP_MS = 300_000
LOGIN_CLOSED = Text("管理员关闭了密码登录", "login by password is switched off")


@dataclass(frozen=True, slots=True)
class Visit:
    """The request behind a sign-in."""

    client_ip: str
    scheme: str
    cookie: str


class PasswordDesk:
    """Runs the slow password functions in threads, a few at a time."""

    def __init__(self, passwords: Passwords, *, at_once: int = 2) -> None:
        """Takes how many may run at once: each uses about 20 MiB and a core."""
        self._passwords = passwords
        self._turns = asyncio.Semaphore(at_once)

    async def hash(self, password: str) -> str:
        """Returns a new hash."""
        async with self._turns:
            return await asyncio.to_thread(self._passwords.hash, password)

    async def check(self, password: str, stored: str) -> PasswordCheck:
        """Checks a password."""
        async with self._turns:
            return await asyncio.to_thread(self._passwords.check, password, stored)

    async def spend_as_if_checked(self, password: str) -> None:
        """Takes as long as a check."""
        async with self._turns:
            await asyncio.to_thread(self._passwords.spend_as_if_checked, password)


class IdentityService:
    """Signs people in and out."""

    def __init__(
        self,
        sessions: Sessions,
        desk: PasswordDesk,
        options: OptionService,
        factors: SecondFactorService,
        lockout: LoginLockout,
        now_ms: Callable[[], int],
    ) -> None:
        self._lockout = lockout
        self._sessions = sessions
        self._desk = desk
        self._options = options
        self._factors = factors
        self._now_ms = now_ms

    async def login(
        self, uow: UnitOfWork, form: LoginIn, visit: Visit
    ) -> tuple[LoginOut | SecondStepOut, str]:
        """Returns who is logged in, and the Set-Cookie header of the new session.

        With a second factor the session is nobody's until the second step.

        Raises:
            InvalidInputError: name or password is empty.
            RefusedError: closed, unknown, wrong password or banned; the last three read alike.
            LoginLockedError: the name is locked out; so are names that nobody has.
        """
        if not form.username or not form.password:
            raise InvalidInputError
        values = await self._options.values(uow)
        if not values.flag("PasswordLoginEnabled"):
            raise RefusedError(LOGIN_CLOSED)
        await self._lockout.check(uow, form.username)
        found = await IdentityRepository(uow.session).by_login(form.username)
        if found is None:
            await self._desk.spend_as_if_checked(form.password)
            raise await self._lockout.fail(uow, form.username, values, LOGIN_FAILED)
        check = await self._desk.check(form.password, found.password_hash)
        if not check.matches or found.status != _STATUS_ENABLED:
            raise await self._lockout.fail(uow, form.username, values, LOGIN_FAILED)
        rehashed = await self._desk.hash(form.password) if check.needs_rehash else ""
        await uow.begin_write()
        # Again: guesses that were sent together were all let through above.
        await self._lockout.check(uow, form.username)
        user = await self._still_same(uow, found)
        await self._lockout.succeed(uow, form.username)
        if rehashed:
            await IdentityRepository(uow.session).write(user.id, {"password_hash": rehashed})
        if await self._factors.is_enabled(uow, user.id):
            return SecondStepOut(require_2fa=True), await self._await_second_step(uow, user, visit)
        return await self._enter(uow, user, visit, "login")

    async def second_step(self, uow: UnitOfWork, code: str, visit: Visit) -> tuple[LoginOut, str]:
        """Ends a login that waits for its code; returns what `login` does.

        Raises:
            RefusedError: no login waits, it took too long, or the code is wrong (and counted).
        """
        content = await self._sessions.content(uow, visit.cookie)
        user_id = content.get("pending_user_id")
        if not isinstance(user_id, int) or content["pending_until_ms"] <= self._now_ms():
            raise RefusedError(SECOND_STEP_OVER)
        await self._factors.use_code(uow, user_id, code)
        return await self.admit(uow, user_id, visit, "login with a second factor")

    async def admit(
        self, uow: UnitOfWork, user_id: int, visit: Visit, way: str
    ) -> tuple[LoginOut, str]:
        """Lets in somebody whom another proof than the password has named.

        Raises:
            RefusedError: the account is gone or banned.
        """
        user = await IdentityRepository(uow.session).by_id(user_id)
        if user is None or user.status != _STATUS_ENABLED:
            raise RefusedError(LOGIN_FAILED)
        return await self._enter(uow, user, visit, way)

    async def logout(self, uow: UnitOfWork, visit: Visit) -> str:
        """Ends the session and returns the Set-Cookie header that empties the cookie."""
        return await self._sessions.end(uow, visit.cookie, scheme=visit.scheme)

    async def new_access_token(self, uow: UnitOfWork, caller: Caller) -> str:
        """Makes a new access token; the old one dies. Only its hash is kept.

        Raises:
            NotFoundError: the account is gone.
        """
        repository = IdentityRepository(uow.session)
        if await repository.by_id(caller.user_id) is None:
            raise NotFoundError
        token = "".join(secrets.choice(_ALPHABET) for _ in range(ACCESS_TOKEN_LENGTH))
        values = {"access_token_hash": access_token_hash(token)}
        await repository.write(caller.user_id, values)
        audit.log(uow, audit.SYSTEM, caller.user_id, caller.username, "access token made")
        return token

    async def _still_same(self, uow: UnitOfWork, found: User) -> User:
        """Reads the account again in the writing transaction: it may have changed meanwhile."""
        user = await IdentityRepository(uow.session).by_id(found.id)
        is_same = user is not None and user.password_hash == found.password_hash
        if user is None or not is_same or user.status != _STATUS_ENABLED:
            raise RefusedError(LOGIN_FAILED)
        return user

    async def _await_second_step(self, uow: UnitOfWork, user: User, visit: Visit) -> str:
        waiting = {
            "pending_user_id": user.id,
            "pending_until_ms": self._now_ms() + SECOND_STEP_MS,
        }
        return await self._sessions.start(
            uow, 0, scheme=visit.scheme, replaces=visit.cookie, content=waiting
        )

    async def _enter(
        self, uow: UnitOfWork, user: User, visit: Visit, way: str
    ) -> tuple[LoginOut, str]:
        """Notes the login and starts the session; the one place where somebody comes in."""
        values = {"last_login_at": int(time.time())}
        await IdentityRepository(uow.session).write(user.id, values)
        audit.log(uow, audit.LOGIN, user.id, user.username, way, ip=visit.client_ip)
        cookie = await self._sessions.start(
            uow, user.id, scheme=visit.scheme, replaces=visit.cookie
        )
        return login_out(user), cookie


def login_out(user: User) -> LoginOut:
    """Shows who is logged in."""
    return LoginOut(
        id=user.id,
        username=user.username,
        display_name=user.display_name,
        role=user.role,
        status=user.status,
        group=user.group,
    )
