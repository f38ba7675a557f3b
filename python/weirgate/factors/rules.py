"""Pure rules of second factors: one-time passwords, backup codes, their forms."""

from __future__ import annotations

import hmac
import secrets
import string

import pyotp

PERIOD_S = 30
DIGITS = 6
MAX_FAILED = 5
LOCK_MS = 300_000
BACKUP_CODES = 4
_WINDOW = 1
"""Steps before and after the present one that still count: clocks differ."""

_BACKUP_ALPHABET = string.ascii_uppercase + string.digits
_BACKUP_PART = 4


def new_secret() -> str:
    """Returns a TOTP secret: 32 characters of base32, 160 bits."""
    return pyotp.random_base32(32)


def new_backup_codes() -> list[str]:
    """Returns four codes of the form XXXX-XXXX."""
    return [f"{_part()}-{_part()}" for _ in range(BACKUP_CODES)]


def _part() -> str:
    return "".join(secrets.choice(_BACKUP_ALPHABET) for _ in range(_BACKUP_PART))


def provisioning_uri(secret: str, username: str, system_name: str) -> str:
    """Returns the otpauth address that authenticator apps read from a picture."""
    totp = pyotp.TOTP(secret, digits=DIGITS, interval=PERIOD_S)
    return totp.provisioning_uri(name=f"{username} ({system_name})", issuer_name=system_name)


def is_totp(code: str) -> bool:
    """Tells whether a code has the form of a one-time password; else it is a backup code."""
    return len(code) == DIGITS and code.isascii() and code.isdigit()


def matching_step(secret: str, code: str, now_ms: int, last_step: int) -> int | None:
    """Returns the time step that the code belongs to, None when it fits none or a used one."""
    present = now_ms // (PERIOD_S * 1000)
    totp = pyotp.TOTP(secret, digits=DIGITS, interval=PERIOD_S)
    found = None
    for step in range(present - _WINDOW, present + _WINDOW + 1):
        # Every step is compared, so that time tells nothing.
        is_same = hmac.compare_digest(totp.generate_otp(step), code)
        if is_same and step > last_step:
            found = step
    return found


def normalised(code: str) -> str:
    """Returns a code without blanks and hyphens, in capitals."""
    return "".join(code.split()).replace("-", "").upper()
