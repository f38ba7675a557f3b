"""Field types for family input: numbers and booleans as its clients really send them.

The family's server reads query numbers leniently (what is no number is 0), so models of its paths
use these types; our own paths use strict ones.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator

_INT64 = 2**63 - 1


def _lenient_int(value: object) -> object:
    """Returns the integer in the text, 0 when there is none, clamped to 64 bits."""
    if not isinstance(value, str):
        return value
    try:
        number = int(value.strip()) if len(value) <= 32 else 0
    except ValueError:
        return 0
    return max(-_INT64, min(number, _INT64))


def _lenient_bool(value: object) -> object:
    """Returns whether the text says true; anything unknown is False."""
    if not isinstance(value, str):
        return value
    return value.strip().lower() in {"1", "t", "true", "yes", "on"}


LenientInt = Annotated[int, BeforeValidator(_lenient_int)]
LenientBool = Annotated[bool, BeforeValidator(_lenient_bool)]
