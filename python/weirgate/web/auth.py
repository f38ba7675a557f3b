"""Who calls: session, access token or API key → `Caller`, by the family's rules and statuses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ROLE_GUEST = 0
ROLE_USER = 1
ROLE_ADMIN = 10
ROLE_ROOT = 100


@dataclass(frozen=True, slots=True)
class Caller:
    """The account behind a request; with `via` "key", `key_id` names the API key."""

    user_id: int
    username: str
    role: int
    group: str
    via: Literal["session", "access_token", "key"]
    language: str = ""
    key_id: int = 0
    session_hash: str = ""

    @property
    def is_admin(self) -> bool:
        """Says whether the role is administrator or above."""
        return self.role >= ROLE_ADMIN

    @property
    def is_root(self) -> bool:
        """Says whether this is the root role."""
        return self.role >= ROLE_ROOT
