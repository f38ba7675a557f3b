"""Wire models of limits; spending in quota (500,000 is 1 USD), a missing number does not limit."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from weirgate.limits.rules import MOST

Scope: TypeAlias = Literal["user", "key", "group", "model", "channel", "channel_key"]
Count: TypeAlias = Annotated[int | None, Field(ge=1, le=MOST)]
Money: TypeAlias = Annotated[int | None, Field(ge=0, le=MOST)]
Subject: TypeAlias = Annotated[
    str,
    Field(
        min_length=1,
        max_length=255,
        description="A number; a group's or model's name; `channel:place` of a channel's key, "
        "the place counted from 0.",
    ),
]


class LimitsBody(BaseModel):
    """All limits of one subject; what is left out does not limit any more."""

    model_config = ConfigDict(extra="forbid", strict=True)

    requests_per_minute: Count = Field(None, description="Requests in any 60 seconds.")
    tokens_per_minute: Count = Field(None, description="Tokens, both ways, in any 60 seconds.")
    requests_per_day: Count = Field(None, description="Requests in a day of the time zone.")
    concurrency: Count = Field(None, description="Requests at one time.")
    spend_per_day: Money = Field(None, description="Quota in a day of the time zone.")
    spend_per_week: Money = Field(None, description="Quota in a week, from Monday.")
    spend_per_month: Money = Field(None, description="Quota in a month.")
    time_zone: str = Field("", max_length=64, description="IANA name; empty is UTC.")


class SubjectLimitsBody(LimitsBody):
    """The limits of a subject, with its name."""

    scope: Scope
    subject: Subject


class SubjectQuery(BaseModel):
    """One subject."""

    model_config = ConfigDict(extra="forbid")

    scope: Scope
    subject: Subject


class ListQuery(BaseModel):
    """A part of the list, in order of subject."""

    model_config = ConfigDict(extra="forbid")

    scope: Scope
    after: str = Field("", max_length=255, description="`next` of the page before.")
    page_size: int = Field(100, ge=1, le=500)


class LimitsOut(BaseModel):
    """The limits of one subject."""

    scope: Scope
    subject: str
    requests_per_minute: int | None
    tokens_per_minute: int | None
    requests_per_day: int | None
    concurrency: int | None
    spend_per_day: int | None
    spend_per_week: int | None
    spend_per_month: int | None
    time_zone: str


class LimitsPage(BaseModel):
    """A part of the list."""

    items: list[LimitsOut]
    next: str = Field(description="Where the next page begins; empty on the last.")
