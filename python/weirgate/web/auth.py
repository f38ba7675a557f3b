"""Who calls: session, access token or API key → `Caller`, by the family's order and statuses.

1. a session, else the access token in `Authorization` (raw or Bearer); 2. `New-Api-User` must name
the same account, always; 3. banned; 4. role. Role and status are read anew on each call. API keys
are judged by the gateway itself (`check_key`), never by a twin of its rules.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, Protocol

import orjson

from weirgate.errors import (
    AccessTokenUnknownError,
    AccountDisabledError,
    KeyRefusedError,
    RoleTooLowError,
    UnauthorizedError,
    UnknownPathError,
    WeirgateError,
)
from weirgate.web import messages
from weirgate.web.repository import CallerRepository
from weirgate.web.router import Permission
from weirgate.web.usage_scope import ALL, from_stored, own

if TYPE_CHECKING:
    from collections.abc import Callable

    from weirgate.store import UnitOfWork
    from weirgate.web.repository import CallerRow
    from weirgate.web.sessions import Sessions
    from weirgate.web.usage_scope import UsageScope

ROLE_GUEST = 0
ROLE_USER = 1
ROLE_ADMIN = 10
ROLE_ROOT = 100
STATUS_ENABLED = 1
KEY_DISABLED = 2
_MAX_CREDENTIAL = 512
_PINNED = re.compile(r"-\d{1,18}\Z", re.ASCII)
_REQUIRED_ROLE = {
    Permission.USER: ROLE_USER,
    Permission.ANY_USAGE: ROLE_USER,
    Permission.USAGE: ROLE_USER,
    Permission.ADMIN: ROLE_ADMIN,
    Permission.ROOT: ROLE_ROOT,
}
USER_HEADER_OPTION = "auth.user_header"
_USAGE_READS = frozenset({Permission.ANY_USAGE, Permission.USAGE})
USAGE_TOKEN_PREFIX = "wgu_"  # noqa: S105 - what such tokens begin with, so that nobody mixes them up
Via = Literal["session", "access_token", "usage_token", "key"]


@dataclass(frozen=True, slots=True)
class Caller:
    """The account behind a request; with `via` "key", `key_id` names the API key."""

    user_id: int
    username: str
    role: int
    group: str
    via: Via
    language: str = ""
    key_id: int = 0
    usage_grant: UsageScope | None = None
    """What was granted to the account, or to the `usage.read` token that it came with."""

    @property
    def usage_scope(self) -> UsageScope:
        """Returns what the caller may read of usage (how to use it: `web.usage_scope`)."""
        if self.via == "usage_token":
            return self.usage_grant or own(self.user_id)
        if self.is_admin:
            return ALL
        return self.usage_grant or own(self.user_id)

    @property
    def is_admin(self) -> bool:
        """Says whether the role is administrator or above."""
        return self.role >= ROLE_ADMIN

    @property
    def is_root(self) -> bool:
        """Says whether this is the root role."""
        return self.role >= ROLE_ROOT


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a request says about its caller, as it was sent."""

    session_cookie: str = ""
    authorization: str = ""
    new_api_user: str | None = None
    client_ip: str = ""
    relay_user: tuple[int, int] | None = None
    """User and key as the relay knows them; None when the request is not the relay's own."""
    is_spared_header: bool = False
    """Whether an access token may come without the user-id header on this route."""


class KeyChecker(Protocol):
    """The gateway's judgement of API keys (`weirgate._core.Gateway`)."""

    def check_key(self, text: str, client_ip: str | None) -> bytes:
        """Returns JSON: `ok` and the caller, or `status`, `code` and `message`."""

    def key_hash(self, text: str) -> str:
        """Returns the keyed hash of a key's text without `sk-`, as hex."""


def access_token_hash(token: str) -> str:
    """Returns the form in which an access token is stored."""
    return hashlib.sha256(token.encode()).hexdigest()


def bearer(authorization: str) -> str:
    """Returns the credential of an Authorization header, with or without `Bearer `."""
    text = authorization.strip()
    if text[:7].lower() == "bearer ":
        text = text[7:].strip()
    return text if len(text) <= _MAX_CREDENTIAL else ""


