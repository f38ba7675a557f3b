"""The one way a payment becomes quota: checked against its order, credited once.

A notification is read and compared without the writer; only a pending order that is paid as ordered
goes on. The order leaves `pending` by a conditional update, and the ledger entry is named after it:
whatever is replayed, raced or sent by two providers, an order pays once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from weirgate.accounts.rules import check_manages
from weirgate.errors import NotFoundError, RefusedError
from weirgate.ledger.service import Credit, unique_key
from weirgate.system import audit
from weirgate.topup import epay, rules, stripe
from weirgate.topup.repository import Payer, TopUpRepository
from weirgate.topup.terms import Terms

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from weirgate.ledger.service import LedgerService
    from weirgate.store import UnitOfWork
    from weirgate.store.tables import TopUp
    from weirgate.system.service import OptionService
    from weirgate.topup.schemas import CreditIn
    from weirgate.web.auth import Caller

_MAX_CUSTOMER = 64


class SettlementService:
    """Takes payments in."""

    def __init__(
        self, ledger: LedgerService, options: OptionService, now_ms: Callable[[], int]
    ) -> None:
        self._ledger = ledger
        self._options = options
        self._now_ms = now_ms

    async def epay_notice(self, uow: UnitOfWork, fields: Mapping[str, str]) -> bool:
        """Takes a notification of epay in; False: it is not signed by it, or epay is off.

        A signed one is acknowledged whatever it says, else the provider would repeat it.
        """
        terms = Terms(await self._options.values(uow)).epay()
        if terms is None or not epay.is_signed(fields, terms.key):
            return False
        if fields.get("trade_status") == epay.PAID:
            await self._settle(uow, epay.payment(fields, terms.merchant))
        return True

    async def stripe_event(self, uow: UnitOfWork, signature: str, body: bytes) -> bool:
        """Takes an event of Stripe in; False: not signed, too old, no event, or Stripe is off."""
        terms = Terms(await self._options.values(uow)).stripe()
        now_s = self._now_ms() // 1000
        if terms is None or not stripe.is_signed(signature, body, terms.webhook_secret, now_s):
            return False
        event = stripe.event(body)
        if event is None:
            return False
        kind, session = event
        if session is None:
            return True
        if kind in stripe.COMPLETED and session.is_paid:
            await self._settle_session(uow, session, promotions=terms.allows_promotions)
        elif kind == stripe.EXPIRED:
            await self._end(uow, session, rules.EXPIRED)
        elif kind == stripe.FAILED:
            await self._end(uow, session, rules.FAILED)
        return True

    async def complete(self, uow: UnitOfWork, caller: Caller, trade_no: str) -> None:
        """Credits a pending order by an administrator's word.

        Raises:
            RefusedError: there is no such order, it is not pending, or its user stands at or above
                the caller.
        """
        repository = TopUpRepository(uow.session)
        order = await repository.find(trade_no)
        payer = None if order is None else await repository.payer_of(order)
        if order is None or payer is None:
            raise RefusedError(rules.NO_SUCH_ORDER)
        check_manages(caller, payer.role)
        if not await self._credit(uow, order):
            raise RefusedError(rules.NOT_PENDING)
        note = f"top-up order {order.trade_no} of user {order.user_id} completed by hand"
        audit.log(uow, audit.MANAGE, caller.user_id, caller.username, note)

    async def credit(self, uow: UnitOfWork, caller: Caller, form: CreditIn) -> None:
        """Credits a user by an administrator's word, without an order.

        Raises:
            NotFoundError: no such user.
            RefusedError: the user stands at or above the caller, or the amount is not positive.
        """
        if form.quota <= 0:
            raise RefusedError(rules.TOO_CHEAP)
        await self._ledger.lock(uow)
        payer = await TopUpRepository(uow.session).payer(form.user_id)
        if payer is None:
            raise NotFoundError
        check_manages(caller, payer.role)
        credit = Credit(
            user_id=payer.user_id,
            kind="admin_edit",
            idempotency_key=unique_key("admin_edit"),
            wallet_delta=form.quota,
            note=f"by user {caller.user_id}",
        )
        await self._ledger.credit(uow, credit)
        note = form.remark or f"通过 API 充值 {form.quota}"
        audit.log(uow, audit.TOP_UP, payer.user_id, payer.username, note, quota=form.quota)
        done = f"user {payer.user_id} credited with {form.quota}"
        audit.log(uow, audit.MANAGE, caller.user_id, caller.username, done)

    async def _settle(
        self, uow: UnitOfWork, payment: rules.Payment, *, promotions: bool = False
    ) -> TopUp | None:
        """Credits the order of a payment; returns it when this call was the one that did."""
        order = await TopUpRepository(uow.session).find(payment.trade_no)
        problem = rules.mismatch(order, payment, allows_promotions=promotions)
        if problem or order is None:
            await self._report(uow, order, payment, problem)
            return None
        if order.status != rules.PENDING:
            return None
        return order if await self._credit(uow, order) else None

    async def _settle_session(
        self, uow: UnitOfWork, session: stripe.Session, *, promotions: bool
    ) -> None:
        order = await self._settle(uow, stripe.payment(session), promotions=promotions)
        customer = session.customer or ""
        if order is not None and 0 < len(customer) <= _MAX_CUSTOMER:
            await TopUpRepository(uow.session).remember_customer(order.user_id, customer)

    async def _credit(self, uow: UnitOfWork, order: TopUp) -> bool:
        """Ends a pending order and credits it; False when another was first."""
        await uow.begin_write()
        await self._ledger.lock(uow)
        repository = TopUpRepository(uow.session)
        if not await repository.end(order.id, rules.SUCCESS, self._now_ms() // 1000):
            return False
        payer = await repository.payer_of(order)
        if payer is None:
            raise NotFoundError
        credit = Credit(
            user_id=order.user_id,
            kind="top_up",
            idempotency_key=f"top_up:{order.id}",
            wallet_delta=order.quota,
            note=order.trade_no,
        )
        await self._ledger.credit(uow, credit)
        _note_top_up(uow, payer, order)
        return True

    async def _end(self, uow: UnitOfWork, session: stripe.Session, status: str) -> None:
        order = await TopUpRepository(uow.session).find(session.client_reference_id or "")
        if order is None or order.provider != rules.STRIPE or order.provider_ref != session.id:
            return
        await uow.begin_write()
        await TopUpRepository(uow.session).end(order.id, status, self._now_ms() // 1000)

    async def _report(
        self, uow: UnitOfWork, order: TopUp | None, payment: rules.Payment, problem: str
    ) -> None:
        """Leaves a row for the administrator: somebody paid what was not ordered."""
        await uow.begin_write()
        user_id = 0 if order is None else order.user_id
        note = f"{payment.provider} payment of order {payment.trade_no[:64]} not credited: "
        audit.log(uow, audit.ERROR, user_id, "", note + problem)


def _note_top_up(uow: UnitOfWork, payer: Payer, order: TopUp) -> None:
    content = f"使用在线充值成功，充值额度: {order.quota}，支付金额：{order.money}"
    audit.log(uow, audit.TOP_UP, payer.user_id, payer.username, content, quota=order.quota)
