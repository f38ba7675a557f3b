"""Time ranges, time zones and rollups (pure): which local hour, day, week or month a call is in.

A bucket is a whole number, counted so that the next bucket is the next number; SQL gets the zone's
offsets as parameters, so that it needs no time zones of its own.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
MAX_BUCKETS = 5000
# 1970-01-01 was a Thursday: so many days after the Monday before it.
_THURSDAY = 3
_EPOCH = date(1970, 1, 1)


class Rollup(StrEnum):
    """How long a bucket of time is."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    """From Monday on."""
    MONTH = "month"


_LEAST_MS = {
    Rollup.MINUTE: 60_000,
    Rollup.HOUR: HOUR_MS,
    Rollup.DAY: DAY_MS,
    Rollup.WEEK: 7 * DAY_MS,
    Rollup.MONTH: 28 * DAY_MS,
}


@dataclass(frozen=True, slots=True)
class Span:
    """From `start_ms` on, up to and without `end_ms`."""

    start_ms: int
    end_ms: int

    def is_whole_hours(self) -> bool:
        """Says whether it begins and ends with an hour in UTC."""
        return self.start_ms % HOUR_MS == 0 and self.end_ms % HOUR_MS == 0


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days and hours of one time zone."""

    zone: ZoneInfo

    def offset_ms(self, moment_ms: int) -> int:
        """Returns how far local time is ahead of UTC at a moment."""
        moment = datetime.fromtimestamp(moment_ms / 1000, UTC).astimezone(self.zone)
        offset = moment.utcoffset() or timedelta(0)
        return int(offset.total_seconds() * 1000)

    def changes(self, span: Span) -> list[tuple[int, int]]:
        """Returns (moment, offset from then on) in order; the first is the span's begin."""
        found = [(span.start_ms, self.offset_ms(span.start_ms))]
        before = span.start_ms
        while before < span.end_ms:
            after = min(before + DAY_MS, span.end_ms)
            if self.offset_ms(after) != found[-1][1]:
                found.append(self._change(before, after))
            before = after
        return found

    def _change(self, before: int, after: int) -> tuple[int, int]:
        """Returns the minute between the two in which the offset changes."""
        old = self.offset_ms(before)
        while after - before > 60_000:
            middle = (before + after) // 120_000 * 60_000
            if middle <= before:
                break
            if self.offset_ms(middle) == old:
                before = middle
            else:
                after = middle
        return after, self.offset_ms(after)

    def before(self, span: Span) -> Span:
        """Returns the equally long span before: as many local days, where it is of whole days."""
        start, end = self._local(span.start_ms), self._local(span.end_ms)
        if start.time() == end.time() == time(0):
            begin = datetime.combine(start.date() - (end.date() - start.date()), time(0), self.zone)
            return Span(_ms(begin), span.start_ms)
        return Span(2 * span.start_ms - span.end_ms, span.start_ms)

    def bucket(self, rollup: Rollup, moment_ms: int) -> int:
        """Returns the number of the bucket that a moment is in."""
        if rollup is Rollup.MINUTE:
            return moment_ms // 60_000
        if rollup is Rollup.HOUR:
            return (moment_ms + self.offset_ms(moment_ms) % HOUR_MS) // HOUR_MS
        day = self._local(moment_ms).date()
        if rollup is Rollup.DAY:
            return (day - _EPOCH).days
        if rollup is Rollup.WEEK:
            return ((day - _EPOCH).days + _THURSDAY) // 7
        return day.year * 12 + day.month - 1

    def begin(self, rollup: Rollup, number: int, near_ms: int) -> str:
        """Returns when a bucket begins, RFC 3339 in the zone; `near_ms` is any time of the span."""
        if rollup is Rollup.MINUTE:
            return self.text(number * 60_000)
        if rollup is Rollup.HOUR:
            return self.text(number * HOUR_MS - self.offset_ms(near_ms) % HOUR_MS)
        if rollup is Rollup.DAY:
            day = _EPOCH + timedelta(days=number)
        elif rollup is Rollup.WEEK:
            day = _EPOCH + timedelta(days=number * 7 - _THURSDAY)
        else:
            day = date(number // 12, number % 12 + 1, 1)
        return datetime.combine(day, time(0), self.zone).isoformat()

    def text(self, moment_ms: int) -> str:
        """Returns a moment as RFC 3339 with the zone's offset."""
        return self._local(moment_ms).isoformat(
            timespec="milliseconds" if moment_ms % 1000 else "seconds"
        )

    def _local(self, moment_ms: int) -> datetime:
        return datetime.fromtimestamp(moment_ms / 1000, UTC).astimezone(self.zone)


def count_at_least(rollup: Rollup, span: Span) -> int:
    """Returns how many buckets a span has, at the most one too few for months."""
    return (span.end_ms - span.start_ms) // _LEAST_MS[rollup] + 1


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
