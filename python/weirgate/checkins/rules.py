"""Pure rules of check-ins: which day it is, and what a check-in gives."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from weirgate.errors import InvalidInputError, RefusedError, Text
from weirgate.ledger.service import MAX_AMOUNT

if TYPE_CHECKING:
    from weirgate.system.option_keys import OptionValues

TIME_ZONE = "weirgate.time_zone"
DISABLED = Text("签到功能未启用", "check-in is not enabled")
MISCONFIGURED = Text("签到额度配置错误", "the rewards of check-ins are set up wrongly")
DONE_TODAY = Text("今日已经签到过了", "you have checked in today")
DONE = Text("签到成功", "checked in")
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Offer:
    """What check-ins give: quota units, from least to most."""

    is_on: bool
    least: int
    most: int
    zone: str

    def day(self, now_ms: int) -> str:
        """Returns the day of this moment, YYYY-MM-DD."""
        moment = datetime.fromtimestamp(now_ms / 1000, UTC)
        return moment.astimezone(ZoneInfo(self.zone)).date().isoformat()

    def check_on(self) -> None:
        """Checks that check-ins are on."""
        if not self.is_on:
            raise RefusedError(DISABLED)

    def reward(self) -> int:
        """Returns a random reward.

        Raises:
            RefusedError: the limits make no sense.
        """
        if not 0 < self.least <= self.most <= MAX_AMOUNT:
            raise RefusedError(MISCONFIGURED)
        return self.least + secrets.randbelow(self.most - self.least + 1)


def offer(values: OptionValues) -> Offer:
    """Reads the options."""
    return Offer(
        is_on=values.flag("checkin_setting.enabled"),
        least=values.integer("checkin_setting.min_quota"),
        most=values.integer("checkin_setting.max_quota"),
        zone=values.text(TIME_ZONE) or "UTC",
    )


def month_of(wanted: str, today: str) -> str:
    """Returns the month that was asked for, YYYY-MM; this one when none was.

    Raises:
        InvalidInputError: it is no month.
    """
    if not wanted:
        return today[:7]
    if not _MONTH.fullmatch(wanted):
        raise InvalidInputError
    return wanted
