"""The base of request bodies on the family's paths: lenient where its servers are lenient.

Unknown fields are ignored and a JSON null is the same as a missing field, as in the family.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator


class FamilyBody(BaseModel):
    """A request body of a family path."""

    model_config = ConfigDict(extra="ignore", populate_by_name=True)

    @model_validator(mode="before")
    @classmethod
    def _drop_nulls(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {name: part for name, part in value.items() if part is not None}
