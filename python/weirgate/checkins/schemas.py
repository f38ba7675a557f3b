"""Wire models of check-ins (management contract §4.2; Veloera: family contract)."""

from pydantic import BaseModel, Field

from weirgate.system.wire import FamilyQuery


class MonthQuery(FamilyQuery):
    """Which month is shown."""

    month: str = Field("", max_length=7, description="YYYY-MM; this month when empty.")


class CheckInQuery(FamilyQuery):
    """The token of the check for people."""

    turnstile: str = Field("", max_length=8192, repr=False, description="Token of the check.")


class CheckInRecord(BaseModel):
    """One check-in."""

    checkin_date: str = Field(description="YYYY-MM-DD.")
    quota_awarded: int = Field(description="Quota units.")


class CheckInStats(BaseModel):
    """A user's check-ins."""

    total_quota: int = Field(description="Given so far, quota units.")
    total_checkins: int
    checkin_count: int = Field(description="In the month shown.")
    checked_in_today: bool
    records: list[CheckInRecord] = Field(description="Of the month shown, newest first.")


class CheckInState(BaseModel):
    """What check-ins give, and the caller's own."""

    enabled: bool
    min_quota: int
    max_quota: int
    stats: CheckInStats


class CheckInPossible(BaseModel):
    """Whether the caller can check in now."""

    can_check_in: bool


class CheckInReward(BaseModel):
    """What a check-in gave, in Veloera's word."""

    quota: int = Field(description="Quota units.")
