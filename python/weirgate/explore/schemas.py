"""Inputs and answers of analytics (/api/weirgate/analytics); strict, as all our own paths."""

from datetime import datetime
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from weirgate.analytics.measures import DIMENSIONS, METRICS
from weirgate.analytics.spans import Rollup


def _metric(name: str) -> str:
    if name not in METRICS:
        raise ValueError(f"no such metric: {name}")
    return name


def _dimension(name: str) -> str:
    if name not in DIMENSIONS:
        raise ValueError(f"no such dimension: {name}")
    return name


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"no such time zone: {name}") from error
    return name


Short = Annotated[str, Field(min_length=1, max_length=64)]
Metric = Annotated[Short, AfterValidator(_metric)]
Dimension = Annotated[Short, AfterValidator(_dimension)]
Zone = Annotated[Short, AfterValidator(_zone)]
Value = Annotated[str, Field(max_length=256)]
Currency = Literal["quota", "usd", "cny"]
Scope = Literal["all", "groups", "users", "own"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class RangeIn(_Strict):
    """A range of time; calls count by when they ended."""

    start: AwareDatetime = Field(description="RFC 3339 with offset; belongs to the range.")
    end: AwareDatetime = Field(description="RFC 3339 with offset; does not belong to it.")


class FilterIn(_Strict):
    """Rows whose dimension is one of the values, is none of them, or contains the only one."""

    dimension: Dimension
    operator: Literal["in", "not_in", "contains"] = "in"
    values: Annotated[list[Value], Field(min_length=1, max_length=100)]


class OrderIn(_Strict):
    """How groups are ordered; ties by the groups' own values."""

    metric: Metric
    by: Literal["value", "change"] = Field(
        "value", description="change: by the difference to the period before (needs `compare`)."
    )
    direction: Literal["desc", "asc"] = "desc"


class QueryIn(_Strict):
    """A question: numbers (metrics) of groups (dimensions) over time (rollup)."""

    range: RangeIn
    time_zone: Zone = Field("UTC", description="IANA name; days, weeks and months are its own.")
    metrics: Annotated[list[Metric], Field(min_length=1, max_length=12)]
    dimensions: Annotated[list[Dimension], Field(max_length=4)] = []
    filters: Annotated[list[FilterIn], Field(max_length=16)] = []
    rollup: Rollup | None = Field(None, description="Length of a bucket; none: the whole range.")
    compare: Literal["previous"] | None = Field(
        None, description="previous: the equally long range before, bucket by bucket."
    )
    order: OrderIn | None = Field(None, description="Default: the first metric, greatest first.")
    series: Annotated[int, Field(ge=0, le=50)] = Field(
        0, description="With a rollup: only so many groups, the first by `order`; 0: all."
    )
    currency: Currency = Field("quota", description="What money is shown in.")
    limit: Annotated[int, Field(ge=1, le=5000)] = 100
    cursor: Annotated[str, Field(max_length=256)] | None = Field(
        None, description="`next_cursor` of the page before; the question must be the same."
    )


class ExportIn(_Strict):
    """A question whose whole answer is wanted as a file; `limit` and `cursor` do not count."""

    query: QueryIn
    format: Literal["json", "csv", "parquet"] = "csv"


Number = int | float | None


class GroupOut(BaseModel):
    """A value of a dimension; `label` is a name beside a number, else the value."""

    value: str
    label: str


class RowOut(BaseModel):
    """One group in one bucket; a metric that has no data is null, which is not 0."""

    time: str | None = Field(description="Begin of the bucket in the time zone; null: no rollup.")
    dimensions: dict[str, GroupOut]
    metrics: dict[str, Number]
    previous: dict[str, Number] | None = Field(description="The period before; null: not asked.")


class SumsOut(BaseModel):
    """The metrics over all groups and buckets."""

    metrics: dict[str, Number]
    previous: dict[str, Number] | None


class FreshOut(BaseModel):
    """How new the answer is."""

    complete_until: str | None = Field(
        description="Calls that ended before are all counted; null: not known."
    )
    lag_ms: int | None = Field(description="How long ago that was.")


class QueryOut(BaseModel):
    """The answer; `buckets` are the begins of all buckets, of those without rows too."""

    rows: list[RowOut]
    totals: SumsOut
    buckets: list[str]
    units: dict[str, str] = Field(description="What each metric's number is.")
    currency: Currency
    range: dict[str, str]
    previous_range: dict[str, str] | None
    scope: Scope
    next_cursor: str | None
    freshness: FreshOut


class MetricOut(BaseModel):
    """A metric that the caller may ask for."""

    name: str
    unit: str


class CatalogueOut(BaseModel):
    """What the caller may ask for."""

    scope: Scope
    metrics: list[MetricOut]
    dimensions: list[str]
    rollups: list[str]


ViewName = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f]+$")]
ViewKind = Literal["explore", "sql"]


class ViewIn(_Strict):
    """A view to save."""

    name: ViewName
    kind: ViewKind = "explore"
    content: dict[str, Any] = Field(description="The question as the page holds it; 16 KiB.")
    is_shared: bool = Field(default=False, description="Everybody sees it; administrators only.")


class ViewPatch(_Strict):
    """What of a view to change."""

    name: ViewName | None = None
    content: dict[str, Any] | None = None
    is_shared: bool | None = None


class ViewOut(BaseModel):
    """A saved view."""

    id: str
    name: str
    kind: ViewKind
    content: dict[str, Any]
    is_shared: bool
    is_own: bool
    updated_at: datetime


class SqlIn(_Strict):
    """A SELECT over `usage` and `usage_hourly`, which hold the caller's rows of the range."""

    sql: Annotated[str, Field(min_length=1, max_length=20_000)]
    range: RangeIn | None = Field(None, description="A year at most; none: the last 31 days.")
    limit: Annotated[int, Field(ge=1, le=10_000)] = Field(1000, description="Rows shown.")


class SqlStopIn(_Strict):
    """Whose running query to stop."""

    everybody: bool = Field(default=False, description="All that run; administrators only.")


class SqlStopOut(BaseModel):
    """How many queries were stopped."""

    stopped: int


class SqlOut(BaseModel):
    """What the text answered; numbers beyond 2^53 and what JSON has no word for are text."""

    columns: list[dict[str, str]] = Field(description="`name` and `type` of each column.")
    rows: list[list[Any]]
    is_cut: bool = Field(description="There were more rows, or 4 MiB were full.")
    elapsed_ms: int
    range: dict[str, str]
    freshness: FreshOut


class SqlColumnOut(BaseModel):
    """A column that a text may name."""

    name: str
    type: str
    note: str


class SqlTableOut(BaseModel):
    """A table that a text may name."""

    name: str
    columns: list[SqlColumnOut]


class SqlSchemaOut(BaseModel):
    """What the SQL editor offers the caller."""

    is_enabled: bool
    tables: list[SqlTableOut]
