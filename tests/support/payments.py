"""Payment providers as tests play them: signed notifications of epay, signed events of Stripe.

The signatures are computed here from the protocols' words, not by the code under test.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

import orjson

EPAY_ID, EPAY_KEY = "1001", "epay-merchant-key"
STRIPE_SECRET, STRIPE_WEBHOOK_SECRET = "sk_test_1", "whsec_1"


def epay_sign(fields: dict[str, str], key: str = EPAY_KEY) -> str:
    """Returns the signature that the protocol prescribes."""
    text = "&".join(
        f"{name}={fields[name]}"
        for name in sorted(fields)
        if name not in {"sign", "sign_type"} and fields[name]
    )
    return hashlib.md5((text + key).encode(), usedforsecurity=False).hexdigest()


def epay_notice(trade_no: str, money: str, **fields: str) -> dict[str, str]:
    """Returns a signed notification of a payment."""
    notice = {
        "pid": EPAY_ID,
        "trade_no": "20260101000001",
        "out_trade_no": trade_no,
        "type": "alipay",
        "name": "TUC10",
        "money": money,
        "trade_status": "TRADE_SUCCESS",
        "param": "",
        **fields,
    }
    return notice | {"sign": epay_sign(notice), "sign_type": "MD5"}


def stripe_session(**fields: Any) -> dict[str, Any]:
    """Returns a checkout session of 80.00 US dollars."""
    return {
        "id": "cs_test_1",
        "object": "checkout.session",
        "url": "https://checkout.stripe.test/c/cs_test_1",
        "status": "open",
        "payment_status": "unpaid",
        "currency": "usd",
        "amount_subtotal": 8000,
        "amount_total": 8000,
        "customer": None,
        **fields,
    }


def stripe_event(kind: str, **fields: Any) -> bytes:
    """Returns the body of an event about a session that is paid unless said otherwise."""
    session = stripe_session(status="complete", payment_status="paid", customer="cus_1") | fields
    return orjson.dumps({"id": "evt_1", "type": kind, "data": {"object": session}})


def stripe_signature(body: bytes, at_s: int, secret: str = STRIPE_WEBHOOK_SECRET) -> str:
    """Returns the header that Stripe would sign this body with at this moment."""
    signed = str(at_s).encode() + b"." + body
    signature = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return f"t={at_s},v1={signature},v0=abc"
