"""Wire models of VoAPI 2's user API (family contract §B.5).

Amounts are decimal texts in US dollars, times are Unix milliseconds, -1 never.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from weirgate.system.wire import FamilyBody, FamilyQuery, Int64
from weirgate.web.fields import LenientInt  # noqa: TC001 (pydantic reads it)
from weirgate.web.paging import PageQuery

_LONGEST_MS = 1 << 53
_MOST_DOLLARS = Decimal(10) ** 12
Dollars = Annotated[Decimal, Field(ge=0, le=_MOST_DOLLARS, allow_inf_nan=False)]


class _Camel(BaseModel):
    """VoAPI writes its names in camel case."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class AccountInfo(_Camel):
    """The caller's account; all money is basic balance here."""

    id: int
    username: str
    nickname: str
    basic_balance: str
    bind_balance: str
    used_basic_balance: str
    used_bind_balance: str
    currency: str = "USD"
    total_request: int
    total_token: int
    ban: bool = False


class StatisticsQuery(FamilyQuery):
    """The range: whole hours."""

    t: str = Field("h", max_length=8, description="Step; sums are the same for each.")
    s: LenientInt = Field(0, description="From, Unix milliseconds; 0: the last 24 hours.")
    e: LenientInt = Field(0, description="To, Unix milliseconds; 0: now.")


class Sums(_Camel):
    """What was done in the range."""

    requests: int
    used_basic_balance: str
    used_bind_balance: str
    errors: int
    max_rpm: int = Field(description="Calls of the busiest minute.")


class Statistics(_Camel):
    """`data` of GET /api/dash/statistics."""

    d: Sums


class KeyListQuery(FamilyQuery, PageQuery):
    """Which page; what columns are wanted (`sl[...]`) is not read: all are answered."""


class VoapiKey(_Camel):
    """One key."""

    id: int
    name: str
    token_masked: str = Field(repr=False)
    groups: list[int] = Field(description="One group at most; none: the user's own.")
    enable: bool
    expire_time: int
    boundless_amount: bool
    amount: str = Field(description="What it may still spend.")
    used: str
    note: str = Field("", description="Always empty: notes are not kept.")
    created: int
    updated: int


class VoapiKeys(_Camel):
    """One page of keys."""

    records: list[VoapiKey]
    page: int
    size: int
    total: int
    pages: int


class KeyForm(_Camel, FamilyBody):
    """A new or changed key; what a change does not name stays."""

    name: str | None = Field(None, max_length=1024)
    groups: list[Int64] | None = Field(None, max_length=64)
    enable: bool | None = None
    expire_time: int | None = Field(None, ge=-1, le=_LONGEST_MS)
    boundless_amount: bool | None = None
    amount: Dollars | None = None
    gen_count: int = Field(1, ge=1, le=20, description="How many keys a POST makes.")


class KeyGroup(_Camel):
    """A group that the caller may use."""

    id: int
    name: str
    ratio: float | int
    time_ratio: float | int = 1
    charging_type: str = ""
    sub_balance_type: str = ""
    note: str


class KeyModel(_Camel):
    """A model that the caller may use."""

    id_key: str
    enable: bool = True
    hidden: bool = False


class KeyTemplate(_Camel):
    """What a key may be made of."""

    groups: list[KeyGroup]
    models: list[KeyModel]
    ssb: bool = False


class SignRecord(_Camel):
    """One check-in."""

    ymd: str = Field(description="YYYYMMDD.")
    amount: str
    bonus_amount: str
    consecutive_no: int = Field(0, description="How many days in a row, where it is known.")


class SignStats(_Camel):
    """Where the caller's check-ins stand."""

    today_signed: bool
    next_amount: str = Field(description="The least that the next one gives.")
    today_record: SignRecord | None
    consecutive_days: int


class SignTemplate(_Camel):
    """What check-ins give."""

    enable: bool
    min_amount: str
    max_amount: str


class SignRecords(_Camel):
    """The caller's check-ins of this month, newest first."""

    records: list[SignRecord]
    page: int = 1
    size: int
    total: int
    pages: int = 1


class SignQuery(FamilyQuery):
    """The token of the check for people."""

    turnstile: str = Field("", max_length=8192, repr=False, description="Token of the check.")


class InviteInfo(_Camel):
    """Where the caller's guests register."""

    url: str
