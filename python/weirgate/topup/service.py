"""What users can buy, and the orders that they start.

Every price is computed here from the options; what a client sends is an amount and a method. An
order is in the database before its user learns where to pay.
"""

from __future__ import annotations

import secrets
import string
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from weirgate.errors import MalformedBodyError, NotFoundError, RefusedError
from weirgate.store.tables import TopUp
from weirgate.tasks.upstream import UpstreamError
from weirgate.topup import epay, rules, stripe
from weirgate.topup.repository import Payer, TopUpRepository
from weirgate.topup.schemas import EpayOut, OrderOut, TopUpInfo
from weirgate.topup.terms import Terms

if TYPE_CHECKING:
    from collections.abc import Callable

    from weirgate.store import UnitOfWork
    from weirgate.system.service import OptionService
    from weirgate.tasks.upstream import Exchange
    from weirgate.topup.schemas import PayIn, StripePayIn
    from weirgate.topup.terms import StripeTerms
    from weirgate.web.auth import Caller
    from weirgate.web.paging import Page

_ALPHABET = string.ascii_letters + string.digits
_CANCEL_PATH = "/console/topup"


class TopUpService:
    """Prices, payment methods and orders."""

    def __init__(
        self, options: OptionService, exchange: Exchange, now_ms: Callable[[], int]
    ) -> None:
        """Takes the way to Stripe's API."""
        self._options = options
        self._exchange = exchange
        self._now_ms = now_ms

    async def info(self, uow: UnitOfWork) -> TopUpInfo:
        """Returns what the top-up page offers."""
        values = await self._options.values(uow)
        terms = Terms(values)
        return TopUpInfo(
            enable_online_topup=terms.epay() is not None,
            enable_stripe_topup=terms.stripe() is not None,
            pay_methods=terms.methods(),
            min_topup=values.integer("MinTopUp"),
            stripe_min_topup=values.integer("StripeMinTopUp"),
            amount_options=values.array("payment_setting.amount_options"),
            discount=values.object("payment_setting.amount_discount"),
            topup_link=values.text("TopUpLink"),
        )

    async def price(self, uow: UnitOfWork, caller: Caller, amount: int) -> str:
        """Returns what an amount costs by epay.

        Raises:
            RefusedError: it is below the minimum, too large, or costs nothing.
        """
        terms = await self._terms(uow)
        rules.check_least(amount, terms.least("MinTopUp"))
        return terms.price("Price", terms.purchase(amount), caller.group)

    async def stripe_price(self, uow: UnitOfWork, caller: Caller, amount: int) -> str:
        """Returns what an amount costs by Stripe; raises as `price` does."""
        terms = await self._terms(uow)
        rules.check_least(amount, terms.least("StripeMinTopUp"))
        return terms.price("StripeUnitPrice", terms.purchase(amount), caller.group)

    async def pay(self, uow: UnitOfWork, caller: Caller, form: PayIn) -> EpayOut:
        """Starts an order and returns the form that takes the browser to epay.

        Raises:
            RefusedError: epay is off, the method is not offered, or the amount is refused.
        """
        terms = await self._terms(uow)
        rules.check_least(form.amount, terms.least("MinTopUp"))
        bought = terms.purchase(form.amount)
        money = terms.price("Price", bought, caller.group)
        at_epay = terms.epay()
        if at_epay is None:
            raise RefusedError(rules.NOT_CONFIGURED)
        least = terms.method_least(form.payment_method)
        if least is None:
            raise RefusedError(rules.NO_SUCH_METHOD)
        if bought.dollars < least:
            raise RefusedError(rules.TOO_LITTLE.format(least=least))
        await uow.begin_write()
        order = self._order(caller, bought, money)
        order.provider = rules.EPAY
        order.payment_method = form.payment_method
        order.due_minor = rules.minor(money) or 0
        await TopUpRepository(uow.session).add(order)
        fields = epay.form(order, at_epay, terms.site)
        return EpayOut(data=fields, url=f"{at_epay.address}/submit.php")

    async def pay_by_stripe(self, uow: UnitOfWork, caller: Caller, form: StripePayIn) -> str:
        """Starts an order and returns where the browser pays it.

        Raises:
            RefusedError: Stripe is off or does not answer, or the amount is refused.
            MalformedBodyError: a redirect address is not on this server's host.
        """
        if form.payment_method != rules.STRIPE:
            raise RefusedError(rules.NO_SUCH_CHANNEL)
        terms = await self._terms(uow)
        at_stripe = terms.stripe()
        if at_stripe is None:
            raise RefusedError(rules.NOT_CONFIGURED)
        bought = _stripe_purchase(terms, form.amount)
        for url in (form.success_url, form.cancel_url):
            _check_trusted(url, terms.site)
        payer = await TopUpRepository(uow.session).payer(caller.user_id)
        if payer is None:
            raise NotFoundError
        rate = terms.rates(payer.group, bought.asked).group
        order = self._order(caller, bought, str((bought.dollars * rate).normalize()))
        order.provider = order.payment_method = rules.STRIPE
        order.quota = int(bought.quota * rate)
        await uow.pause()
        session = await self._session(order, payer, at_stripe, _urls(form, terms.site))
        await uow.begin_write()
        order.provider_ref = session.id
        order.due_minor = session.amount_total or 0
        order.currency = (session.currency or "").lower()
        await TopUpRepository(uow.session).add(order)
        return session.url or ""

    async def orders(
        self, uow: UnitOfWork, user_id: int | None, keyword: str, page: Page
    ) -> tuple[list[OrderOut], int]:
        """Returns one page of a user's orders, or of everybody's, and the total."""
        repository = TopUpRepository(uow.session)
        rows, total = await repository.page(user_id, keyword, page.offset, page.limit)
        return [_shown(row) for row in rows], total

    async def _terms(self, uow: UnitOfWork) -> Terms:
        return Terms(await self._options.values(uow))

    def _order(self, caller: Caller, bought: rules.Purchase, money: str) -> TopUp:
        now_s = self._now_ms() // 1000
        random = "".join(secrets.choice(_ALPHABET) for _ in range(6))
        return TopUp(
            user_id=caller.user_id,
            trade_no=f"USR{caller.user_id}NO{random}{now_s}",
            amount=int(bought.dollars),
            money=money,
            quota=bought.quota,
            create_time=now_s,
        )

    async def _session(
        self, order: TopUp, payer: Payer, terms: StripeTerms, urls: tuple[str, str]
    ) -> stripe.Session:
        wanted = stripe.Request(
            reference=order.trade_no,
            units=order.amount,
            success_url=urls[0],
            cancel_url=urls[1],
            customer=payer.stripe_customer,
            email=payer.email,
        )
        try:
            document: Any = await self._exchange(
                "POST",
                stripe.sessions_url(terms),
                stripe.headers(terms, order.trade_no),
                stripe.form(wanted, terms),
            )
        except UpstreamError as error:
            raise RefusedError(rules.NOT_STARTED) from error
        session = stripe.session(document)
        if session is None:
            raise RefusedError(rules.NOT_STARTED)
        return session


