"""Wire models of the history (our own paths)."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class HistoryQuery(BaseModel):
    """Which edits; newest first."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["", "channel", "option"] = ""
    target: str = Field("", max_length=255, pattern=r"^[^\x00]*$", description="Id or option key.")
    before_id: int = Field(
        0, ge=0, le=2**63 - 1, description="Only older ones than this; 0: the newest."
    )
    limit: int = Field(50, ge=1, le=200)


class RevertQuery(BaseModel):
    """How to go back."""

    model_config = ConfigDict(extra="forbid")

    force: bool = Field(default=False, description="Go back although it was edited since.")


class ChangeOut(BaseModel):
    """One field that differs; secrets show as ***."""

    field: str
    before: Any = None
    after: Any = None


class EditOut(BaseModel):
    """One edit."""

    id: int
    at: int = Field(description="Unix seconds.")
    user_id: int
    username: str
    kind: str
    target: str
    action: str = Field(description="created, changed or deleted.")
    changes: list[ChangeOut]


class EditDetail(EditOut):
    """One edit with what its way back would do."""

    is_present: bool = Field(description="Nothing was edited since.")
    revert: list[ChangeOut] = Field(description="What going back would change now.")
    models: list[str] = Field(description="Models that going back touches, 500 at most.")
    groups: list[str] = Field(description="Groups that going back touches.")
