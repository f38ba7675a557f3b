"""Step-up: proving oneself anew before something dangerous, such as reading a channel's key.

A proof is the session's alone, lasts five minutes and serves one act, which takes it with it. Who
comes with an access token has no session and so no step-up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from weirgate.errors import InvalidInputError, RefusedError, Text, VerificationRequiredError
from weirgate.factors.schemas import VerifyOut
from weirgate.system import audit

if TYPE_CHECKING:
    from collections.abc import Callable

    from weirgate.factors.passkeys import PasskeyService
    from weirgate.factors.schemas import VerifyIn
    from weirgate.factors.service import SecondFactorService
    from weirgate.store import UnitOfWork
    from weirgate.web.auth import Caller
    from weirgate.web.sessions import Sessions

LIFETIME_MS = 300_000
PROOF = "step_up"
PASSKEY_PROOF = "passkey_proof_ms"

_NOTHING = Text("用户未启用2FA或Passkey", "neither 2FA nor a passkey is enabled")
_NO_CEREMONY = Text("请先完成 Passkey 验证", "verify with the passkey first")
_NO_SESSION = Text("请先登录控制台", "log in with a browser first")


class StepUp:
    """Takes proofs and spends them."""

    def __init__(
        self,
        sessions: Sessions,
        factors: SecondFactorService,
        passkeys: PasskeyService,
        now_ms: Callable[[], int],
    ) -> None:
        self._sessions = sessions
        self._factors = factors
        self._passkeys = passkeys
        self._now_ms = now_ms

    async def prove(
        self, uow: UnitOfWork, caller: Caller, cookie: str, form: VerifyIn
    ) -> VerifyOut:
        """Keeps a proof in the caller's session.

        Raises:
            InvalidInputError: an unknown method.
            RefusedError: no second factor, no session, or the proof is wrong.
        """
        if caller.via != "session":
            raise RefusedError(_NO_SESSION)
        if not await self.can_prove(uow, caller):
            raise RefusedError(_NOTHING)
        if form.method == "2fa":
            await self._factors.use_code(uow, caller.user_id, form.code)
        elif form.method == "passkey":
            proven_ms = await self._sessions.take(uow, cookie, PASSKEY_PROOF)
            if not isinstance(proven_ms, int) or self._is_over(proven_ms):
                raise RefusedError(_NO_CEREMONY)
        else:
            raise InvalidInputError
        now_ms = self._now_ms()
        proof = {"at_ms": now_ms, "method": form.method, "user_id": caller.user_id}
        await self._sessions.remember(uow, cookie, **{PROOF: proof})
        audit.log(uow, audit.SYSTEM, caller.user_id, caller.username, f"step-up by {form.method}")
        return VerifyOut(verified=True, expires_at=(now_ms + LIFETIME_MS) // 1000)

    async def can_prove(self, uow: UnitOfWork, caller: Caller) -> bool:
        """Tells whether the caller has a second factor or a passkey."""
        if await self._factors.is_enabled(uow, caller.user_id):
            return True
        return await self._passkeys.has_one(uow, caller.user_id)

    async def require(self, uow: UnitOfWork, caller: Caller, cookie: str, act: str) -> None:
        """Spends the proof of the caller's session on one act, which is logged.

        Raises:
            VerificationRequiredError: there is no proof, or it is over or somebody else's.
        """
        proof = None
        if caller.via == "session":
            proof = await self._sessions.take(uow, cookie, PROOF)
        if not isinstance(proof, dict):
            raise VerificationRequiredError
        if proof.get("user_id") != caller.user_id:
            raise VerificationRequiredError("VERIFICATION_INVALID")
        if self._is_over(int(proof["at_ms"])):
            raise VerificationRequiredError("VERIFICATION_EXPIRED")
        note = f"{act} after step-up by {proof['method']}"
        audit.log(uow, audit.MANAGE, caller.user_id, caller.username, note)

    def _is_over(self, at_ms: int) -> bool:
        return not 0 <= self._now_ms() - at_ms < LIFETIME_MS
