"""What works once: states, challenges, signed log-ins. Remembered longer than any of them lives."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from weirgate.web.repository import SpentTokenRepository

if TYPE_CHECKING:
    from collections.abc import Callable

    from weirgate.store import UnitOfWork

KEPT_MS = 3_600_000


class SpentTokens:
    """Uses things up."""

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms

    async def is_spent(self, uow: UnitOfWork, purpose: str, token: str) -> bool:
        """Tells whether a token was used up, without using it."""
        return await SpentTokenRepository(uow.session).is_spent(_hash(purpose, token))

    async def spend(self, uow: UnitOfWork, purpose: str, token: str) -> bool:
        """Uses a token up in a writing unit of work; False when it was so before."""
        now_ms = self._now_ms()
        repository = SpentTokenRepository(uow.session)
        await repository.delete_expired(now_ms)
        hashed = _hash(purpose, token)
        if await repository.is_spent(hashed):
            return False
        return await repository.add(hashed, now_ms + KEPT_MS)


def _hash(purpose: str, token: str) -> str:
    return hashlib.sha256(f"{purpose}\n{token}".encode()).hexdigest()
