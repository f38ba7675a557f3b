"""The rule of check-ins: one reward a user and day, in the configured time zone.

The row of the day is unique and the ledger entry is named after user and day: two requests at once,
on one node or several, pay once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from weirgate.checkins import rules
from weirgate.checkins.repository import CheckInRepository
from weirgate.checkins.schemas import CheckInRecord, CheckInState, CheckInStats
from weirgate.errors import RefusedError
from weirgate.ledger.service import Credit
from weirgate.store.tables import CheckIn
from weirgate.system import audit

if TYPE_CHECKING:
    from collections.abc import Callable

    from weirgate.ledger.service import LedgerService
    from weirgate.store import UnitOfWork
    from weirgate.system.service import OptionService
    from weirgate.web.auth import Caller


class CheckInService:
    """Check-ins of the caller."""

    def __init__(
        self, ledger: LedgerService, options: OptionService, now_ms: Callable[[], int]
    ) -> None:
        self._ledger = ledger
        self._options = options
        self._now_ms = now_ms

    async def state(self, uow: UnitOfWork, caller: Caller, month: str) -> CheckInState:
        """Returns what check-ins give and the caller's own of a month.

        Raises:
            RefusedError: check-ins are off.
            InvalidInputError: no such month.
        """
        offer = await self._offer(uow)
        offer.check_on()
        today = offer.day(self._now_ms())
        repository = CheckInRepository(uow.session, caller.user_id)
        rows = await repository.of_month(rules.month_of(month, today))
        count, quota = await repository.totals()
        stats = CheckInStats(
            total_quota=quota,
            total_checkins=count,
            checkin_count=len(rows),
            checked_in_today=await repository.has(today),
            records=[
                CheckInRecord(checkin_date=row.checkin_date, quota_awarded=row.quota_awarded)
                for row in rows
            ],
        )
        return CheckInState(enabled=True, min_quota=offer.least, max_quota=offer.most, stats=stats)

    async def can_check_in(self, uow: UnitOfWork, caller: Caller) -> bool:
        """Tells whether the caller can check in now."""
        offer = await self._offer(uow)
        today = offer.day(self._now_ms())
        return offer.is_on and not await CheckInRepository(uow.session, caller.user_id).has(today)

    async def last_days(self, uow: UnitOfWork, caller: Caller) -> tuple[str, list[str]]:
        """Returns today and the caller's newest days with a check-in (YYYY-MM-DD)."""
        today = (await self._offer(uow)).day(self._now_ms())
        return today, await CheckInRepository(uow.session, caller.user_id).newest_days()

    async def check_in(self, uow: UnitOfWork, caller: Caller) -> CheckInRecord:
        """Checks the caller in and credits the reward.

        Raises:
            RefusedError: check-ins are off or set up wrongly, or it was done today.
        """
        offer = await self._offer(uow)
        offer.check_on()
        reward = offer.reward()
        now_ms = self._now_ms()
        today = offer.day(now_ms)
        await uow.begin_write()
        await self._ledger.lock(uow)
        repository = CheckInRepository(uow.session, caller.user_id)
        if await repository.has(today):
            raise RefusedError(rules.DONE_TODAY)
        await repository.add(
            CheckIn(
                user_id=caller.user_id,
                checkin_date=today,
                quota_awarded=reward,
                created_at=now_ms // 1000,
            )
        )
        credit = Credit(
            user_id=caller.user_id,
            kind="check_in",
            idempotency_key=f"check_in:{caller.user_id}:{today}",
            wallet_delta=reward,
        )
        await self._ledger.credit(uow, credit)
        note = f"用户签到，获得额度 {reward}"
        audit.log(uow, audit.SYSTEM, caller.user_id, caller.username, note, quota=reward)
        return CheckInRecord(checkin_date=today, quota_awarded=reward)

    async def _offer(self, uow: UnitOfWork) -> rules.Offer:
        return rules.offer(await self._options.values(uow))
