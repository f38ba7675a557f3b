"""Second factors: setting up, using and taking away TOTP and backup codes.

A secret is sealed, a backup code is a keyed hash, a code works once. Five wrong codes in a row lock
the factor for five minutes; wrong tries are counted although the call is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from weirgate.errors import NotFoundError, RefusedError, Text
from weirgate.factors import rules
from weirgate.factors.repository import FactorRepository
from weirgate.factors.schemas import BackupCodesOut, FactorSetup, FactorStats, FactorStatus
from weirgate.store.tables import SecondFactor
from weirgate.system import audit

if TYPE_CHECKING:
    from collections.abc import Callable

    from weirgate.store import UnitOfWork
    from weirgate.store.crypto import KeyedHash, Sealer
    from weirgate.system.service import OptionService
    from weirgate.web.auth import Caller

WRONG_CODE = Text("验证码或备用码错误，请重试", "the code is wrong, please try again")
LOCKED = Text("账户已被锁定，请稍后再试", "too many wrong codes, please try again later")
NOT_ENABLED = Text("用户未启用2FA", "two-factor authentication is not enabled")
ALREADY = Text("用户已启用2FA，请先禁用后重新设置", "two-factor authentication is enabled already")
NOT_SET_UP = Text("请先完成2FA初始化设置", "set two-factor authentication up first")
RANK = Text(
    "无权操作同级或更高级用户的2FA设置",
    "the second factor of users of the same or a higher role cannot be changed",
)


class SecondFactorService:
    """TOTP and backup codes."""

    def __init__(
        self,
        options: OptionService,
        sealer: Sealer,
        keyed_hash: KeyedHash,
        now_ms: Callable[[], int],
    ) -> None:
        self._options = options
        self._sealer = sealer
        self._keyed_hash = keyed_hash
        self._now_ms = now_ms

    async def is_enabled(self, uow: UnitOfWork, user_id: int) -> bool:
        """Tells whether a user's login needs a second step."""
        factor = await FactorRepository(uow.session).factor(user_id)
        return factor is not None and factor.is_enabled

    async def status(self, uow: UnitOfWork, caller: Caller) -> FactorStatus:
        """Returns the state of the caller's second factor."""
        repository = FactorRepository(uow.session)
        factor = await repository.factor(caller.user_id)
        if factor is None or not factor.is_enabled:
            return FactorStatus(enabled=False, locked=False)
        return FactorStatus(
            enabled=True,
            locked=factor.locked_until_ms > self._now_ms(),
            backup_codes_remaining=await repository.count_backup_codes(caller.user_id),
        )

    async def set_up(self, uow: UnitOfWork, caller: Caller) -> FactorSetup:
        """Makes a secret and backup codes; they count once the first code has been given.

        Raises:
            RefusedError: there is an enabled second factor.
        """
        repository = FactorRepository(uow.session)
        present = await repository.factor(caller.user_id, lock=True)
        if present is not None and present.is_enabled:
            raise RefusedError(ALREADY)
        secret, codes = rules.new_secret(), rules.new_backup_codes()
        factor = SecondFactor(
            user_id=caller.user_id,
            secret_encrypted=self._sealer.seal(secret, _row(caller.user_id)),
            created_at_ms=self._now_ms(),
        )
        await repository.replace_factor(factor)
        await repository.replace_backup_codes(caller.user_id, self._hashes(caller.user_id, codes))
        name = (await self._options.values(uow)).text("SystemName")
        uri = rules.provisioning_uri(secret, caller.username, name)
        return FactorSetup(secret=secret, qr_code_data=uri, backup_codes=codes)

    async def enable(self, uow: UnitOfWork, caller: Caller, code: str) -> None:
        """Enables the factor that was set up, by its first one-time password.

        Raises:
            RefusedError: nothing was set up, it is enabled already, or the code is wrong.
        """
        factor = await FactorRepository(uow.session).factor(caller.user_id, lock=True)
        if factor is None:
            raise RefusedError(NOT_SET_UP)
        if factor.is_enabled:
            raise RefusedError(ALREADY)
        await self._use(uow, factor, code, with_backup=False)
        factor.is_enabled = True
        self._note(uow, caller, "two-factor authentication enabled")

    async def disable(self, uow: UnitOfWork, caller: Caller, code: str) -> None:
        """Takes the caller's second factor away.

        Raises:
            RefusedError: there is none, or the code is wrong.
        """
        await self.use_code(uow, caller.user_id, code)
        await FactorRepository(uow.session).drop_factor(caller.user_id)
        self._note(uow, caller, "two-factor authentication disabled")

    async def renew_backup_codes(
        self, uow: UnitOfWork, caller: Caller, code: str
    ) -> BackupCodesOut:
        """Makes new backup codes; the old ones are gone.

        Raises:
            RefusedError: there is no second factor, or the one-time password is wrong.
        """
        await self.use_code(uow, caller.user_id, code, with_backup=False)
        codes = rules.new_backup_codes()
        hashes = self._hashes(caller.user_id, codes)
        await FactorRepository(uow.session).replace_backup_codes(caller.user_id, hashes)
        self._note(uow, caller, "backup codes renewed")
        return BackupCodesOut(backup_codes=codes)

    async def use_code(
        self, uow: UnitOfWork, user_id: int, code: str, *, with_backup: bool = True
    ) -> None:
        """Uses a code of an enabled second factor up; needs a writing unit of work.

        Raises:
            RefusedError: there is no second factor, it is locked, or the code is wrong or used;
                the wrong try stays counted.
        """
        factor = await FactorRepository(uow.session).factor(user_id, lock=True)
        if factor is None or not factor.is_enabled:
            raise RefusedError(NOT_ENABLED)
        await self._use(uow, factor, code, with_backup=with_backup)

    async def stats(self, uow: UnitOfWork) -> FactorStats:
        """Returns how many users have a second factor."""
        users, enabled = await FactorRepository(uow.session).counts()
        rate = 100 * enabled / users if users else 0.0
        return FactorStats(total_users=users, enabled_users=enabled, enabled_rate=f"{rate:.1f}%")

    async def take_away(self, uow: UnitOfWork, caller: Caller, user_id: int) -> None:
        """Takes the second factor of an account below the caller away.

        Raises:
            NotFoundError: no such account.
            RefusedError: it stands at or above the caller, or has no second factor.
        """
        repository = FactorRepository(uow.session)
        user = await repository.user(user_id)
        if user is None:
            raise NotFoundError
        if caller.role <= user.role:
            raise RefusedError(RANK)
        if not await self.is_enabled(uow, user_id):
            raise RefusedError(NOT_ENABLED)
        await repository.drop_factor(user_id)
        note = f"two-factor authentication of user {user_id} disabled"
        audit.log(uow, audit.MANAGE, caller.user_id, caller.username, note)

    async def _use(
        self, uow: UnitOfWork, factor: SecondFactor, code: str, *, with_backup: bool
    ) -> None:
        now_ms = self._now_ms()
        if factor.locked_until_ms > now_ms:
            raise RefusedError(LOCKED)
        text = rules.normalised(code)
        if await self._matches(uow, factor, text, with_backup=with_backup):
            factor.failed_attempts = 0
            return
        factor.failed_attempts += 1
        if factor.failed_attempts >= rules.MAX_FAILED:
            factor.failed_attempts = 0
            factor.locked_until_ms = now_ms + rules.LOCK_MS
        error = RefusedError(WRONG_CODE)
        error.keeps_writes = True
        raise error

    async def _matches(
        self, uow: UnitOfWork, factor: SecondFactor, text: str, *, with_backup: bool
    ) -> bool:
        if rules.is_totp(text):
            secret = self._sealer.open(factor.secret_encrypted, _row(factor.user_id))
            step = rules.matching_step(secret, text, self._now_ms(), factor.last_step)
            if step is not None:
                factor.last_step = step
            return step is not None
        if not with_backup or not text:
            return False
        hashed = self._hash(factor.user_id, text)
        return await FactorRepository(uow.session).use_backup_code(factor.user_id, hashed)

    def _hashes(self, user_id: int, codes: list[str]) -> list[str]:
        return [self._hash(user_id, rules.normalised(code)) for code in codes]

    def _hash(self, user_id: int, text: str) -> str:
        return self._keyed_hash.of(f"backup code:{user_id}", text)

    @staticmethod
    def _note(uow: UnitOfWork, caller: Caller, what: str) -> None:
        audit.log(uow, audit.SYSTEM, caller.user_id, caller.username, what)


def _row(user_id: int) -> str:
    return f"second_factor:{user_id}"
