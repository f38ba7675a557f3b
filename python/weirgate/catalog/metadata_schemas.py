"""Wire models of model metadata and vendors (management contract §10)."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from weirgate.catalog.schemas import BoundChannel
from weirgate.system.wire import FamilyBody, FamilyQuery, Int64
from weirgate.web.answers import Paged
from weirgate.web.paging import PageQuery

Switch = Literal[0, 1]


class ModelOut(BaseModel):
    """One row of model metadata; what is empty is left out of the answer."""

    id: int
    model_name: str
    description: str | None = None
    icon: str | None = None
    tags: str | None = Field(None, description="Comma-separated.")
    vendor_id: int | None = None
    endpoints: str | None = Field(None, description="JSON text: endpoint type to path.")
    status: int = Field(description="1 shown, 0 hidden.")
    sync_official: int = Field(description="1: the public list may change it.")
    created_time: int = Field(description="Unix seconds.")
    updated_time: int = Field(description="Unix seconds.")
    bound_channels: list[BoundChannel] | None = None
    enable_groups: list[str] | None = None
    quota_types: list[int] | None = Field(None, description="0 by tokens, 1 by call.")
    name_rule: int = Field(description="0 exact, 1 prefix, 2 contains, 3 suffix.")
    matched_models: list[str] | None = Field(None, description="Of a rule that is not exact.")
    matched_count: int | None = None


class ModelPage(Paged[ModelOut]):
    """Data of GET /api/models/ and its search."""

    vendor_counts: dict[str, int] = Field(description="Rows of each vendor.")


class ModelSearch(FamilyQuery, PageQuery):
    """Filter of the search."""

    keyword: str = Field("", max_length=256, description="Part of name, description or tags.")
    vendor: str = Field("", max_length=128, description="Id or name of a vendor.")


class ModelIn(FamilyBody):
    """A new or changed row; `id` is read by PUT alone."""

    id: Int64 = 0
    model_name: str = Field("", max_length=128)
    description: str = Field("", max_length=65_536)
    icon: str = Field("", max_length=128)
    tags: str = Field("", max_length=255)
    vendor_id: Int64 = 0
    endpoints: str = Field("", max_length=65_536)
    status: Switch = 1
    sync_official: Switch = 1
    name_rule: Literal[0, 1, 2, 3] = 0


class StatusOnlyQuery(FamilyQuery):
    """What of a row changes."""

    status_only: str = Field("", max_length=16, description="Non-empty: change the status only.")


class VendorOut(BaseModel):
    """One vendor; what is empty is left out of the answer."""

    id: int
    name: str
    description: str | None = None
    icon: str | None = None
    status: int = Field(description="1 on, 0 off.")
    created_time: int = Field(description="Unix seconds.")
    updated_time: int = Field(description="Unix seconds.")


class VendorIn(FamilyBody):
    """A new or changed vendor; `id` is read by PUT alone."""

    id: Int64 = 0
    name: str = Field("", max_length=128)
    description: str = Field("", max_length=65_536)
    icon: str = Field("", max_length=128)
    status: Switch = 1


class KeywordQuery(FamilyQuery, PageQuery):
    """Filter of a search by name."""

    keyword: str = Field("", max_length=256, description="Part of the name or description.")


class MissingModels(BaseModel):
    """The whole answer of GET /api/models/missing."""

    success: bool = True
    data: list[str]


class SyncQuery(FamilyQuery):
    """Language of the public list."""

    locale: str = Field("", max_length=16)


class SyncSource(BaseModel):
    """Where the public list was read."""

    locale: str
    models_url: str
    vendors_url: str


class FieldConflict(BaseModel):
    """One field that differs."""

    field: str
    local: str | int
    upstream: str | int


class ModelConflict(BaseModel):
    """A row that the public list has otherwise."""

    model_name: str
    fields: list[FieldConflict]


class SyncPreview(BaseModel):
    """What a sync would do."""

    missing: list[str] = Field(description="Served models without a row that the list has.")
    conflicts: list[ModelConflict]
    source: SyncSource


class Overwrite(FamilyBody):
    """Which fields of one row take the public list's values."""

    model_name: str = Field("", max_length=128)
    fields: list[str] = Field(default_factory=list, max_length=16)


class SyncIn(FamilyBody):
    """What to take over."""

    overwrite: list[Overwrite] = Field(default_factory=list, max_length=10_000)
    locale: str = Field("", max_length=16)


class SyncResult(BaseModel):
    """What a sync did."""

    created_models: int
    created_vendors: int
    updated_models: int
    skipped_models: list[str] = Field(description="Served models that the list does not know.")
    created_list: list[str]
    updated_list: list[str]
    source: SyncSource
