"""The queries that the web layer itself needs: who is this caller, and the sessions' rows.

Domains keep their queries in their own repositories. Takes the unit of work's session; never
commits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, or_, select
from sqlalchemy.exc import IntegrityError

from weirgate.store.tables import (
    Key,
    Option,
    Session,
    SpentToken,
    UsageGrant,
    UsageToken,
    User,
)

if TYPE_CHECKING:
    from sqlalchemy import Select
    from sqlalchemy.ext.asyncio import AsyncSession

_CALLER_COLUMNS = (
    User.id,
    User.username,
    User.role,
    User.status,
    User.group,
    User.setting,
    UsageGrant.scope,
    UsageGrant.names,
)
_CALLER = select(*_CALLER_COLUMNS).outerjoin_from(User, UsageGrant, UsageGrant.user_id == User.id)
_ALIVE = User.deleted_at.is_(None)
# Built once: these run for every request.
_BY_SESSION = (
    _CALLER.join(Session, Session.user_id == User.id)
    .where(Session.id_hash == bindparam("id_hash"), Session.expires_at_ms > bindparam("now_ms"))
    .where(_ALIVE)
)
_BY_ACCESS_TOKEN = _CALLER.where(User.access_token_hash == bindparam("hash"), _ALIVE)
_BY_USAGE_TOKEN = (
    _CALLER.add_columns(UsageToken.scope, UsageToken.names)
    .join(UsageToken, UsageToken.user_id == User.id)
    .where(UsageToken.token_hash == bindparam("hash"), _ALIVE)
    .where(or_(UsageToken.expires_at_ms == 0, UsageToken.expires_at_ms > bindparam("now_ms")))
)
_BY_KEY_HASH = (
    _CALLER.add_columns(Key.id, Key.status)
    .join(Key, Key.user_id == User.id)
    .where(Key.key_hash == bindparam("hash"), Key.deleted_at.is_(None), _ALIVE)
)
_OPTION = select(Option.value).where(Option.key == bindparam("key"))
_BY_ID = _CALLER.where(User.id == bindparam("id"), _ALIVE)


@dataclass(frozen=True, slots=True)
class CallerRow:
    """The account behind a credential; `key_id` and `key_status` only when found by a key."""

    user_id: int
    username: str
    role: int
    status: int
    group: str
    setting: str
    grant_scope: str | None
    grant_names: str | None
    key_id: int = 0
    key_status: int = 0


class CallerRepository:
    """Finds accounts by what a request carries; soft-deleted ones are not found."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def option(self, key: str) -> str:
        """Returns the stored text of one option, "" for its default."""
        connection = await self._session.connection()
        return (await connection.execute(_OPTION, {"key": key})).scalar_one_or_none() or ""

    async def by_session(self, id_hash: str, now_ms: int) -> CallerRow | None:
        """Returns the account of a session that is not over."""
        return await self._one(_BY_SESSION, {"id_hash": id_hash, "now_ms": now_ms})

    async def by_access_token(self, token_hash: str) -> CallerRow | None:
        """Returns the account that has this access token."""
        return await self._one(_BY_ACCESS_TOKEN, {"hash": token_hash})

    async def by_usage_token(
        self, token_hash: str, now_ms: int
    ) -> tuple[CallerRow, str, str] | None:
        """Returns the owner of a `usage.read` token that is not over, and the token's scope."""
        connection = await self._session.connection()
        values = {"hash": token_hash, "now_ms": now_ms}
        row = (await connection.execute(_BY_USAGE_TOKEN, values)).first()
        if row is None:
            return None
        *caller, scope, names = row
        return CallerRow(*caller), scope, names

    async def by_key_hash(self, key_hash: str) -> CallerRow | None:
        """Returns the account and the key that has this hash."""
        return await self._one(_BY_KEY_HASH, {"hash": key_hash})

    async def by_id(self, user_id: int) -> CallerRow | None:
        """Returns the account with this id."""
        return await self._one(_BY_ID, {"id": user_id})

    async def _one(
        self, query: Select[*tuple[Any, ...]], values: dict[str, Any]
    ) -> CallerRow | None:
        connection = await self._session.connection()
        row = (await connection.execute(query, values)).first()
        return None if row is None else CallerRow(*row)


class SessionRepository:
    """Rows of `sessions`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, id_hash: str, now_ms: int, *, lock: bool = False) -> Session | None:
        """Returns the session unless it is over."""
        query = select(Session).where(Session.id_hash == id_hash, Session.expires_at_ms > now_ms)
        if lock:
            query = query.with_for_update()
        return (await self._session.execute(query)).scalar_one_or_none()

    def add(self, row: Session) -> None:
        """Adds a new session."""
        self._session.add(row)

    async def delete(self, id_hash: str) -> None:
        """Ends a session; unknown ones are no error."""
        await self._session.execute(delete(Session).where(Session.id_hash == id_hash))

    async def delete_of_user(self, user_id: int, keep: str = "") -> None:
        """Ends all sessions of a user but the one with hash `keep`."""
        await self._session.execute(
            delete(Session).where(Session.user_id == user_id, Session.id_hash != keep)
        )

    async def delete_expired(self, now_ms: int) -> None:
        """Removes the sessions that are over."""
        await self._session.execute(delete(Session).where(Session.expires_at_ms <= now_ms))


class SpentTokenRepository:
    """Rows of `spent_tokens`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def is_spent(self, token_hash: str) -> bool:
        """Tells whether something was used up."""
        query = select(SpentToken.token_hash).where(SpentToken.token_hash == token_hash)
        return (await self._session.execute(query)).first() is not None

    async def add(self, token_hash: str, expires_at_ms: int) -> bool:
        """Notes something as used up; False when it was so already."""
        self._session.add(SpentToken(token_hash=token_hash, expires_at_ms=expires_at_ms))
        try:
            await self._session.flush()
        except IntegrityError:
            return False
        return True

    async def delete_expired(self, now_ms: int) -> None:
        """Forgets what nobody could use any more."""
        await self._session.execute(delete(SpentToken).where(SpentToken.expires_at_ms <= now_ms))
