"""The rules of redemption codes: making, changing, and the claim that credits a wallet once.

A claim is a conditional update of the code and a ledger entry named after it, in one transaction:
whatever is repeated or raced, a code pays once. Codes are shown to administrators only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from weirgate.errors import NotFoundError, RefusedError
from weirgate.ledger.service import Credit
from weirgate.redemptions import rules
from weirgate.redemptions.repository import RedemptionRepository
from weirgate.redemptions.schemas import RedemptionOut
from weirgate.store.tables import Redemption
from weirgate.system import audit

if TYPE_CHECKING:
    from collections.abc import Callable

    from weirgate.ledger.service import LedgerService
    from weirgate.redemptions.schemas import RedemptionCreate, RedemptionUpdate
    from weirgate.store import UnitOfWork
    from weirgate.store.crypto import Sealer
    from weirgate.web.auth import Caller
    from weirgate.web.paging import Page


class RedemptionService:
    """Codes for administrators, and their claim for users."""

    def __init__(
        self,
        ledger: LedgerService,
        sealer: Sealer,
        key_hash: Callable[[str], str],
        now_ms: Callable[[], int],
    ) -> None:
        """Takes `key_hash`: the keyed hash of a code's text."""
        self._ledger = ledger
        self._sealer = sealer
        self._key_hash = key_hash
        self._now_ms = now_ms

    async def page(
        self, uow: UnitOfWork, keyword: str, page: Page
    ) -> tuple[list[RedemptionOut], int]:
        """Returns one page of codes, newest first, and the total."""
        repository = RedemptionRepository(uow.session)
        rows, total = await repository.page(keyword, page.offset, page.limit)
        return [self._shown(row) for row in rows], total

    async def get(self, uow: UnitOfWork, redemption_id: int) -> RedemptionOut:
        """Returns one code.

        Raises:
            NotFoundError: there is none.
        """
        return self._shown(await _existing(uow, redemption_id))

    async def create(self, uow: UnitOfWork, caller: Caller, form: RedemptionCreate) -> list[str]:
        """Makes codes and returns their texts.

        Raises:
            InvalidInputError: a field is out of its limits.
        """
        now_s = self._now_s()
        rules.check_name(form.name)
        rules.check_count(form.count)
        rules.check_quota(form.quota)
        rules.check_end(form.expired_time, now_s)
        texts = [rules.new_code() for _ in range(form.count)]
        codes = [
            Redemption(
                user_id=caller.user_id,
                key_hash=self._key_hash(text),
                name=form.name,
                quota=form.quota,
                created_time=now_s,
                expired_time=form.expired_time,
            )
            for text in texts
        ]
        repository = RedemptionRepository(uow.session)
        await repository.add(codes)
        for code, text in zip(codes, texts, strict=True):
            sealed = self._sealer.seal(text, _binding(code.id))
            await repository.write(code.id, {"key_encrypted": sealed})
        note = f"{form.count} redemption codes of {form.quota} made, from id {codes[0].id}"
        audit.log(uow, audit.MANAGE, caller.user_id, caller.username, note)
        return texts

    async def update(
        self, uow: UnitOfWork, caller: Caller, form: RedemptionUpdate
    ) -> RedemptionOut:
        """Changes name, amount and end of a code that was not used.

        Raises:
            NotFoundError: there is none.
            RefusedError: it was used.
            InvalidInputError: a field is out of its limits.
        """
        rules.check_name(form.name)
        rules.check_quota(form.quota)
        row = await _existing(uow, form.id, lock=True)
        rules.check_unused(row.status)
        if form.expired_time != row.expired_time:
            rules.check_end(form.expired_time, self._now_s())
        values = {"name": form.name, "quota": form.quota, "expired_time": form.expired_time}
        await RedemptionRepository(uow.session).write(row.id, values)
        note = f"redemption code {row.id} changed: quota {form.quota}"
        audit.log(uow, audit.MANAGE, caller.user_id, caller.username, note)
        return self._shown(row)

    async def set_status(
        self, uow: UnitOfWork, caller: Caller, form: RedemptionUpdate
    ) -> RedemptionOut:
        """Enables or disables a code that was not used.

        Raises:
            NotFoundError: there is none.
            RefusedError: it was used.
        """
        row = await _existing(uow, form.id, lock=True)
        rules.check_status(row.status, form.status)
        await RedemptionRepository(uow.session).write(row.id, {"status": form.status})
        note = f"redemption code {row.id} set to status {form.status}"
        audit.log(uow, audit.MANAGE, caller.user_id, caller.username, note)
        return self._shown(row)

    async def delete(self, uow: UnitOfWork, caller: Caller, redemption_id: int) -> None:
        """Deletes a code softly.

        Raises:
            NotFoundError: there is none.
        """
        row = await _existing(uow, redemption_id, lock=True)
        await RedemptionRepository(uow.session).write(row.id, {"deleted_at": self._now_s()})
        note = f"redemption code {row.id} deleted"
        audit.log(uow, audit.MANAGE, caller.user_id, caller.username, note)

    async def delete_invalid(self, uow: UnitOfWork, caller: Caller) -> int:
        """Deletes used, disabled and expired codes softly and returns how many."""
        count = await RedemptionRepository(uow.session).delete_invalid(self._now_s())
        note = f"{count} redemption codes that were used, disabled or expired deleted"
        audit.log(uow, audit.MANAGE, caller.user_id, caller.username, note)
        return count

    async def redeem(self, uow: UnitOfWork, caller: Caller, text: str) -> int:
        """Claims a code for the caller and returns what it gave, in quota units.

        A wrong guess only reads; the writing transaction begins once there is a code to claim.

        Raises:
            RefusedError: there is no such code, or it is disabled, used or over.
        """
        now_s = self._now_s()
        found = await RedemptionRepository(uow.session).find(self._key_hash(text.strip()))
        if found is None:
            raise RefusedError(rules.UNKNOWN_CODE)
        refusal = rules.refusal_of(found.status, found.expired_time, now_s)
        if refusal is not None:
            raise RefusedError(refusal)
        await uow.begin_write()
        await self._ledger.lock(uow)
        claimed = await RedemptionRepository(uow.session).claim(found.id, caller.user_id, now_s)
        if claimed is None:
            raise RefusedError(rules.USED_CODE)
        credit = Credit(
            user_id=caller.user_id,
            kind="redemption",
            idempotency_key=f"redemption:{claimed.id}",
            wallet_delta=claimed.quota,
        )
        await self._ledger.credit(uow, credit)
        note = f"通过兑换码充值 {claimed.quota}，兑换码ID {claimed.id}"
        audit.log(uow, audit.TOP_UP, caller.user_id, caller.username, note, quota=claimed.quota)
        return claimed.quota

    def _now_s(self) -> int:
        return self._now_ms() // 1000

    def _shown(self, row: Redemption) -> RedemptionOut:
        return RedemptionOut(
            id=row.id,
            user_id=row.user_id,
            key=self._sealer.open(row.key_encrypted, _binding(row.id)),
            status=row.status,
            name=row.name,
            quota=row.quota,
            created_time=row.created_time,
            redeemed_time=row.redeemed_time,
            used_user_id=row.used_user_id,
            expired_time=row.expired_time,
        )


async def _existing(uow: UnitOfWork, redemption_id: int, *, lock: bool = False) -> Redemption:
    row = await RedemptionRepository(uow.session).get(redemption_id, lock=lock)
    if row is None:
        raise NotFoundError
    return row


def _binding(redemption_id: int) -> str:
    return f"redemption:{redemption_id}"