class Authenticator:
    """Finds and judges callers."""

    def __init__(self, sessions: Sessions, keys: KeyChecker, now_ms: Callable[[], int]) -> None:
        """Takes the sessions, the gateway's key checks and the wall clock."""
        self._sessions = sessions
        self._keys = keys
        self._now_ms = now_ms

    async def identify(
        self, permission: Permission, credentials: Credentials, uow: UnitOfWork
    ) -> Caller | None:
        """Returns the caller if the permission lets it in; None only where anybody may call.

        Raises:
            UnauthorizedError: nobody, a wrong access token, or New-Api-User does not fit.
            AccountDisabledError: the account is banned.
            RoleTooLowError: the role is below the permission's.
            KeyRefusedError: an API key does not pass.
        """
        if permission is Permission.PUBLIC:
            return None
        if permission is Permission.RELAY:
            return await self._of_relay(credentials, uow)
        if permission is Permission.TRY_USER:
            row = await self._by_session(credentials, uow)
            enabled = row is not None and row.status == STATUS_ENABLED
            return _caller(row, "session") if row is not None and enabled else None
        if permission is Permission.KEY:
            return await self._by_checked_key(credentials, uow)
        if permission is Permission.KEY_READ:
            return await self._by_known_key(credentials, uow)
        return await self._of_account(permission, credentials, uow)

    async def _of_account(
        self, permission: Permission, credentials: Credentials, uow: UnitOfWork
    ) -> Caller:
        if _bears_usage_token(credentials):
            caller = await self._by_usage_token(permission, credentials, uow)
        else:
            caller = await self._account(_REQUIRED_ROLE[permission], credentials, uow)
        if permission is Permission.USAGE and not caller.usage_scope.is_granted:
            raise RoleTooLowError
        return caller

    async def _of_relay(self, credentials: Credentials, uow: UnitOfWork) -> Caller | None:
        if credentials.relay_user is None:
            raise UnknownPathError
        user_id, key_id = credentials.relay_user
        if not user_id:
            return None
        row = await CallerRepository(uow.session).by_id(user_id)
        if row is None:
            raise KeyRefusedError(401, "", messages.KEY_UNKNOWN)
        return _caller(row, "key", key_id=key_id)

    async def _account(
        self, required_role: int, credentials: Credentials, uow: UnitOfWork
    ) -> Caller:
        via: Via = "session"
        row = await self._by_session(credentials, uow)
        if row is None:
            via = "access_token"
            row = await self._by_access_token(credentials, uow)
            credentials = await _with_exemption(credentials, row, uow)
        try:
            _judge(row, required_role, credentials)
        except WeirgateError as error:
            error.language = _language(row.setting)
            raise
        return _caller(row, via)

    async def _by_session(self, credentials: Credentials, uow: UnitOfWork) -> CallerRow | None:
        known = self._sessions.hash_of_cookie(credentials.session_cookie)
        if not known:
            return None
        return await CallerRepository(uow.session).by_session(known, self._now_ms())

    async def _by_access_token(self, credentials: Credentials, uow: UnitOfWork) -> CallerRow:
        if not credentials.authorization.strip():
            raise UnauthorizedError
        token = bearer(credentials.authorization)
        row = None
        if token:
            repository = CallerRepository(uow.session)
            row = await repository.by_access_token(access_token_hash(token))
        if row is None:
            raise AccessTokenUnknownError
        return row

    async def _by_usage_token(
        self, permission: Permission, credentials: Credentials, uow: UnitOfWork
    ) -> Caller:
        """Lets a token read usage, as far as its owner may now; it can do nothing else."""
        token = bearer(credentials.authorization)
        repository = CallerRepository(uow.session)
        found = await repository.by_usage_token(access_token_hash(token), self._now_ms())
        if found is None:
            raise AccessTokenUnknownError
        row, kind, names = found
        owner, scope = _caller(row, "access_token"), from_stored(kind, names)
        credentials = await _with_exemption(credentials, row, uow)
        _judge(row, ROLE_USER, credentials)
        if permission not in _USAGE_READS or scope is None or not owner.usage_scope.covers(scope):
            raise RoleTooLowError
        return replace(owner, via="usage_token", usage_grant=scope)

    async def _by_checked_key(self, credentials: Credentials, uow: UnitOfWork) -> Caller:
        text = bearer(credentials.authorization)
        verdict = orjson.loads(self._keys.check_key(text, credentials.client_ip or None))
        if not verdict.get("ok"):
            raise KeyRefusedError(
                int(verdict["status"]), str(verdict.get("code") or ""), str(verdict["message"])
            )
        row = await CallerRepository(uow.session).by_id(int(verdict["user_id"]))
        if row is None:
            raise KeyRefusedError(401, "", messages.KEY_UNKNOWN)
        return _caller(row, "key", key_id=int(verdict["key_id"]))

    async def _by_known_key(self, credentials: Credentials, uow: UnitOfWork) -> Caller:
        text = bearer(credentials.authorization)
        if not text:
            raise UnauthorizedError(messages.KEY_MISSING)
        row = await self._find_key(text.removeprefix("sk-"), uow)
        if row is None:
            raise UnauthorizedError(messages.KEY_UNKNOWN)
        if row.key_status == KEY_DISABLED:
            raise UnauthorizedError(messages.KEY_DISABLED)
        if row.status != STATUS_ENABLED:
            error = _disabled(row)
            error.family_status = 403
            raise error
        return _caller(row, "key", key_id=row.key_id)

    async def _find_key(self, text: str, uow: UnitOfWork) -> CallerRow | None:
        """Looks the whole text up first, then without a trailing channel number."""
        repository = CallerRepository(uow.session)
        row = await repository.by_key_hash(self._keys.key_hash(text))
        if row is None and _PINNED.search(text):
            row = await repository.by_key_hash(self._keys.key_hash(_PINNED.sub("", text)))
        return row


