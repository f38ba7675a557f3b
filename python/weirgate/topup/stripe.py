"""The wire of Stripe: checkout sessions asked for, webhook events that it signs.

Facts of https://docs.stripe.com/webhooks and /api/checkout/sessions, read 2026-11. Decides nothing
about money; the signature must be checked before an event is read.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from weirgate.topup import rules

if TYPE_CHECKING:
    from weirgate.topup.terms import StripeTerms

REPLAY_WINDOW_S = 300
COMPLETED = ("checkout.session.completed", "checkout.session.async_payment_succeeded")
EXPIRED = "checkout.session.expired"
FAILED = "checkout.session.async_payment_failed"
_SESSIONS_PATH = "/v1/checkout/sessions"
_PAID = ("paid", "no_payment_required")
_MAX_SIGNATURES = 16


class Session(BaseModel):
    """The parts of a checkout session that we look at; amounts in hundredths."""

    model_config = ConfigDict(extra="ignore", strict=True)

    id: str = Field(min_length=1, max_length=255)
    url: str | None = Field(None, max_length=8192)
    client_reference_id: str | None = Field(None, max_length=255)
    status: str | None = None
    payment_status: str | None = None
    currency: str | None = Field(None, max_length=8)
    amount_subtotal: int | None = None
    amount_total: int | None = None
    customer: str | None = None

    @property
    def is_paid(self) -> bool:
        """Whether the money is there, or none is due."""
        return self.status == "complete" and self.payment_status in _PAID


class _EventObject(BaseModel):
    model_config = ConfigDict(extra="ignore")

    object: dict[str, Any]


class _Event(BaseModel):
    model_config = ConfigDict(extra="ignore")

    type: str
    data: _EventObject


class Request(BaseModel):
    """What a checkout session is asked for."""

    reference: str
    units: int
    success_url: str
    cancel_url: str
    customer: str
    email: str


def is_signed(header: str, body: bytes, secret: str, now_s: int) -> bool:
    """Says whether one of the header's `v1` signatures is ours, and not older than the window."""
    stamp, given = "", []
    for part in header.split(",")[: _MAX_SIGNATURES + 1]:
        name, _, value = part.strip().partition("=")
        if name == "t":
            stamp = value
        elif name == "v1":
            given.append(value)
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
        return False
    if abs(now_s - int(stamp)) > REPLAY_WINDOW_S:
        return False
    signed = stamp.encode() + b"." + body
    expected = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest().encode()
    return any(hmac.compare_digest(expected, value.encode()) for value in given)


def event(body: bytes) -> tuple[str, Session | None] | None:
    """Returns an event's type, and its session when it is of a checkout; None: no event."""
    try:
        read = _Event.model_validate_json(body)
        if not read.type.startswith("checkout.session."):
            return read.type, None
        return read.type, Session.model_validate(read.data.object)
    except ValidationError:
        return None


def session(document: Any) -> Session | None:
    """Reads the answer to a request for a session; None when it cannot be paid at."""
    try:
        made = Session.model_validate(document)
    except ValidationError:
        return None
    is_whole = made.url and made.currency and (made.amount_total or 0) > 0
    return made if is_whole and made.amount_subtotal == made.amount_total else None


def form(wanted: Request, terms: StripeTerms) -> bytes:
    """Returns the body that asks for a session."""
    fields = {
        "mode": "payment",
        "line_items[0][price]": terms.price_id,
        "line_items[0][quantity]": str(wanted.units),
        "client_reference_id": wanted.reference,
        "success_url": wanted.success_url,
        "cancel_url": wanted.cancel_url,
        "allow_promotion_codes": "true" if terms.allows_promotions else "false",
    }
    if wanted.customer:
        fields["customer"] = wanted.customer
    else:
        fields["customer_creation"] = "always"
        if wanted.email:
            fields["customer_email"] = wanted.email
    return urlencode(fields).encode()


def headers(terms: StripeTerms, reference: str) -> dict[str, str]:
    """Returns the headers of that request; a repeat of it makes no second session."""
    return {
        "authorization": f"Bearer {terms.secret}",
        "content-type": "application/x-www-form-urlencoded",
        "idempotency-key": reference,
    }


def sessions_url(terms: StripeTerms) -> str:
    """Returns where sessions are asked for."""
    return terms.api + _SESSIONS_PATH


def payment(paid: Session) -> rules.Payment:
    """Returns what a session states."""
    return rules.Payment(
        provider=rules.STRIPE,
        trade_no=paid.client_reference_id or "",
        paid_minor=paid.amount_total,
        listed_minor=paid.amount_subtotal if paid.amount_subtotal is not None else -1,
        currency=(paid.currency or "").lower(),
        provider_ref=paid.id,
    )
