"""Tells users that their balance runs low: once, until it has risen above the threshold again.

Hears from the ledger's drain whose balances moved, and looks at those users alone. Several nodes
may see the same user: the row of who was told is written by one of them only.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import structlog

from weirgate.accounts import rules
from weirgate.accounts.repository import ReminderRepository
from weirgate.errors import Text
from weirgate.notify.rules import Notice
from weirgate.system.status import server_address

if TYPE_CHECKING:
    from collections.abc import Iterable

    from weirgate.accounts.repository import Balance
    from weirgate.notify.service import Notifier
    from weirgate.store import Store
    from weirgate.system.option_keys import OptionValues
    from weirgate.system.service import OptionService

MOST_WAITING = 100_000
"""Users remembered between two looks; those beyond are looked at when they spend again."""

BATCH = 500
KIND = "quota_exceed"

_TITLE = Text("您的额度即将用尽", "your quota is running low")
_CONTENT = Text(
    "您的剩余额度为 {left}，请及时充值：{link}",
    "you have {left} of quota left; top up here: {link}",
)

log = structlog.get_logger("weirgate.reminders")


class QuotaReminders:
    """Looks at users who spend."""

    def __init__(self, store: Store, options: OptionService, notifier: Notifier) -> None:
        self._store = store
        self._options = options
        self._notifier = notifier
        self._waiting: set[int] = set()

    def note(self, user_ids: Iterable[int]) -> None:
        """Remembers whose balances moved."""
        for user_id in user_ids:
            if len(self._waiting) >= MOST_WAITING:
                log.warning("too many users wait for a look at their balance")
                return
            self._waiting.add(user_id)

    async def step(self) -> int | None:
        """Looks at a batch of users; returns how many, None when there was nobody."""
        taken = sorted(self._waiting)[:BATCH]
        if not taken:
            return None
        async with self._store.unit_of_work(write=False) as uow:
            values = await self._options.values(uow)
            balances = await ReminderRepository(uow.session).balances(taken)
        low = [each for each in balances if _is_low(each, values)]
        new = [each for each in low if not each.was_told]
        low_ids = {each.user_id for each in low}
        risen = [each.user_id for each in balances if each.was_told and each.user_id not in low_ids]
        told = await self._write(new, risen) if new or risen else set()
        for each in new:
            if each.user_id in told:
                self._notifier.tell(each.user_id, _notice(each, values))
        # Only now: a failure above looks at them again.
        self._waiting.difference_update(taken)
        return len(taken)

    async def _write(self, new: list[Balance], risen: list[int]) -> set[int]:
        """Writes who is told and who may be again; returns those whom this node tells."""
        now_ms = time.time_ns() // 1_000_000
        async with self._store.unit_of_work() as uow:
            repository = ReminderRepository(uow.session)
            await repository.forget(risen)
            return await repository.remember([each.user_id for each in new], now_ms)


def _is_low(balance: Balance, values: OptionValues) -> bool:
    own = rules.setting_of(balance.setting).get("quota_warning_threshold")
    if isinstance(own, int | float) and not isinstance(own, bool) and own > 0:
        return balance.quota < own
    return balance.quota < values.integer("QuotaRemindThreshold")


def _notice(balance: Balance, values: OptionValues) -> Notice:
    link = f"{server_address(values).rstrip('/')}/console/topup"
    return Notice(KIND, _TITLE, _CONTENT.format(left=balance.quota, link=link))
