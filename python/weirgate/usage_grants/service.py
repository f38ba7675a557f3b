"""The rules of usage grants: an administrator grants, nobody passes on more than they may read.

A token is a random text that is shown once and kept as its hash; what it reads is judged at each
call against what its owner may read then (`web.auth`). Grants never give a secret or a write.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from weirgate.errors import InvalidInputError, NotFoundError, RefusedError, Text
from weirgate.store.tables import UsageGrant, UsageToken
from weirgate.system import audit
from weirgate.usage_grants.repository import UsageGrantRepository
from weirgate.usage_grants.schemas import GrantOut, ScopeOut, TokenOut
from weirgate.web.auth import USAGE_TOKEN_PREFIX, access_token_hash
from weirgate.web.usage_scope import (
    ALL,
    ScopeKind,
    UsageScope,
    from_stored,
    of_groups,
    of_users,
    own,
    stored,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from weirgate.store import UnitOfWork
    from weirgate.usage_grants.schemas import ScopeIn, TokenIn
    from weirgate.web.auth import Caller

MAX_TOKENS = 50
_TOKEN_BYTES = 30

SCOPE_EMPTY = Text("授权范围为空或不一致", "the scope names nothing, or names what it does not use")
NOT_BELOW = Text(
    "只能授权给权限低于自己的普通用户", "only a common user below yourself can be granted this"
)
TOO_FAR = Text("令牌的范围超出您自己的范围", "the token would read more than you may")
TOO_MANY = Text("统计令牌数量已达上限", "there are too many usage tokens")
IN_THE_PAST = Text("过期时间必须在未来", "the end must lie in the future")


class UsageGrantService:
    """Grants and tokens."""

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms

    def scope(self, caller: Caller) -> ScopeOut:
        """Returns what the caller may read."""
        return ScopeOut.model_validate(_parts(caller.usage_scope))

    async def grants(self, uow: UnitOfWork) -> list[GrantOut]:
        """Returns who was granted what."""
        rows = await UsageGrantRepository(uow.session).grants()
        return [_grant_out(row, username) for row, username in rows]

    async def grant(self, uow: UnitOfWork, caller: Caller, user_id: int, form: ScopeIn) -> GrantOut:
        """Grants a common user a scope; a former grant is replaced.

        Raises:
            InvalidInputError: the scope names nothing, or what does not belong to it.
            NotFoundError: no such user.
            RefusedError: the user is no common one.
        """
        scope = _asked(form, user_id)
        if not scope.is_granted:
            raise InvalidInputError(SCOPE_EMPTY)
        repository = UsageGrantRepository(uow.session)
        user = await repository.user(user_id)
        if user is None:
            raise NotFoundError
        if user.role >= caller.role or user.role > 1:
            raise RefusedError(NOT_BELOW)
        kind, names = stored(scope)
        row = UsageGrant(
            user_id=user_id,
            scope=kind,
            names=names,
            granted_by=caller.user_id,
            created_at_ms=self._now_ms(),
        )
        await repository.put_grant(row)
        note = f"user {user_id} may read usage: {kind} {names if names != '[]' else ''}".rstrip()
        audit.log(uow, audit.MANAGE, caller.user_id, caller.username, note)
        return _grant_out(row, user.username)

    async def revoke(self, uow: UnitOfWork, caller: Caller, user_id: int) -> None:
        """Takes a grant away; its tokens read no more than the user's own from then on.

        Raises:
            NotFoundError: there is none.
        """
        repository = UsageGrantRepository(uow.session)
        await repository.user(user_id)
        if not await repository.delete_grant(user_id):
            raise NotFoundError
        note = f"user {user_id} may read their own usage only"
        audit.log(uow, audit.MANAGE, caller.user_id, caller.username, note)

    async def tokens(self, uow: UnitOfWork, caller: Caller) -> list[TokenOut]:
        """Returns the caller's tokens without their texts."""
        rows = await UsageGrantRepository(uow.session).tokens(caller.user_id)
        return [_token_out(row) for row in rows]

    async def make_token(self, uow: UnitOfWork, caller: Caller, form: TokenIn) -> TokenOut:
        """Makes a token of the caller, within what the caller may read.

        Raises:
            InvalidInputError: scope or end do not fit.
            RefusedError: it would read more than the caller, or there are too many.
        """
        scope = _asked(form, caller.user_id)
        if not caller.usage_scope.covers(scope):
            raise RefusedError(TOO_FAR)
        if form.expires_at and form.expires_at * 1000 <= self._now_ms():
            raise InvalidInputError(IN_THE_PAST)
        repository = UsageGrantRepository(uow.session)
        # The user's row first: two forms at once count one after the other.
        await repository.user(caller.user_id)
        if await repository.count_tokens(caller.user_id) >= MAX_TOKENS:
            raise RefusedError(TOO_MANY)
        kind, names = stored(scope)
        text = USAGE_TOKEN_PREFIX + secrets.token_urlsafe(_TOKEN_BYTES)
        row = UsageToken(
            user_id=caller.user_id,
            name=form.name,
            token_hash=access_token_hash(text),
            scope=kind,
            names=names,
            created_at_ms=self._now_ms(),
            expires_at_ms=form.expires_at * 1000,
        )
        await repository.add_token(row)
        note = f"usage token {row.id} made: {kind}"
        audit.log(uow, audit.MANAGE, caller.user_id, caller.username, note)
        return _token_out(row, text)

    async def delete_token(self, uow: UnitOfWork, caller: Caller, token_id: int) -> None:
        """Deletes a token of the caller.

        Raises:
            NotFoundError: there is none.
        """
        if not await UsageGrantRepository(uow.session).delete_token(caller.user_id, token_id):
            raise NotFoundError
        note = f"usage token {token_id} deleted"
        audit.log(uow, audit.MANAGE, caller.user_id, caller.username, note)


def _asked(form: ScopeIn, user_id: int) -> UsageScope:
    """Returns the scope that a form names; it must name what it uses, and nothing else."""
    groups, users = frozenset(form.groups), frozenset(form.users)
    if bool(groups) is not (form.scope is ScopeKind.GROUPS):
        raise InvalidInputError(SCOPE_EMPTY)
    if bool(users) is not (form.scope is ScopeKind.USERS):
        raise InvalidInputError(SCOPE_EMPTY)
    if form.scope is ScopeKind.ALL:
        return ALL
    if form.scope is ScopeKind.GROUPS:
        return of_groups(groups)
    return of_users(users) if form.scope is ScopeKind.USERS else own(user_id)


def _parts(scope: UsageScope | None) -> dict[str, object]:
    if scope is None:
        return {"scope": "", "groups": [], "users": []}
    users = [] if scope.kind is ScopeKind.OWN else sorted(scope.user_ids)
    return {"scope": scope.kind.value, "groups": sorted(scope.groups), "users": users}


def _grant_out(row: UsageGrant, username: str) -> GrantOut:
    return GrantOut.model_validate(
        _parts(from_stored(row.scope, row.names))
        | {
            "user_id": row.user_id,
            "username": username,
            "granted_by": row.granted_by,
            "created_at": row.created_at_ms // 1000,
        }
    )


def _token_out(row: UsageToken, text: str = "") -> TokenOut:
    return TokenOut.model_validate(
        _parts(from_stored(row.scope, row.names))
        | {
            "id": row.id,
            "name": row.name,
            "created_at": row.created_at_ms // 1000,
            "expires_at": row.expires_at_ms // 1000,
            "token": text,
        }
    )
