"""What an e-mail address may look like here; pure.

Narrower than RFC 5322 on purpose: ASCII, no quotes, no comments, no lists, so that what was checked
is exactly one recipient wherever it is written later (envelope, header, database).
"""

from __future__ import annotations

import re

from weirgate.errors import InvalidInputError

MAX_ADDRESS = 254
_MAX_LOCAL = 64
_ADDRESS = re.compile(
    r"(?P<local>[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*)"
    r"@(?P<domain>[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
    r"(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*)",
    re.ASCII,
)


def checked(address: str) -> str:
    """Returns the address without blanks around it.

    Raises:
        InvalidInputError: it is no single plain address.
    """
    text = address.strip()
    found = _ADDRESS.fullmatch(text) if len(text) <= MAX_ADDRESS else None
    if found is None or len(found["local"]) > _MAX_LOCAL:
        raise InvalidInputError
    return text


def parts(address: str) -> tuple[str, str]:
    """Returns local part and lower-case domain of a checked address."""
    local, _, domain = address.rpartition("@")
    return local, domain.lower()
