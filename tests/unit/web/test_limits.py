"""Rate limits: exact windows, bounded memory."""

from __future__ import annotations

import pytest
from weirgate.errors import TooManyRequestsError
from weirgate.web import limits
from weirgate.web.limits import FixedLimit, FixedLimits, Limiter

from tests.support.management import Clock

THREE_IN_TEN = FixedLimits(
    critical=FixedLimit(enabled=True, count=3, window_s=10),
    search=FixedLimit(enabled=True, count=1, window_s=10),
)


def test_the_call_over_the_limit_is_refused_and_told_when_to_come_back() -> None:
    clock = Clock()
    limiter = Limiter(THREE_IN_TEN, clock)
    for _ in range(3):
        limiter.check("critical", "10.0.0.1")
        clock.advance(2)
    with pytest.raises(TooManyRequestsError) as refused:
        limiter.check("critical", "10.0.0.1")
    assert refused.value.headers == (("retry-after", "4"),)


def test_the_window_slides() -> None:
    clock = Clock()
    limiter = Limiter(THREE_IN_TEN, clock)
    for _ in range(3):
        limiter.check("critical", "10.0.0.1")
        clock.advance(4)
    limiter.check("critical", "10.0.0.1")
    with pytest.raises(TooManyRequestsError):
        limiter.check("critical", "10.0.0.1")


def test_callers_and_kinds_are_counted_apart() -> None:
    limiter = Limiter(THREE_IN_TEN, Clock())
    limiter.check("search", "1")
    limiter.check("search", "2")
    limiter.check("critical", "1")
    with pytest.raises(TooManyRequestsError):
        limiter.check("search", "1")


def test_a_limit_that_is_off_never_refuses() -> None:
    limiter = Limiter(FixedLimits(), Clock())
    for _ in range(1000):
        limiter.check("global_api", "10.0.0.1")


def test_the_number_of_remembered_callers_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_WINDOWS", 100)
    limiter = Limiter(THREE_IN_TEN, Clock())
    for number in range(1000):
        limiter.check("search", str(number))
    assert len(limiter._windows) == 100
    with pytest.raises(TooManyRequestsError):
        limiter.check("search", "999")
