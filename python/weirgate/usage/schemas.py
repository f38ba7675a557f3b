"""Inputs and answers of logs, statistics and usage data (management contract §8)."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from weirgate.web.fields import LenientInt
from weirgate.web.paging import PageQuery

_NO_NUL = r"^[^\x00]*$"
Word = Annotated[str, Field(max_length=256, pattern=_NO_NUL)]


class LogQuery(PageQuery):
    """Which log rows; empty and 0 mean any."""

    type: LenientInt = Field(0, description="1 top-up, 2 call, 3 manage, 4 system, 5 error.")
    start_timestamp: LenientInt = Field(0, description="First Unix second.")
    end_timestamp: LenientInt = Field(0, description="Last Unix second.")
    username: Word = ""
    token_name: Word = ""
    model_name: Word = Field("", description="SQL LIKE pattern: exact unless it holds %.")
    channel: LenientInt = 0
    group: Word = ""
    request_id: Word = ""


class KeywordQuery(PageQuery):
    """A search over log rows."""

    keyword: Word = Field("", description="Model, user, key name, content, or a request id.")


class DeleteQuery(BaseModel):
    """Which log rows to delete."""

    model_config = ConfigDict(extra="ignore")

    target_timestamp: LenientInt = Field(0, description="Rows made before this Unix second go.")


class BucketQuery(BaseModel):
    """A range of usage data; `default_time` and others are ignored."""

    model_config = ConfigDict(extra="ignore")

    start_timestamp: LenientInt = 0
    end_timestamp: LenientInt = 0
    username: Word = ""


class OverviewQuery(BaseModel):
    """Since when the overview counts."""

    model_config = ConfigDict(extra="forbid")

    since: datetime | None = Field(
        None, description="RFC 3339 with offset; default: today's midnight in UTC."
    )


class LogOut(BaseModel):
    """One log row; `other` is a JSON text."""

    id: int
    user_id: int
    created_at: int = Field(description="Unix seconds.")
    type: int
    content: str
    username: str
    token_name: str
    model_name: str
    quota: int
    prompt_tokens: int
    completion_tokens: int
    use_time: int = Field(description="Whole seconds.")
    is_stream: bool
    channel: int
    channel_name: str
    token_id: int
    group: str
    ip: str
    request_id: str
    other: str


class StatOut(BaseModel):
    """Charges and tokens of the range; calls and tokens of the last minute."""

    quota: int
    token: int = Field(description="Prompt and completion tokens of the range.")
    rpm: int
    tpm: int


class BucketOut(BaseModel):
    """What a user (or all) did with a model (or all) in an hour."""

    id: int
    user_id: int
    username: str
    model_name: str
    created_at: int = Field(description="Unix second in which the hour begins.")
    token_used: int
    count: int
    quota: int


class DayOut(BaseModel):
    """One model on one day; the names are one-api's and one-hub's own."""

    Day: str = Field(description="YYYY-MM-DD in UTC, one-api's name.")
    Date: str = Field(description="The same, one-hub's name.")
    ModelName: str
    RequestCount: int
    Quota: int
    PromptTokens: int
    CompletionTokens: int


class OwnSums(BaseModel):
    """One caller's sums of a range."""

    calls: int
    failures: int
    quota: int
    tokens: int
    max_rpm: int = Field(description="Calls of the busiest minute; 0 for ranges over 31 days.")


class HourOut(BaseModel):
    """One hour of the overview."""

    hour: str = Field(description="Begin of the hour, RFC 3339.")
    calls: int
    quota: int
    tokens: int


class ModelOut(BaseModel):
    """One model of the overview."""

    model: str
    calls: int
    quota: int
    tokens: int


class OverviewOut(BaseModel):
    """What was done since the given time, within the caller's scope."""

    since: str
    scope: str = Field(description="all, groups, users or own")
    calls: int
    failures: int
    quota: int
    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int
    hours: list[HourOut] = Field(description="Every hour up to now, quiet ones too.")
    models: list[ModelOut] = Field(description="The ten that cost most.")
