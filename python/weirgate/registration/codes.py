"""E-mailed codes: each proves one address for one purpose, once, within ten minutes.

Only a keyed hash is kept. Five wrong tries kill a code; they are counted although the call is
refused. Checking happens in the writing transaction that uses the proof.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from weirgate.errors import RefusedError, Text
from weirgate.registration import rules
from weirgate.registration.repository import RegistrationRepository
from weirgate.store.tables import EmailCode

if TYPE_CHECKING:
    from collections.abc import Callable

    from weirgate.store import UnitOfWork
    from weirgate.store.crypto import KeyedHash

WRONG_CODE = Text("验证码错误或已过期", "the verification code is wrong or over")


class EmailCodes:
    """Issues and checks codes."""

    def __init__(self, keyed_hash: KeyedHash, now_ms: Callable[[], int]) -> None:
        self._keyed_hash = keyed_hash
        self._now_ms = now_ms

    async def issue(self, uow: UnitOfWork, purpose: str, address: str, code: str) -> None:
        """Keeps a code that was sent; the address's older one dies."""
        now_ms = self._now_ms()
        row = EmailCode(
            purpose=purpose,
            address=address,
            code_hash=self._hash(purpose, address, code),
            expires_at_ms=now_ms + rules.CODE_MINUTES * 60_000,
        )
        await RegistrationRepository(uow.session).replace_code(row, now_ms)

    async def use(
        self, uow: UnitOfWork, purpose: str, address: str, code: str, wrong: Text = WRONG_CODE
    ) -> None:
        """Uses a code up.

        Raises:
            RefusedError: it is wrong, over, used or dead; the wrong try stays counted.
        """
        repository = RegistrationRepository(uow.session)
        row = await repository.code(purpose, address)
        if row is None or row.expires_at_ms <= self._now_ms():
            raise RefusedError(wrong)
        if row.failed_attempts >= rules.MAX_TRIES:
            raise RefusedError(wrong)
        if not hmac.compare_digest(row.code_hash, self._hash(purpose, address, code)):
            row.failed_attempts += 1
            error = RefusedError(wrong)
            error.keeps_writes = True
            raise error
        await repository.drop_code(purpose, address)

    def _hash(self, purpose: str, address: str, code: str) -> str:
        return self._keyed_hash.of(f"email code:{purpose}:{address}", rules.normalised(code))
