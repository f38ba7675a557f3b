"""Wire models of top-ups (management contract §7.3, §7.4).

Calls that pay answer `{message, data}` without `success`, as the family does.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from weirgate.system.wire import FamilyBody, FamilyQuery, Int64
from weirgate.web.paging import PageQuery


class TopUpInfo(BaseModel):
    """What the top-up page asks first."""

    enable_online_topup: bool = Field(description="epay is set up.")
    enable_stripe_topup: bool = Field(description="Stripe is set up.")
    enable_creem_topup: bool = Field(default=False, description="Always false.")
    creem_products: str = Field("[]", description="JSON in a string.")
    pay_methods: list[dict[str, Any]] = Field(description="name, type, color, min_topup.")
    min_topup: int
    stripe_min_topup: int
    amount_options: list[Any] = Field(description="Offered amounts.")
    discount: dict[str, Any] = Field(description="Discount of an amount.")
    topup_link: str = Field(description="Where else quota is sold.")
    enable_redemption: bool = Field(default=True, description="Codes can be claimed.")


class AmountIn(FamilyBody):
    """An amount to price: US dollars, or quota units where these are shown."""

    amount: Int64


class PayIn(FamilyBody):
    """An amount to buy by epay."""

    amount: Int64
    payment_method: str = Field("", max_length=50, description="Type of an offered method.")


class StripePayIn(PayIn):
    """An amount to buy by Stripe."""

    success_url: str = Field("", max_length=2048, description="On this server's host.")
    cancel_url: str = Field("", max_length=2048, description="On this server's host.")


class PriceOut(BaseModel):
    """What an amount costs."""

    message: Literal["success"] = "success"
    data: str = Field(description="Two decimals, in the shop's currency.")


class EpayOut(BaseModel):
    """The signed form, and where the browser posts it."""

    message: Literal["success"] = "success"
    data: dict[str, str]
    url: str


class PayLink(BaseModel):
    """Where the browser pays."""

    pay_link: str


class StripeOut(BaseModel):
    """Answer of a started checkout."""

    message: Literal["success"] = "success"
    data: PayLink


class Notice(BaseModel):
    """A notification of epay: every field counts for its signature."""

    model_config = ConfigDict(extra="allow")


class OrderQuery(FamilyQuery, PageQuery):
    """Filter of orders."""

    keyword: str = Field("", max_length=191, description="Part of the order's number.")


class OrderOut(BaseModel):
    """One order."""

    id: int
    user_id: int
    amount: int = Field(description="US dollars of quota.")
    money: float = Field(description="What was to be paid, in the shop's currency.")
    trade_no: str
    payment_method: str
    payment_provider: str = Field(description="epay or stripe.")
    create_time: int = Field(description="Unix seconds.")
    complete_time: int = Field(description="Unix seconds; 0: not ended.")
    status: str = Field(description="pending, success, failed or expired.")


class CompleteIn(FamilyBody):
    """An order to complete by hand."""

    trade_no: str = Field("", max_length=191)


class CreditIn(FamilyBody):
    """Quota that an administrator gives."""

    user_id: Int64
    quota: Int64 = Field(0, description="Quota units, more than 0.")
    remark: str = Field("", max_length=255)
