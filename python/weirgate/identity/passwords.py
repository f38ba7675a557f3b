"""Password hashes: argon2id for ours, bcrypt read for imported users.

The service hashes through here only. Checking is CPU work of tens of milliseconds, so the
methods are to be called off the event loop. Never log what passes through.
"""

from __future__ import annotations

from dataclasses import dataclass

import bcrypt
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MIN_LENGTH = 8
MAX_LENGTH = 20
"""The family's limits for a new password, in characters."""

MAX_CHECKED_BYTES = 1024
"""Longer input is refused before it is hashed."""

_BCRYPT_PREFIXES = ("$2a$", "$2b$", "$2y$")


@dataclass(frozen=True, slots=True)
class PasswordCheck:
    """The outcome of a check; `needs_rehash` is set for imported or outdated hashes."""

    matches: bool
    needs_rehash: bool


class Passwords:
    """Hashes and checks passwords; costs are given so that tests may be quick."""

    def __init__(
        self, *, time_cost: int = 2, memory_kib: int = 19_456, parallelism: int = 1
    ) -> None:
        self._hasher = PasswordHasher(
            time_cost=time_cost, memory_cost=memory_kib, parallelism=parallelism
        )
        self._decoy = self._hasher.hash("no such user")

    def hash(self, password: str) -> str:
        """Returns a new argon2id hash."""
        return self._hasher.hash(password)

    def check(self, password: str, stored: str) -> PasswordCheck:
        """Checks a password against a stored hash; an empty or unknown hash never matches."""
        if len(password.encode()) > MAX_CHECKED_BYTES:
            return PasswordCheck(matches=False, needs_rehash=False)
        if stored.startswith(_BCRYPT_PREFIXES):
            return PasswordCheck(matches=_bcrypt_matches(password, stored), needs_rehash=True)
        matches = self._argon_matches(password, stored)
        return PasswordCheck(
            matches=matches, needs_rehash=matches and self._hasher.check_needs_rehash(stored)
        )

    def spend_as_if_checked(self, password: str) -> None:
        """Takes as long as a check, for unknown users, so that time tells nothing."""
        self._argon_matches(password[:MAX_CHECKED_BYTES], self._decoy)

    def _argon_matches(self, password: str, stored: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False


def _bcrypt_matches(password: str, stored: str) -> bool:
    try:
        # bcrypt reads 72 bytes; the family's passwords are shorter, but be exact about it.
        return bcrypt.checkpw(password.encode()[:72], stored.encode())
    except ValueError:
        return False
