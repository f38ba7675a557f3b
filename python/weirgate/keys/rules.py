"""Pure rules of API keys: making, showing and checking them.

Called by the key service; takes values and gives values, no SQL, no clock.
"""

from __future__ import annotations

import ipaddress
import secrets
import string

from weirgate.errors import InvalidInputError

KEY_LENGTH = 48
MAX_NAME_BYTES = 50
MAX_KEYS_REVEALED = 100
MAX_ALLOW_IPS = 1000
MAX_QUOTA_DOLLARS = 1_000_000_000

STATUS_ENABLED = 1
STATUS_DISABLED = 2
STATUS_EXPIRED = 3
STATUS_EXHAUSTED = 4
STATUSES = (STATUS_ENABLED, STATUS_DISABLED, STATUS_EXPIRED, STATUS_EXHAUSTED)

NEVER = -1
"""`expired_time` of a key that does not expire."""

_ALPHABET = string.ascii_letters + string.digits


class KeyRuleError(InvalidInputError):
    """An input breaks a rule; the message is for the user."""


def new_key_text() -> str:
    """Returns 48 random alphanumerics, the text behind `sk-`."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(KEY_LENGTH))


def mask_key(text: str) -> str:
    """Returns the masked form that the family shows (management contract §5.1)."""
    if len(text) <= 4:
        return "*" * len(text)
    if len(text) <= 8:
        return f"{text[:2]}****{text[-2:]}"
    return f"{text[:4]}**********{text[-4:]}"


def without_prefix(text: str) -> str:
    """Cuts one leading `sk-`."""
    return text.strip().removeprefix("sk-")


def check_name(name: str) -> None:
    """Checks the length of a key's name, counted in UTF-8 bytes."""
    if len(name.encode()) > MAX_NAME_BYTES:
        raise KeyRuleError("令牌名称过长")


def check_quota(remain_quota: int, quota_per_unit: int) -> None:
    """Checks what a limited key may hold, in quota units."""
    if remain_quota < 0:
        raise KeyRuleError("额度值不能为负数")
    if remain_quota > MAX_QUOTA_DOLLARS * quota_per_unit:
        raise KeyRuleError(f"额度值超出有效范围，最大值为 {MAX_QUOTA_DOLLARS * quota_per_unit}")


def check_allow_ips(text: str | None) -> None:
    """Checks the address list: one address or network a line (commas are accepted too)."""
    entries = allow_ip_list(text)
    if len(entries) > MAX_ALLOW_IPS:
        raise KeyRuleError(f"allow_ips holds more than {MAX_ALLOW_IPS} entries")
    for entry in entries:
        try:
            ipaddress.ip_network(entry, strict=False)
        except ValueError as error:
            raise KeyRuleError(f"allow_ips: not an address or network: {entry[:60]}") from error


def allow_ip_list(text: str | None) -> list[str]:
    """Splits an address list at newlines and commas."""
    lines = (text or "").replace(",", "\n").splitlines()
    return [line.strip() for line in lines if line.strip()]


def model_list(text: str | None) -> list[str]:
    """Splits a model list, drops blanks and repeats."""
    return list(dict.fromkeys(part.strip() for part in (text or "").split(",") if part.strip()))


def search_pattern(text: str) -> str:
    """Turns a search word into a LIKE pattern; the caller's own `%` stay, at most two.

    Raises:
        KeyRuleError: wildcards that would match nearly everything.
    """
    if "%%" in text:
        raise KeyRuleError("搜索模式中不允许包含连续的 % 通配符")
    if text.count("%") > 2:
        raise KeyRuleError("搜索模式中最多允许包含 2 个 % 通配符")
    escaped = text.replace("\\", "\\\\").replace("_", "\\_")
    return escaped if "%" in text else f"%{escaped}%"