def _stripe_purchase(terms: Terms, amount: int) -> rules.Purchase:
    """Returns what is bought; Stripe sells whole dollars, 1 to 10,000."""
    least, dollar = terms.least("StripeMinTopUp"), terms.quota_per_unit if terms.in_tokens else 1
    if amount < least:
        text = rules.TOO_LITTLE.format(least=least)
        raise RefusedError(text, extra={"message": text.zh, "data": 10})
    most = rules.MAX_STRIPE_UNITS * dollar
    if amount > most:
        text = rules.TOO_MUCH.format(most=most)
        raise RefusedError(text, extra={"message": text.zh, "data": 10})
    bought = terms.purchase(amount)
    if bought.dollars != int(bought.dollars):
        raise RefusedError(rules.TOO_CHEAP)
    return bought


def _check_trusted(url: str, site: str) -> None:
    """Checks that a redirect stays on this server's host."""
    if not url:
        return
    try:
        wanted, own = urlsplit(url), urlsplit(site)
        is_own = (wanted.hostname, wanted.port) == (own.hostname, own.port)
    except ValueError:
        is_own = False
    else:
        is_own = is_own and wanted.scheme in {"http", "https"} and not wanted.username
    if not is_own:
        raise MalformedBodyError(rules.NOT_TRUSTED)


def _urls(form: StripePayIn, site: str) -> tuple[str, str]:
    return form.success_url or site + epay.RETURN_PATH, form.cancel_url or site + _CANCEL_PATH


def _shown(row: TopUp) -> OrderOut:
    return OrderOut(
        id=row.id,
        user_id=row.user_id,
        amount=row.amount,
        money=float(row.money),
        trade_no=row.trade_no,
        payment_method=row.payment_method,
        payment_provider=row.provider,
        create_time=row.create_time,
        complete_time=row.complete_time,
        status=row.status,
    )
