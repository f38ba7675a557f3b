"""Wire models of redemption codes (management contract §7.1, §7.2)."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from weirgate.system.wire import FamilyBody, FamilyQuery, Int64
from weirgate.web.paging import PageQuery


class RedemptionSearch(FamilyQuery, PageQuery):
    """Filter of the search."""

    keyword: str = Field("", max_length=256, description="Id, or begin of the name.")


class RedemptionOut(BaseModel):
    """One code as administrators see it."""

    model_config = ConfigDict(populate_by_name=True)

    id: int
    user_id: int = Field(description="Who made it.")
    key: str = Field(description="The code, 32 hexadecimal digits.")
    status: int = Field(description="1 enabled, 2 disabled, 3 used.")
    name: str
    quota: int = Field(description="What it is worth, quota units.")
    created_time: int = Field(description="Unix seconds.")
    redeemed_time: int = Field(description="Unix seconds; 0: not used.")
    count: int = Field(0, description="Always 0; a field of the form only.")
    used_user_id: int = Field(description="Who used it; 0: nobody.")
    deleted_at: None = Field(None, alias="DeletedAt", description="Always null: none is deleted.")
    expired_time: int = Field(description="Unix seconds; 0: never.")


class RedemptionCreate(FamilyBody):
    """New codes."""

    name: str = Field("", max_length=256, description="1 to 20 characters.")
    quota: Int64 = Field(0, description="What each is worth, quota units.")
    count: Int64 = Field(1, description="How many, 1 to 100.")
    expired_time: Int64 = Field(0, description="Unix seconds in the future; 0: never.")


class RedemptionUpdate(FamilyBody):
    """A changed code; with status_only the status alone."""

    id: Int64
    status: Int64 = Field(0, description="1 enabled, 2 disabled.")
    name: str = Field("", max_length=256)
    quota: Int64 = Field(0, description="Quota units.")
    expired_time: Int64 = Field(0, description="Unix seconds in the future; 0: never.")


class RedemptionUpdateQuery(FamilyQuery):
    """What of a code changes."""

    status_only: str = Field("", max_length=16, description="Non-empty: change the status only.")


class RedeemForm(FamilyBody):
    """A code to claim."""

    key: str = Field("", max_length=256, repr=False, description="The code.")
