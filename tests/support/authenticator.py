"""A passkey in software: answers WebAuthn options as a browser and its authenticator would."""

from __future__ import annotations

import hashlib
import secrets
from base64 import urlsafe_b64encode
from typing import Any

import cbor2
import orjson
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

USER_PRESENT, USER_VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def encoded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


class Authenticator:
    """One ES256 credential with a counter."""

    def __init__(self, origin: str, rp_id: str) -> None:
        self.origin = origin
        self.rp_id = rp_id
        self.counter = 0
        self.credential_id = secrets.token_bytes(32)
        self._key = ec.generate_private_key(ec.SECP256R1())

    def register(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answers `navigator.credentials.create`."""
        public = options["publicKey"]
        attested = self._attested()
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": attested})
        client = self._client_data("webauthn.create", public["challenge"])
        response = {"clientDataJSON": encoded(client), "attestationObject": encoded(attestation)}
        return self._credential(response)

    def sign(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answers `navigator.credentials.get`."""
        self.counter += 1
        data = self._head(USER_PRESENT | USER_VERIFIED)
        client = self._client_data("webauthn.get", options["publicKey"]["challenge"])
        signed = data + hashlib.sha256(client).digest()
        signature = self._key.sign(signed, ec.ECDSA(hashes.SHA256()))
        response = {
            "clientDataJSON": encoded(client),
            "authenticatorData": encoded(data),
            "signature": encoded(signature),
        }
        return self._credential(response)

    def _attested(self) -> bytes:
        numbers = self._key.public_key().public_numbers()
        key = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        head = self._head(USER_PRESENT | USER_VERIFIED | ATTESTED)
        length = len(self.credential_id).to_bytes(2)
        return head + bytes(16) + length + self.credential_id + cbor2.dumps(key)

    def _head(self, flags: int) -> bytes:
        party = hashlib.sha256(self.rp_id.encode()).digest()
        return party + bytes([flags]) + self.counter.to_bytes(4)

    def _client_data(self, kind: str, challenge: str) -> bytes:
        return orjson.dumps({"type": kind, "challenge": challenge, "origin": self.origin})

    def _credential(self, response: dict[str, str]) -> dict[str, Any]:
        text = encoded(self.credential_id)
        return {"id": text, "rawId": text, "type": "public-key", "response": response}
