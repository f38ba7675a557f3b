"""Wire models of groups (management contract §4.2, family contract §B.2)."""

from __future__ import annotations

from pydantic import BaseModel, Field

from weirgate.system.wire import FamilyBody, FamilyQuery, Int64
from weirgate.web.paging import PageQuery

_MOST = 1_000_000_000


class GroupOut(BaseModel):
    """One group as a user sees it."""

    ratio: float | int | str = Field(description="Price ratio; the auto group shows a word.")
    desc: str = Field(description="Description.")


class UserGroupOut(BaseModel):
    """One group as one-hub's administrators see it."""

    id: int
    symbol: str = Field(description="The group's name on users, keys and channels.")
    name: str = Field(description="What people read.")
    ratio: float | int
    api_rate: int = Field(description="Calls a minute.")
    public: bool = Field(description="Whether every user may choose it.")
    promotion: bool
    min: int
    max: int
    enable: bool


class UserGroupIn(FamilyBody):
    """A new or changed group; `id` is read by PUT alone, the symbol by POST."""

    id: Int64 = 0
    symbol: str = Field("", max_length=64)
    name: str = Field("", max_length=64)
    ratio: float = Field(1, ge=0, le=_MOST, allow_inf_nan=False)
    api_rate: int = Field(0, ge=0, le=_MOST, description="Calls a minute; 0: as it is.")
    public: bool = False
    promotion: bool = False
    min: int = Field(0, ge=0, le=_MOST)
    max: int = Field(0, ge=0, le=_MOST)
    enable: bool | None = None


class UserGroupQuery(FamilyQuery, PageQuery):
    """Filter of the list."""

    name: str = Field("", max_length=64)
    enable: str = Field("", max_length=8, description="true or false; empty: all.")
