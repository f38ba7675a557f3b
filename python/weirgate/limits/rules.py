"""Rules of limits without SQL: what names a subject, and what the relay is told of a row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from weirgate._core import is_time_zone
from weirgate.errors import InvalidInputError, Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Row

    from weirgate.store.tables import LimitRow

MOST: Final = 2**53 - 1
"""The largest limit; larger whole numbers do not survive JSON in browsers."""

NUMBERS: Final = (
    "requests_per_minute",
    "tokens_per_minute",
    "requests_per_day",
    "concurrency",
    "spend_per_day",
    "spend_per_week",
    "spend_per_month",
)
_NO_ZONE = Text("未知的时区", "no such time zone")
_NO_SUBJECT = Text("无效的限制对象", "the subject does not fit the scope")


def check_zone(name: str) -> str:
    """Returns the name if limits can go by it.

    Raises:
        InvalidInputError: there is no such zone.
    """
    if name and not is_time_zone(name):
        raise InvalidInputError(_NO_ZONE)
    return name


def subject_id(scope: str, subject: str) -> int | None:
    """Returns the number of a user, key or channel that a subject names; None for names.

    Raises:
        InvalidInputError: the subject does not fit its scope.
    """
    if scope in {"group", "model"}:
        return None
    number, separator, place = subject.partition(":")
    has_place = scope == "channel_key"
    is_whole = _is_number(number) and int(number) > 0 and bool(separator) == has_place
    if not is_whole or (has_place and not (_is_number(place) and int(place) < 10_000)):
        raise InvalidInputError(_NO_SUBJECT)
    return int(number)


def _is_number(text: str) -> bool:
    is_plain = text.isascii() and text.isdigit() and len(text) <= 18
    return is_plain and str(int(text)) == text


def told(row: LimitRow | Row[Any]) -> dict[str, Any]:
    """Returns a row as the relay reads it."""
    numbers = {name: getattr(row, name) for name in NUMBERS}
    made = {name: number for name, number in numbers.items() if number is not None}
    if row.time_zone:
        made["time_zone"] = row.time_zone
    return made


def routing_limits(rows: Iterable[LimitRow]) -> dict[str, Any]:
    """Returns the limits of groups, models, channels and their keys, as the snapshot has them."""
    made: dict[str, Any] = {"groups": {}, "models": {}, "channels": {}, "channel_keys": {}}
    for row in rows:
        if row.scope == "channel_key":
            channel, _, place = row.subject.partition(":")
            made["channel_keys"].setdefault(channel, {})[place] = told(row)
        else:
            made[f"{row.scope}s"][row.subject] = told(row)
    return {name: limits for name, limits in made.items() if limits}
