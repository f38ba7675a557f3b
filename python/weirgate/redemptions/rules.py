"""Pure rules of redemption codes: names, amounts, ends, and what may follow what.

Takes values and gives values; no SQL, no clock.
"""

from __future__ import annotations

import secrets

from weirgate.errors import InvalidInputError, RefusedError, Text
from weirgate.ledger.service import MAX_AMOUNT

ENABLED, DISABLED, USED = 1, 2, 3
MAX_NAME = 20
MAX_COUNT = 100
NEVER = 0
"""`expired_time` of a code that does not expire."""

UNKNOWN_CODE = Text("无效的兑换码", "the redemption code is invalid")
USED_CODE = Text("该兑换码已被使用", "the redemption code was used before")
EXPIRED_CODE = Text("该兑换码已过期", "the redemption code has expired")


def new_code() -> str:
    """Returns 32 random hexadecimal digits (128 bits)."""
    return secrets.token_hex(16)


def check_name(name: str) -> None:
    """Checks a code's name: 1 to 20 characters."""
    if not 1 <= len(name) <= MAX_NAME:
        raise InvalidInputError(
            Text("兑换码名称长度必须在1-20之间", "the name needs 1 to 20 characters")
        )


def check_count(count: int) -> None:
    """Checks how many codes are made at once: 1 to 100."""
    if count <= 0:
        raise InvalidInputError(
            Text("兑换码个数必须大于0", "the number of codes must be greater than 0")
        )
    if count > MAX_COUNT:
        raise InvalidInputError(
            Text("一次兑换码批量生成的个数不能大于 100", "at most 100 codes can be made at once")
        )


def check_quota(quota: int) -> None:
    """Checks what a code is worth: more than nothing, and what an entry can hold."""
    if not 0 < quota <= MAX_AMOUNT:
        raise InvalidInputError(
            Text("额度必须大于 0", "the quota must be greater than 0, and within range")
        )


def check_end(expired_time: int, now_s: int) -> None:
    """Checks when a code ends: never (0), or in the future."""
    if expired_time != NEVER and expired_time <= now_s:
        raise InvalidInputError(Text("过期时间不能早于当前时间", "the end must be in the future"))


def check_status(present: int, wanted: int) -> None:
    """Checks a change of status by hand: on or off, and never of a code that was used."""
    if wanted not in {ENABLED, DISABLED}:
        raise InvalidInputError
    check_unused(present)


def check_unused(present: int) -> None:
    """Checks that a code was not used: what it gave stays on record."""
    if present == USED:
        raise RefusedError(USED_CODE)


def refusal_of(status: int, expired_time: int, now_s: int) -> Text | None:
    """Returns why a code cannot be claimed, None when it can."""
    if status == USED:
        return USED_CODE
    if status != ENABLED:
        return UNKNOWN_CODE
    if expired_time != NEVER and expired_time <= now_s:
        return EXPIRED_CODE
    return None
