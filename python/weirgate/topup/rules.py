"""Pure rules of top-ups: prices, limits, and whether a payment is the one that was ordered.

Money is Decimal or integer hundredths; nothing here is a float, reads a clock or knows SQL.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from weirgate.errors import InvalidInputError, RefusedError, Text
from weirgate.ledger.service import MAX_AMOUNT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from weirgate.store.tables import TopUp

PENDING, SUCCESS, FAILED, EXPIRED = "pending", "success", "failed", "expired"
EPAY, STRIPE = "epay", "stripe"
MAX_STRIPE_UNITS = 10_000
_CENT = Decimal("0.01")
_MONEY = re.compile(r"\d{1,15}(\.\d{1,4})?", re.ASCII)

NOT_CONFIGURED = Text("当前管理员未配置支付信息", "the administrator has not set up payments")
NO_SUCH_METHOD = Text("支付方式不存在", "there is no such payment method")
NO_SUCH_CHANNEL = Text("不支持的支付渠道", "this payment channel is not supported")
TOO_CHEAP = Text("充值金额过低", "the amount to pay is too low")
TOO_MUCH = Text("充值数量不能大于 {most}", "the top-up amount must not exceed {most}")
TOO_LITTLE = Text("充值数量不能小于 {least}", "the top-up amount must be at least {least}")
NOT_TRUSTED = Text(
    "支付重定向URL不在可信任域名列表中", "the redirect address is not on this server's host"
)
NOT_STARTED = Text("拉起支付失败", "the payment could not be started")
NO_SUCH_ORDER = Text("充值订单不存在", "there is no such order")
NOT_PENDING = Text("充值订单状态错误", "the order is not pending")


@dataclass(frozen=True, slots=True)
class Purchase:
    """What somebody wants to buy: as asked for, in US dollars, and in quota units."""

    asked: int
    dollars: Decimal
    quota: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """What multiplies the price of one dollar of quota: the user's group, and the discount."""

    group: Decimal = Decimal(1)
    discount: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """A payment as its provider states it; amounts are hundredths of the currency.

    `listed_minor` is the price before promotion codes, None where the provider has none.
    """

    provider: str
    trade_no: str
    paid_minor: int | None
    currency: str = ""
    listed_minor: int | None = None
    provider_ref: str = ""
    payment_method: str = ""


def purchase(amount: int, *, in_tokens: bool, quota_per_unit: int) -> Purchase:
    """Returns what `amount` buys: dollars of quota, or quota itself where that is shown.

    Raises:
        InvalidInputError: not positive.
        RefusedError: more than a wallet can be given at once.
    """
    if amount <= 0:
        raise InvalidInputError
    most = MAX_AMOUNT if in_tokens else MAX_AMOUNT // quota_per_unit
    if amount > most:
        raise RefusedError(TOO_MUCH.format(most=most))
    if in_tokens:
        return Purchase(amount, Decimal(amount) / quota_per_unit, amount)
    return Purchase(amount, Decimal(amount), amount * quota_per_unit)


def check_least(asked: int, least: int) -> None:
    """Checks the smallest top-up."""
    if asked < least:
        raise RefusedError(TOO_LITTLE.format(least=least))


def price(dollars: Decimal, unit_price: Decimal, rates: Rates) -> Decimal:
    """Returns what is to be paid, two decimals, half away from zero.

    Raises:
        RefusedError: less than a hundredth.
    """
    exact = dollars * unit_price * rates.group * rates.discount
    money = exact.quantize(_CENT, rounding=ROUND_HALF_UP)
    if money < _CENT:
        raise RefusedError(TOO_CHEAP)
    return money


def rate_of(table: Mapping[str, Decimal], name: str) -> Decimal:
    """Returns a ratio or discount; what is missing or not positive is 1, as in the family."""
    found = table.get(name, Decimal(1))
    return found if found > 0 else Decimal(1)


def minor(text: str) -> int | None:
    """Returns a decimal amount in whole hundredths; None when it is not exactly that."""
    if not _MONEY.fullmatch(text):
        return None
    hundredths = Decimal(text) * 100
    whole = int(hundredths)
    return whole if whole == hundredths else None


def mismatch(order: TopUp | None, payment: Payment, *, allows_promotions: bool) -> str:
    """Says in what a payment is not the ordered one; empty when it is."""
    if order is None:
        return "no such order"
    if order.provider != payment.provider:
        return f"the order is for {order.provider}"
    if order.provider_ref and order.provider_ref != payment.provider_ref:
        return "another payment session"
    if order.currency != payment.currency:
        return f"currency {payment.currency[:8]} instead of {order.currency}"
    if not _is_due(order.due_minor, payment, allows_promotions=allows_promotions):
        return f"amount {payment.paid_minor} instead of {order.due_minor} hundredths"
    return ""


def _is_due(due_minor: int, payment: Payment, *, allows_promotions: bool) -> bool:
    """A promotion code lowers what is paid, never the listed price."""
    if payment.listed_minor is None:
        return payment.paid_minor == due_minor
    if payment.listed_minor != due_minor or payment.paid_minor is None:
        return False
    if allows_promotions:
        return 0 <= payment.paid_minor <= due_minor
    return payment.paid_minor == due_minor
