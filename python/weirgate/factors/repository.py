"""Every query of second factors, backup codes and passkeys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError

from weirgate.errors import ConflictError
from weirgate.store.tables import BackupCode, Passkey, SecondFactor, User

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncSession


async def _one_at_a_time(session: AsyncSession, user_id: int) -> None:
    """Lets one transaction after the other change what a user has.

    The user's row is the lock, and the first thing taken: a factor's own row is deleted and
    written anew, so that two transactions may each hold another one of a user's factors.
    """
    lock = select(User.id).where(User.id == user_id).with_for_update(key_share=True)
    await session.execute(lock)


class FactorRepository:
    """Second factors over one session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def user(self, user_id: int) -> User | None:
        """Returns an account that is not deleted."""
        query = select(User).where(User.id == user_id, User.deleted_at.is_(None))
        return (await self._session.execute(query)).scalar_one_or_none()

    async def factor(self, user_id: int, *, lock: bool = False) -> SecondFactor | None:
        """Returns a user's second factor, enabled or being set up; `lock` keeps others out."""
        if lock:
            await _one_at_a_time(self._session, user_id)
        query = select(SecondFactor).where(SecondFactor.user_id == user_id)
        return (await self._session.execute(query)).scalar_one_or_none()

    async def replace_factor(self, factor: SecondFactor) -> None:
        """Writes a second factor in place of the user's older one.

        Raises:
            ConflictError: another was written meanwhile.
        """
        await self.drop_factor(factor.user_id)
        self._session.add(factor)
        try:
            await self._session.flush()
        except IntegrityError as error:
            raise ConflictError from error

    async def drop_factor(self, user_id: int) -> None:
        """Removes a user's second factor and its backup codes."""
        await _one_at_a_time(self._session, user_id)
        await self._session.execute(delete(SecondFactor).where(SecondFactor.user_id == user_id))
        await self._session.execute(delete(BackupCode).where(BackupCode.user_id == user_id))

    async def replace_backup_codes(self, user_id: int, hashes: Sequence[str]) -> None:
        """Writes backup codes in place of the user's older ones."""
        await _one_at_a_time(self._session, user_id)
        await self._session.execute(delete(BackupCode).where(BackupCode.user_id == user_id))
        self._session.add_all(BackupCode(user_id=user_id, code_hash=each) for each in hashes)
        await self._session.flush()

    async def use_backup_code(self, user_id: int, code_hash: str) -> bool:
        """Uses a backup code up; False when there is no such code."""
        used = await self._session.execute(
            delete(BackupCode)
            .where(BackupCode.user_id == user_id, BackupCode.code_hash == code_hash)
            .returning(BackupCode.code_hash)
        )
        return used.scalar_one_or_none() is not None

    async def count_backup_codes(self, user_id: int) -> int:
        """Returns how many backup codes a user has left."""
        query = select(func.count()).select_from(BackupCode).where(BackupCode.user_id == user_id)
        return (await self._session.execute(query)).scalar_one()

    async def counts(self) -> tuple[int, int]:
        """Returns how many users there are and how many have a second factor."""
        users = select(func.count(User.id)).where(User.deleted_at.is_(None))
        enabled = (
            select(func.count(SecondFactor.user_id))
            .join(User, User.id == SecondFactor.user_id)
            .where(SecondFactor.is_enabled, User.deleted_at.is_(None))
        )
        return (
            (await self._session.execute(users)).scalar_one(),
            (await self._session.execute(enabled)).scalar_one(),
        )


class PasskeyRepository:
    """Passkeys over one session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def of_user(self, user_id: int) -> Passkey | None:
        """Returns a user's passkey."""
        query = select(Passkey).where(Passkey.user_id == user_id)
        return (await self._session.execute(query)).scalar_one_or_none()

    async def by_credential(self, credential_id: str) -> Passkey | None:
        """Returns the passkey with this id."""
        query = select(Passkey).where(Passkey.credential_id == credential_id)
        return (await self._session.execute(query)).scalar_one_or_none()

    async def replace(self, passkey: Passkey) -> bool:
        """Writes a passkey in place of the user's older one; False when another has this id."""
        await self.drop(passkey.user_id)
        self._session.add(passkey)
        try:
            await self._session.flush()
        except IntegrityError:
            return False
        return True

    async def drop(self, user_id: int) -> bool:
        """Removes a user's passkey; False when there was none."""
        await _one_at_a_time(self._session, user_id)
        gone = await self._session.execute(
            delete(Passkey).where(Passkey.user_id == user_id).returning(Passkey.id)
        )
        return gone.scalar_one_or_none() is not None

    async def count_use(self, passkey_id: int, before: int, values: dict[str, Any]) -> bool:
        """Writes the new counter; False when another use came between."""
        written = await self._session.execute(
            update(Passkey)
            .where(Passkey.id == passkey_id, Passkey.sign_count == before)
            .values(values)
            .returning(Passkey.id)
            .execution_options(synchronize_session=False)
        )
        return written.scalar_one_or_none() is not None
