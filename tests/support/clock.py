"""Waiting without guessing: polls a condition instead of sleeping for a fixed time."""

import time
from collections.abc import Callable
from typing import TypeVar

Value = TypeVar("Value")
STEP_S = 0.02


def until(
    ask: Callable[[], Value], holds: Callable[[Value], bool], timeout_s: float = 10.0
) -> Value:
    """Returns the first answer that holds; fails with the last one when time is over."""
    end = time.monotonic() + timeout_s
    while True:
        answer = ask()
        if holds(answer):
            return answer
        if time.monotonic() > end:
            raise AssertionError(f"after {timeout_s} s it was still {answer!r}")
        time.sleep(STEP_S)
