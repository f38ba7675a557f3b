"""The wire of epay: signed forms out, signed notifications in.

The protocol prescribes MD5 over the sorted fields with the merchant key appended; an empty key
would let anybody sign, so callers never come here without one (`terms`).
"""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

from weirgate.topup import rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from weirgate.store.tables import TopUp
    from weirgate.topup.terms import EpayTerms

PAID = "TRADE_SUCCESS"
NOTIFY_PATH = "/api/user/epay/notify"
RETURN_PATH = "/console/log"
_UNSIGNED = ("sign", "sign_type")
_MAX_TEXT = 255


def signature(fields: Mapping[str, str], key: str) -> str:
    """Returns the signature of fields: empty ones and the signature itself are left out."""
    signed = sorted(
        (name, value) for name, value in fields.items() if value and name not in _UNSIGNED
    )
    text = "&".join(f"{name}={value}" for name, value in signed) + key
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def is_signed(fields: Mapping[str, str], key: str) -> bool:
    """Says whether a notification bears the merchant's signature."""
    given = fields.get("sign", "").strip().lower()
    return hmac.compare_digest(signature(fields, key).encode(), given.encode())


def form(order: TopUp, terms: EpayTerms, site: str) -> dict[str, str]:
    """Returns the signed form that the browser posts to `submit.php`."""
    fields = {
        "pid": terms.merchant,
        "type": order.payment_method,
        "out_trade_no": order.trade_no,
        "notify_url": terms.callback + NOTIFY_PATH,
        "return_url": site + RETURN_PATH,
        "name": f"TUC{order.amount}",
        "money": order.money,
        "device": "pc",
    }
    return fields | {"sign": signature(fields, terms.key), "sign_type": "MD5"}


def payment(fields: Mapping[str, str], merchant: str) -> rules.Payment:
    """Returns what a signed notification states; another merchant's has no amount."""
    is_ours = hmac.compare_digest(fields.get("pid", "").encode(), merchant.encode())
    return rules.Payment(
        provider=rules.EPAY,
        trade_no=fields.get("out_trade_no", "")[:_MAX_TEXT],
        paid_minor=rules.minor(fields.get("money", "")) if is_ours else None,
    )
