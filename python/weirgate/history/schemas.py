"""Wire models of the history (our own paths)."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from weirgate.channels.schemas import ChannelUpdate
from weirgate.system.schemas import OptionIn


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


class PreviewIn(BaseModel):
    """One proposed edit: a channel's change or deletion, or options written together."""

    model_config = ConfigDict(extra="forbid")

    channel: ChannelUpdate | None = Field(None, description="As PUT /api/channel/ takes it.")
    deleted_channel: int = Field(0, ge=0, le=2**63 - 1, description="Id of a channel.")
    options: list[OptionIn] = Field(
        default_factory=list, max_length=16, description="Prices and groups are options."
    )

    @model_validator(mode="after")
    def _one(self) -> PreviewIn:
        given = (self.channel is not None, self.deleted_channel > 0, bool(self.options))
        if sum(given) != 1:
            raise ValueError("give one of channel, deleted_channel and options")
        return self


class TargetChange(ChangeOut):
    """One field that would differ, and where it stands."""

    kind: str
    target: str = Field(description="Id of the channel, or option key.")


class PreviewOut(BaseModel):
    """What a proposed edit would do; nothing was written."""

    changes: list[TargetChange]
    models: list[str] = Field(description="Models that it touches, 500 at most.")
    groups: list[str] = Field(description="Groups that it touches.")
    unserved: list[str] = Field(
        description="Models of the channel that no other enabled channel would serve any more."
    )
