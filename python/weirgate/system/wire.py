"""The bases of requests on the family's paths: lenient where its servers are lenient.

Unknown fields are ignored and a JSON null is the same as a missing field, as in the family.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

Int64 = Annotated[int, Field(ge=-(1 << 63), le=(1 << 63) - 1)]
"""An integer that every database column can hold; anything larger is no id or amount of ours."""


class FamilyBody(BaseModel):
    """A request body of a family path."""

    model_config = ConfigDict(extra="ignore", populate_by_name=True)

    @model_validator(mode="before")
    @classmethod
    def _drop_nulls(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {name: _without_nul(part) for name, part in value.items() if part is not None}


class FamilyQuery(BaseModel):
    """A query of a family path."""

    model_config = ConfigDict(extra="ignore")

    @model_validator(mode="before")
    @classmethod
    def _refuse_nul(cls, value: Any) -> Any:
        if isinstance(value, dict):
            for part in value.values():
                _without_nul(part)
        return value


def _without_nul(value: Any) -> Any:
    """Refuses the one character that PostgreSQL cannot store."""
    if isinstance(value, str) and "\x00" in value:
        raise ValueError("a text holds a zero character")
    return value
