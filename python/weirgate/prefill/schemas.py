"""Wire models of prefill groups (management contract §10)."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from weirgate.system.wire import FamilyBody, FamilyQuery, Int64

Kind = Literal["model", "tag", "endpoint"]


class PrefillQuery(FamilyQuery):
    """Which groups are listed."""

    type: str = Field("", max_length=32, description="model, tag or endpoint; empty: all.")


class PrefillOut(BaseModel):
    """One group; an empty description is left out of the answer."""

    id: int
    name: str
    type: Kind
    items: Any = Field(description="Names, or the text of an endpoint group.")
    description: str | None = None
    created_time: int = Field(description="Unix seconds.")
    updated_time: int = Field(description="Unix seconds.")


class PrefillIn(FamilyBody):
    """A new or changed group; `id` is read by PUT alone."""

    id: Int64 = 0
    name: str = Field("", max_length=64)
    type: str = Field("", max_length=32, description="model, tag or endpoint.")
    items: Any = Field(None, description="Names; for endpoint a text or an object.")
    description: str = Field("", max_length=255)
