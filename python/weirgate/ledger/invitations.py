"""Invitation rewards: what inviter and invited earn, once an invited user, and its transfer.

The inviter's reward waits in `aff_quota`, which is no wallet: only a transfer brings it into the
ledger. Called by registration and by the transfer call in their own transactions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from weirgate.errors import InvalidInputError, NotFoundError, RefusedError, Text
from weirgate.ledger.repository import LedgerRepository
from weirgate.ledger.service import MAX_AMOUNT, Credit, unique_key

if TYPE_CHECKING:
    from weirgate.ledger.service import LedgerService
    from weirgate.store import UnitOfWork

_NOT_ENOUGH = Text("邀请额度不足！", "the invitation reward is less than that")


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """Who invited whom, and what each earns in quota units; 0 earns nothing but is counted."""

    inviter_id: int
    invitee_id: int
    to_inviter: int
    to_invitee: int


class InvitationLedger:
    """Books rewards of invitations."""

    def __init__(self, ledger: LedgerService) -> None:
        self._ledger = ledger

    async def reward(self, uow: UnitOfWork, invitation: Invitation) -> bool:
        """Rewards both sides once an invited user; returns False when that was done before.

        Raises:
            NotFoundError: there is no such inviter or invited user.
            InvalidInputError: an amount is negative or too large.
        """
        amounts = (invitation.to_inviter, invitation.to_invitee)
        if min(amounts) < 0 or max(amounts) > MAX_AMOUNT:
            raise InvalidInputError
        repository = LedgerRepository(uow.session)
        await repository.lock_counter()
        known_as = f"invitee:{invitation.invitee_id}"
        if await repository.find(known_as) is not None:
            return False
        # The drain locks users in id order without the counter.
        await repository.lock_wallets((invitation.inviter_id, invitation.invitee_id))
        credit = Credit(
            user_id=invitation.invitee_id,
            kind="invitee",
            idempotency_key=known_as,
            wallet_delta=invitation.to_invitee,
            note=f"invited by user {invitation.inviter_id}",
        )
        await self._ledger.credit(uow, credit)
        if not await repository.reward_inviter(invitation.inviter_id, invitation.to_inviter):
            raise NotFoundError
        return True

    async def transfer(self, uow: UnitOfWork, user_id: int, quota: int) -> None:
        """Moves a reward into the user's wallet; two at once never move more than there is.

        Raises:
            InvalidInputError: the amount is not positive, or too large.
            RefusedError: the user's reward is less.
        """
        if not 0 < quota <= MAX_AMOUNT:
            raise InvalidInputError
        await self._ledger.lock(uow)
        if not await LedgerRepository(uow.session).take_reward(user_id, quota):
            raise RefusedError(_NOT_ENOUGH)
        credit = Credit(
            user_id=user_id,
            kind="aff_transfer",
            idempotency_key=unique_key("aff_transfer"),
            wallet_delta=quota,
        )
        await self._ledger.credit(uow, credit)
