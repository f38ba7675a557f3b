"""Local hours, days, weeks and months, with the zone's changes of the clock."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from weirgate.analytics.spans import Calendar, Rollup, Span

BERLIN = Calendar(ZoneInfo("Europe/Berlin"))
KOLKATA = Calendar(ZoneInfo("Asia/Kolkata"))


def ms(text: str, calendar: Calendar = BERLIN) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=calendar.zone).timestamp() * 1000)


def test_a_change_of_the_clock_is_found_to_the_minute() -> None:
    span = Span(ms("2026-10-01T00:00"), ms("2026-11-01T00:00"))
    (_, summer), (moment, winter) = BERLIN.changes(span)
    assert (summer, winter) == (7_200_000, 3_600_000)
    assert BERLIN.text(moment) == "2026-10-25T02:00:00+01:00"


def test_the_week_before_a_change_of_the_clock_has_whole_local_days() -> None:
    span = Span(ms("2026-10-26T00:00"), ms("2026-11-02T00:00"))
    before = BERLIN.before(span)
    assert BERLIN.text(before.start_ms) == "2026-10-19T00:00:00+02:00"
    assert before.end_ms == span.start_ms


def test_a_range_within_a_day_is_shifted_by_its_length() -> None:
    span = Span(ms("2026-11-20T10:00"), ms("2026-11-20T12:30"))
    assert BERLIN.text(BERLIN.before(span).start_ms) == "2026-11-20T07:30:00+01:00"


@pytest.mark.parametrize(
    ("rollup", "begin"),
    [
        (Rollup.MINUTE, "2026-10-29T13:47:00+05:30"),
        (Rollup.HOUR, "2026-10-29T13:00:00+05:30"),
        (Rollup.DAY, "2026-10-29T00:00:00+05:30"),
        (Rollup.WEEK, "2026-10-26T00:00:00+05:30"),
        (Rollup.MONTH, "2026-10-01T00:00:00+05:30"),
    ],
)
def test_a_bucket_begins_where_local_people_say(rollup: Rollup, begin: str) -> None:
    moment = ms("2026-10-29T13:47:12", KOLKATA)
    assert KOLKATA.begin(rollup, KOLKATA.bucket(rollup, moment), moment) == begin
