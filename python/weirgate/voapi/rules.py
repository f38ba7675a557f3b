"""Pure rules of VoAPI 2's words: quota units as dollars, seconds as milliseconds, days in a row."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import TYPE_CHECKING

from weirgate.errors import InvalidInputError

if TYPE_CHECKING:
    from collections.abc import Sequence

NEVER = -1
_STEP = Decimal("0.00000001")
_MAX_QUOTA = (1 << 63) - 1


def dollars(quota: int, per_unit: int) -> str:
    """Returns quota units as dollars with eight digits, as VoAPI writes them."""
    if per_unit <= 0:
        return "0.00000000"
    return format((Decimal(quota) / per_unit).quantize(_STEP), "f")


def quota(amount: Decimal, per_unit: int) -> int:
    """Returns dollars as quota units, cut off to whole ones.

    Raises:
        InvalidInputError: more than an account can hold.
    """
    units = int((amount * per_unit).to_integral_value(ROUND_DOWN))
    if units > _MAX_QUOTA:
        raise InvalidInputError
    return units


def milliseconds(seconds: int) -> int:
    """Returns a key's expiry as VoAPI says it."""
    return NEVER if seconds == NEVER else seconds * 1000


def seconds(time_ms: int) -> int:
    """Returns an expiry of VoAPI as keys keep it."""
    return NEVER if time_ms == NEVER else time_ms // 1000


def days_in_a_row(days: Sequence[str], today: str) -> int:
    """Returns how many days up to today, or yesterday, have a check-in (days: YYYY-MM-DD)."""
    known = set(days)
    day = date.fromisoformat(today)
    if today not in known:
        day -= timedelta(days=1)
    count = 0
    while day.isoformat() in known:
        count += 1
        day -= timedelta(days=1)
    return count
