"""Pure rules of sign-in through others: states, PKCE, authorise addresses, Telegram's signature."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from weirgate.accounts.rules import MAX_NAME

if TYPE_CHECKING:
    from collections.abc import Mapping

    from weirgate.oauth.providers import Addresses, Provider

COOKIE = "oauth"
TELEGRAM_FRESH_S = 600
_CLOCKS_DIFFER_S = 60
_TELEGRAM_FIELDS = 16


def new_state() -> str:
    """Returns a state that nobody guesses."""
    return secrets.token_urlsafe(24)


def new_verifier() -> str:
    """Returns a PKCE verifier (RFC 7636)."""
    return secrets.token_urlsafe(48)


def challenge_of(verifier: str) -> str:
    """Returns the S256 challenge of a verifier."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def authorize_url(
    provider: Provider, addresses: Addresses, client_id: str, redirect_uri: str, state: str,
    verifier: str,
) -> str:  # fmt: skip
    """Returns where the browser is sent, "" when the provider's address is not known."""
    if not addresses.authorize:
        return ""
    query = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "scope": provider.scope,
        "state": state,
        "code_challenge": challenge_of(verifier),
        "code_challenge_method": "S256",
    }
    sent = urlencode({name: value for name, value in query.items() if value})
    separator = "&" if urlsplit(addresses.authorize).query else "?"
    return f"{addresses.authorize}{separator}{sent}"


def shown_name(text: str) -> str:
    """Returns a provider's name of somebody as our accounts may show it."""
    return " ".join(text.split())[:MAX_NAME]


def is_telegrams(fields: Mapping[str, str], bot_token: str, now_s: int) -> bool:
    """Tells whether the bot's owner, Telegram, signed these fields, and lately.

    HMAC-SHA256 under SHA-256 of the bot's token over the sorted `name=value` lines.
    """
    sent = dict(fields)
    given = sent.pop("hash", "")
    # An empty token's key is known to everybody.
    if not bot_token or not given or not sent.get("id") or len(sent) > _TELEGRAM_FIELDS:
        return False
    lines = "\n".join(f"{name}={sent[name]}" for name in sorted(sent))
    key = hashlib.sha256(bot_token.encode()).digest()
    expected = hmac.new(key, lines.encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected.encode(), given.encode()):
        return False
    date = sent.get("auth_date", "")
    if not (date.isascii() and date.isdigit() and len(date) < 12):
        return False
    return -_CLOCKS_DIFFER_S <= now_s - int(date) <= TELEGRAM_FRESH_S
