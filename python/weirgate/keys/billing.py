"""What a key may learn of its own money: usage of the key and OpenAI's old dashboard calls.

Reads SQL only, so a number may lag the relay by the drain's moment (within a second).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from weirgate.errors import NotFoundError
from weirgate.keys import rules
from weirgate.keys.repository import KeyRepository
from weirgate.keys.schemas import BillingUsage, CreditSummary, KeyUsage, Subscription

if TYPE_CHECKING:
    from weirgate.store import UnitOfWork
    from weirgate.store.tables import Key
    from weirgate.system.option_keys import OptionValues
    from weirgate.system.service import OptionService
    from weirgate.web.auth import Caller

UNLIMITED_AMOUNT = 100_000_000
"""What the family shows as the limit of an unlimited key."""


@dataclass(frozen=True, slots=True)
class _Money:
    remain: int
    used: int


class BillingService:
    """Money views of the calling key."""

    def __init__(self, options: OptionService) -> None:
        self._options = options

    async def usage_of_key(self, uow: UnitOfWork, caller: Caller) -> KeyUsage:
        """Returns granted, used and available of the calling key."""
        key = await _key(uow, caller)
        return KeyUsage(
            name=key.name,
            total_granted=key.remain_quota + key.used_quota,
            total_used=key.used_quota,
            total_available=key.remain_quota,
            unlimited_quota=key.unlimited_quota,
            model_limits=dict.fromkeys(rules.model_list(key.model_limits), True),
            model_limits_enabled=key.model_limits_enabled,
            expires_at=_expiry(key),
        )

    async def subscription(self, uow: UnitOfWork, caller: Caller) -> Subscription:
        """Returns what was granted, in the display unit."""
        values = await self._options.values(uow)
        key = await _key(uow, caller)
        speaks_of_key = values.flag("DisplayTokenStatEnabled")
        money = await self._money(uow, caller, key, values)
        if speaks_of_key and key.unlimited_quota:
            amount: float | int = UNLIMITED_AMOUNT
        else:
            amount = shown_amount(money.remain + money.used, values)
        return Subscription(
            soft_limit_usd=amount,
            hard_limit_usd=amount,
            system_hard_limit_usd=amount,
            access_until=_expiry(key) if speaks_of_key else 0,
        )

    async def usage(self, uow: UnitOfWork, caller: Caller) -> BillingUsage:
        """Returns what was used, in hundredths of the display unit."""
        values = await self._options.values(uow)
        money = await self._money(uow, caller, await _key(uow, caller), values)
        return BillingUsage(total_usage=shown_amount(money.used * 100, values))

    async def credit_grants(self, uow: UnitOfWork, caller: Caller) -> CreditSummary:
        """Returns granted, used and available in US dollars."""
        values = await self._options.values(uow)
        key = await _key(uow, caller)
        money = await self._money(uow, caller, key, values)
        unit = values.integer("QuotaPerUnit")
        return CreditSummary(
            total_granted=_plain(Decimal(money.remain + money.used) / unit),
            total_used=_plain(Decimal(money.used) / unit),
            total_available=_plain(Decimal(money.remain) / unit),
            expires_at=_expiry(key) * 1000,
        )

    async def _money(
        self, uow: UnitOfWork, caller: Caller, key: Key, values: OptionValues
    ) -> _Money:
        if values.flag("DisplayTokenStatEnabled"):
            return _Money(key.remain_quota, key.used_quota)
        return _Money(*await KeyRepository(uow.session, caller.user_id).owner_balance())


async def _key(uow: UnitOfWork, caller: Caller) -> Key:
    key = await KeyRepository(uow.session, caller.user_id).get(caller.key_id)
    if key is None:
        raise NotFoundError
    return key


def _expiry(key: Key) -> int:
    return 0 if key.expired_time == rules.NEVER else key.expired_time


def shown_amount(quota: int, values: OptionValues) -> float | int:
    """Turns quota units into the display unit: US dollars, CNY, or plain units."""
    display = values.text("general_setting.quota_display_type")
    if display == "TOKENS":
        return quota
    amount = Decimal(quota) / values.integer("QuotaPerUnit")
    if display == "CNY":
        amount *= values.decimal("USDExchangeRate")
    return _plain(amount)


def _plain(amount: Decimal) -> float | int:
    return int(amount) if amount == amount.to_integral_value() else float(amount)
