"""What a caller may read of usage: the one place that every domain asks.

How to use it: give the route `Permission.USAGE` (administrators, and who holds a `usage.read`
grant) or `Permission.ANY_USAGE` (every account; most read their own), then take
`scope = context.caller.usage_scope` and put both of `scope.within()` into the query's conditions:

    within = scope.within()     # Within(groups=None | (...), user_ids=None | (...))
    None means no condition; a tuple means "the row's group_name (user_id) is one of these", and an
    empty tuple matches nothing. Administrators' scope is `all`, the plain user's is `own`.

Never ask a role for this, and never widen what `within` says: a `usage.read` access token may be
narrower than the account that it belongs to. Pure: knows no HTTP and no SQL.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import orjson

MAX_NAMES = 1000
"""Groups or users of one grant."""


class ScopeKind(StrEnum):
    """How far a scope reaches."""

    ALL = "all"
    GROUPS = "groups"
    USERS = "users"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Within:
    """The two conditions on rows of usage; None is no condition."""

    groups: tuple[str, ...] | None = None
    user_ids: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class UsageScope:
    """The rows of usage that a caller may read; made by the functions below only."""

    kind: ScopeKind
    groups: frozenset[str] = frozenset()
    """With GROUPS: calls that were billed in one of these groups."""
    user_ids: frozenset[int] = frozenset()
    """With USERS: calls of these users; with OWN the caller alone."""

    @property
    def is_granted(self) -> bool:
        """Says whether more than the caller's own usage may be read."""
        return self.kind is not ScopeKind.OWN

    def within(self) -> Within:
        """Returns the conditions that every query of this caller carries."""
        if self.kind is ScopeKind.ALL:
            return Within()
        if self.kind is ScopeKind.GROUPS:
            return Within(groups=tuple(sorted(self.groups)))
        return Within(user_ids=tuple(sorted(self.user_ids)))

    def covers(self, other: UsageScope) -> bool:
        """Tells whether the holder may pass the other on; its own usage everybody may."""
        if self.kind is ScopeKind.ALL or other.kind is ScopeKind.OWN:
            return True
        return (
            self.kind is other.kind
            and self.groups >= other.groups
            and self.user_ids >= other.user_ids
        )


ALL = UsageScope(ScopeKind.ALL)
_BY_USER = frozenset({ScopeKind.USERS, ScopeKind.OWN})


def own(user_id: int) -> UsageScope:
    """Returns the scope of an account that was granted nothing."""
    return UsageScope(ScopeKind.OWN, user_ids=frozenset({user_id}))


def of_groups(names: frozenset[str]) -> UsageScope:
    """Returns the scope of calls billed in these groups."""
    return UsageScope(ScopeKind.GROUPS, groups=names)


def of_users(user_ids: frozenset[int]) -> UsageScope:
    """Returns the scope of these users' calls."""
    return UsageScope(ScopeKind.USERS, user_ids=user_ids)


def stored(scope: UsageScope) -> tuple[str, str]:
    """Returns the scope as the columns `scope` and `names` hold it."""
    names = sorted(scope.groups) if scope.kind is ScopeKind.GROUPS else sorted(scope.user_ids)
    return scope.kind.value, orjson.dumps(names).decode()


def from_stored(kind: str, names: str) -> UsageScope | None:
    """Returns the scope of a stored grant; None for none, and of an unknown kind."""
    if kind == ScopeKind.ALL:
        return ALL
    if kind == ScopeKind.GROUPS:
        return of_groups(frozenset(name for name in _listed(names) if isinstance(name, str)))
    user_ids = frozenset(user for user in _listed(names) if isinstance(user, int))
    return UsageScope(ScopeKind(kind), user_ids=user_ids) if kind in _BY_USER else None


def _listed(names: str) -> list[object]:
    """Returns the stored list; one that cannot be read names nobody, so it grants nothing."""
    try:
        listed = orjson.loads(names)
    except orjson.JSONDecodeError:
        return []
    return listed if isinstance(listed, list) else []
