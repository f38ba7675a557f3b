"""Wire models of groups (management contract §4.2)."""

from __future__ import annotations

from pydantic import BaseModel, Field


class GroupOut(BaseModel):
    """One group as a user sees it."""

    ratio: float | int | str = Field(description="Price ratio; the auto group shows a word.")
    desc: str = Field(description="Description.")
