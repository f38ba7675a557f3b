"""Invitations: the own code, and moving what they earned into the balance.

The reward waits in `aff_quota`; a transfer takes it from there by a conditional update and books a
ledger entry in the same transaction, so it is paid once however often it is asked for at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from weirgate.accounts.newcomers import free_aff_code
from weirgate.accounts.repository import AccountRepository
from weirgate.errors import NotFoundError, RefusedError, Text
from weirgate.ledger.service import Credit, unique_key
from weirgate.system import audit

if TYPE_CHECKING:
    from weirgate.ledger.service import LedgerService
    from weirgate.store import UnitOfWork
    from weirgate.system.service import OptionService
    from weirgate.web.auth import Caller

TRANSFERRED = Text("划转成功", "transferred")
_TOO_LITTLE = Text("转移额度最小为 {least}", "at least {least} must be transferred")
_TOO_MUCH = Text("邀请额度不足！", "there is not so much to transfer")


class InvitationService:
    """The caller's invitations."""

    def __init__(self, ledger: LedgerService, options: OptionService) -> None:
        self._ledger = ledger
        self._options = options

    async def code(self, uow: UnitOfWork, caller: Caller) -> str:
        """Returns the caller's invitation code, made now when there was none.

        Raises:
            NotFoundError: the account is gone.
        """
        user = await AccountRepository(uow.session).get(caller.user_id)
        if user is not None and user.aff_code:
            return user.aff_code
        await uow.begin_write()
        repository = AccountRepository(uow.session)
        user = await repository.get(caller.user_id, lock=True)
        if user is None:
            raise NotFoundError
        code = user.aff_code or await free_aff_code(repository)
        await repository.write(user.id, {"aff_code": code})
        return code

    async def transfer(self, uow: UnitOfWork, caller: Caller, quota: int) -> None:
        """Moves earned quota into the balance.

        Raises:
            RefusedError: less than one US dollar of quota, or more than there is.
        """
        least = (await self._options.values(uow)).integer("QuotaPerUnit")
        if quota < least:
            raise RefusedError(_TOO_LITTLE.format(least=least))
        await self._ledger.lock(uow)
        if not await AccountRepository(uow.session).take_reward(caller.user_id, quota):
            raise RefusedError(_TOO_MUCH)
        credit = Credit(
            user_id=caller.user_id,
            kind="aff_transfer",
            idempotency_key=unique_key("aff_transfer"),
            wallet_delta=quota,
        )
        await self._ledger.credit(uow, credit)
        words = f"邀请额度划转 {quota}"
        audit.log(uow, audit.SYSTEM, caller.user_id, caller.username, words, quota=quota)
