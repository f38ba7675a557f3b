"""What the usage store answers: plain values, no HTTP and no family names of fields.

`UsageFilter` is the question, the rest are answers. Times are milliseconds here, except hours of
the rollup, which are Unix seconds as everywhere in the family.
"""

from dataclasses import dataclass

CONSUME = 2
FAILED = 5


@dataclass(frozen=True, slots=True)
class UsageFilter:
    """Which log rows; empty text, 0 and None mean any."""

    type: int = 0
    start_s: int = 0
    end_s: int = 0
    user_id: int | None = None
    key_id: int | None = None
    username: str = ""
    key_name: str = ""
    model: str = ""
    """An SQL LIKE pattern as given: exact unless it holds % or _."""
    channel_id: int = 0
    group: str = ""
    request_id: str = ""
    keyword: str = ""
    """Text to find in model, user, key name, content or, exactly, request id."""
    groups: tuple[str, ...] | None = None
    """Only calls billed in one of these; an empty tuple finds nothing."""
    user_ids: tuple[int, ...] | None = None
    """Only rows of these users; an empty tuple finds nothing."""
    calls_only: bool = False
    """Leave out what is no call: administrators' acts, sign-ins, top-ups."""


@dataclass(frozen=True, slots=True)
class Only:
    """What a reader of sums may see; None is no condition, an empty tuple finds nothing."""

    groups: tuple[str, ...] | None = None
    user_ids: tuple[int, ...] | None = None


EVERYTHING = Only()


@dataclass(frozen=True, slots=True)
class LogRow:
    """One log row of any type; `price` and `attempts` are JSON text of calls, `other` of others."""

    id: int
    created_ms: int
    type: int
    user_id: int
    username: str
    content: str
    quota: int
    key_id: int
    key_name: str
    model: str
    channel_id: int
    group_name: str
    ip: str
    request_id: str
    other: str
    upstream_model: str
    endpoint: str
    is_stream: bool
    started_ms: int
    first_byte_ms: int
    prompt: int
    completion: int
    cached_read: int
    cache_write_5m: int
    cache_write_1h: int
    reasoning: int
    audio_in: int
    audio_out: int
    image_in: int
    end_reason: str
    usage_source: str
    status: int
    overrun: bool
    attempts: str
    price: str


@dataclass(frozen=True, slots=True)
class LogPage:
    """Some rows, newest first, of `total` that match."""

    rows: list[LogRow]
    total: int


@dataclass(frozen=True, slots=True)
class Stat:
    """Charges and tokens of the range; calls and tokens of the last minute."""

    quota: int
    tokens: int
    rpm: int
    tpm: int


@dataclass(frozen=True, slots=True)
class Bucket:
    """What one user (or all) did with one model (or all) in an hour."""

    hour: int
    user_id: int
    username: str
    model: str
    calls: int
    quota: int
    tokens: int


@dataclass(frozen=True, slots=True)
class Day:
    """What one user did with one model in a day (UTC)."""

    day: int
    model: str
    calls: int
    quota: int
    prompt: int
    completion: int


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over a time range."""

    calls: int
    failures: int
    quota: int
    prompt: int
    completion: int
    cached_read: int
