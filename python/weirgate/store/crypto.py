"""Encryption of secrets at rest: AES-256-GCM, bound to the row that holds them.

The associated data names table and row (`token:7`), so a sealed value copied to another row does
not open. The 32-byte key comes from the settings; nothing here reads files or environment.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from typing_extensions import override

KEY_BYTES = 32
_NONCE_BYTES = 12
_VERSION = b"\x01"


class SealError(Exception):
    """A sealed value does not open: another key, another row, or damage. Holds no secret."""


class Sealer:
    """Seals and opens texts with one key."""

    def __init__(self, key: bytes) -> None:
        """Takes the 32-byte key.

        Raises:
            ValueError: the key has another length.
        """
        if len(key) != KEY_BYTES:
            raise ValueError(f"the encryption key has {len(key)} bytes, not {KEY_BYTES}")
        self._cipher = AESGCM(key)

    @override
    def __repr__(self) -> str:
        return "Sealer(***)"

    def seal(self, text: str, row: str) -> bytes:
        """Returns the sealed text: version, nonce, ciphertext with tag."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return _VERSION + nonce + self._cipher.encrypt(nonce, text.encode(), row.encode())

    def open(self, sealed: bytes, row: str) -> str:
        """Returns the text that was sealed for this row.

        Raises:
            SealError: it does not open.
        """
        if sealed[:1] != _VERSION or len(sealed) <= 1 + _NONCE_BYTES:
            raise SealError(f"the sealed value of {row} has an unknown form")
        nonce = sealed[1 : 1 + _NONCE_BYTES]
        try:
            return self._cipher.decrypt(nonce, sealed[1 + _NONCE_BYTES :], row.encode()).decode()
        except (InvalidTag, UnicodeDecodeError) as error:
            raise SealError(f"the sealed value of {row} does not open with this key") from error


class KeyedHash:
    """Hashes of short secrets (codes): without the key a stolen database cannot be tried out."""

    def __init__(self, key: bytes) -> None:
        """Takes the encryption key; what is hashed with is derived from it."""
        self._key = hmac.digest(key, b"weirgate short codes 1", hashlib.sha256)

    @override
    def __repr__(self) -> str:
        return "KeyedHash(***)"

    def of(self, purpose: str, text: str) -> str:
        """Returns the hash of a text for a purpose, as hex."""
        message = f"{len(purpose)}:{purpose}:{text}".encode()
        return hmac.new(self._key, message, hashlib.sha256).hexdigest()