async def caller_of_session(uow: UnitOfWork, id_hash: str, now_ms: int) -> Caller | None:
    """Returns whose open session has this hash; None for none and for banned accounts."""
    row = await CallerRepository(uow.session).by_session(id_hash, now_ms) if id_hash else None
    return None if row is None or row.status != STATUS_ENABLED else _caller(row, "session")


def _caller(row: CallerRow, via: Via, *, key_id: int = 0) -> Caller:
    return Caller(
        user_id=row.user_id,
        username=row.username,
        role=row.role,
        group=row.group,
        via=via,
        language=_language(row.setting),
        key_id=key_id,
        usage_grant=from_stored(row.grant_scope or "", row.grant_names or "[]"),
    )


def _bears_usage_token(credentials: Credentials) -> bool:
    has_prefix = bearer(credentials.authorization).startswith(USAGE_TOKEN_PREFIX)
    return has_prefix and not credentials.session_cookie


def _language(setting: str) -> str:
    """Returns the language in a user's settings, "" when there is none."""
    if '"language"' not in setting:
        return ""
    try:
        value = orjson.loads(setting)
    except orjson.JSONDecodeError:
        return ""
    language = value.get("language") if isinstance(value, dict) else None
    return language if isinstance(language, str) else ""


def _judge(row: CallerRow, required_role: int, credentials: Credentials) -> None:
    _require_same_user(credentials.new_api_user, row.user_id)
    if row.status != STATUS_ENABLED:
        raise _disabled(row)
    if row.role < required_role:
        raise RoleTooLowError


async def _with_exemption(credentials: Credentials, row: CallerRow, uow: UnitOfWork) -> Credentials:
    """Spares access tokens the user-id header where root or the route says so; a sent one counts.

    A token names its account by itself; a cookie, which browsers send unasked, is never spared.
    """
    if credentials.new_api_user:
        return credentials
    is_spared = credentials.is_spared_header
    if not is_spared:
        is_spared = await CallerRepository(uow.session).option(USER_HEADER_OPTION) == "exempt"
    if not is_spared:
        return credentials
    return replace(credentials, new_api_user=str(row.user_id))


def _require_same_user(header: str | None, user_id: int) -> None:
    if not header:
        raise UnauthorizedError(messages.NEW_API_USER_MISSING)
    text = header.strip()
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 20):
        raise UnauthorizedError(messages.NEW_API_USER_MALFORMED)
    if not hmac.compare_digest(str(int(text)), str(user_id)):
        raise UnauthorizedError(messages.NEW_API_USER_OTHER)


def _disabled(row: CallerRow) -> AccountDisabledError:
    data = {"error_type": "user_disabled", "user_id": row.user_id, "username": row.username}
    return AccountDisabledError(extra={"data": data})
