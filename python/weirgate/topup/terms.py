"""The payment options of one moment, typed; a provider without its secrets has no terms.

Ratios become Decimal here; no sum of money is computed in floats.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from weirgate.system.status import server_address
from weirgate.topup import rules

if TYPE_CHECKING:
    from weirgate.system.option_keys import OptionValues

STRIPE_API = "weirgate.stripe_api_base"
_STRIPE_METHOD = {"name": "Stripe", "type": "stripe", "color": "rgba(var(--semi-purple-5), 1)"}


@dataclass(frozen=True, slots=True)
class EpayTerms:
    """Where epay is, and who we are there."""

    address: str
    merchant: str
    key: str = field(repr=False)
    callback: str


@dataclass(frozen=True, slots=True)
class StripeTerms:
    """How Stripe is asked and how it speaks to us."""

    api: str
    secret: str = field(repr=False)
    webhook_secret: str = field(repr=False)
    price_id: str
    allows_promotions: bool


class Terms:
    """Reads the payment options."""

    def __init__(self, values: OptionValues) -> None:
        self._values = values

    @property
    def site(self) -> str:
        """The public address, without a slash at its end."""
        return server_address(self._values).rstrip("/")

    @property
    def in_tokens(self) -> bool:
        """Whether amounts are quota units, because users are shown these."""
        return self._values.text("general_setting.quota_display_type") == "TOKENS"

    @property
    def quota_per_unit(self) -> int:
        """Quota units of one US dollar."""
        return max(self._values.integer("QuotaPerUnit"), 1)

    def epay(self) -> EpayTerms | None:
        """Returns epay's terms; None while address, id or key is missing."""
        address, merchant, key = map(self._values.text, ("PayAddress", "EpayId", "EpayKey"))
        if not (address and merchant and key):
            return None
        callback = self._values.text("CustomCallbackAddress").rstrip("/") or self.site
        return EpayTerms(address.rstrip("/"), merchant, key, callback)

    def stripe(self) -> StripeTerms | None:
        """Returns Stripe's terms; None while a secret or the price is missing."""
        names = ("StripeApiSecret", "StripeWebhookSecret", "StripePriceId")
        secret, webhook_secret, price_id = map(self._values.text, names)
        if not (secret and webhook_secret and price_id):
            return None
        return StripeTerms(
            self._values.text(STRIPE_API).rstrip("/"),
            secret,
            webhook_secret,
            price_id,
            self._values.flag("StripePromotionCodesEnabled"),
        )

    def purchase(self, amount: int) -> rules.Purchase:
        """Returns what an amount buys; see rules.purchase."""
        return rules.purchase(amount, in_tokens=self.in_tokens, quota_per_unit=self.quota_per_unit)

    def least(self, option: str) -> int:
        """Returns a minimum in what users type: dollars, or quota units where those are shown."""
        dollars = max(self._values.integer(option), 1)
        return dollars * self.quota_per_unit if self.in_tokens else dollars

    def rates(self, group: str, asked: int) -> rules.Rates:
        """Returns the ratio of a user's group and the discount of an amount."""
        return rules.Rates(
            group=rules.rate_of(self._decimals("TopupGroupRatio"), group),
            discount=rules.rate_of(self._decimals("payment_setting.amount_discount"), str(asked)),
        )

    def price(self, option: str, bought: rules.Purchase, group: str) -> str:
        """Returns what a purchase costs at the unit price of an option, as decimal text."""
        rates = self.rates(group, bought.asked)
        return str(rules.price(bought.dollars, self._values.decimal(option), rates))

    def methods(self) -> list[dict[str, Any]]:
        """Returns the offered payment methods as users see them."""
        offered = [
            method for method in self._values.array("PayMethods") if isinstance(method, dict)
        ]
        if self.stripe() is not None and not any(m.get("type") == "stripe" for m in offered):
            least = str(self._values.integer("StripeMinTopUp"))
            offered.append({**_STRIPE_METHOD, "min_topup": least})
        return offered

    def method_least(self, method: str) -> int | None:
        """Returns the minimum of an epay method in dollars; None: it is not offered."""
        for offered in self.methods():
            if method and method != rules.STRIPE and offered.get("type") == method:
                text = str(offered.get("min_topup", ""))
                return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0
        return None

    def _decimals(self, option: str) -> dict[str, Decimal]:
        # The shortest text of a number is the one that the administrator wrote.
        return {
            name: Decimal(str(value))
            for name, value in self._values.object(option).items()
            if isinstance(value, int | float) and not isinstance(value, bool)
        }
