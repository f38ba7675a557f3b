"""Wire models of usage grants and usage tokens (our own paths, strict)."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from weirgate.system.wire import Int64
from weirgate.web.usage_scope import MAX_NAMES, ScopeKind

_NO_NUL = r"^[^\x00]*$"
GroupName = Annotated[str, Field(min_length=1, max_length=64, pattern=_NO_NUL)]


class ScopeIn(BaseModel):
    """A scope as it is asked for: `all` alone, or the groups, or the users that it names."""

    model_config = ConfigDict(extra="forbid")

    scope: ScopeKind = Field(description="all, groups, users or own.")
    groups: list[GroupName] = Field(default_factory=list, max_length=MAX_NAMES)
    users: list[Int64] = Field(default_factory=list, max_length=MAX_NAMES)


class TokenIn(ScopeIn):
    """A token that reads usage, and nothing else."""

    name: str = Field("", max_length=64, pattern=_NO_NUL)
    expires_at: Int64 = Field(0, ge=0, description="Unix seconds in the future; 0: never.")


class GrantOut(BaseModel):
    """What one account was granted."""

    user_id: int
    username: str
    scope: str
    groups: list[str]
    users: list[int]
    granted_by: int
    created_at: int = Field(description="Unix seconds.")


class TokenOut(BaseModel):
    """One token; its text is shown once, when it is made."""

    id: int
    name: str
    scope: str
    groups: list[str]
    users: list[int]
    created_at: int = Field(description="Unix seconds.")
    expires_at: int = Field(description="Unix seconds; 0: never.")
    token: str = Field("", description="The token, in the answer to its making alone.")


class ScopeOut(BaseModel):
    """What the caller may read of usage."""

    scope: str = Field(description="all, groups, users or own.")
    groups: list[str]
    users: list[int]
