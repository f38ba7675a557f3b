"""Every query of registration: codes by purpose and address, accounts by address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from weirgate.errors import ConflictError
from weirgate.store.tables import EmailCode, User

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncSession


class RegistrationRepository:
    """Registration's queries over one session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def address_taken(self, address: str, *, by_other_than: int = 0) -> bool:
        """Tells whether another account has the address, deleted ones included."""
        query = select(User.id).where(User.email == address, User.id != by_other_than)
        return (await self._session.execute(query.limit(1))).first() is not None

    async def by_address(self, address: str) -> Sequence[User]:
        """Returns the accounts with this address that are not deleted."""
        query = select(User).where(User.email == address, User.deleted_at.is_(None))
        return (await self._session.execute(query.order_by(User.id).limit(10))).scalars().all()

    async def replace_code(self, code: EmailCode, now_ms: int) -> None:
        """Writes a code in place of the address's older one; codes that are over go with it.

        Raises:
            ConflictError: another code for the address was written meanwhile.
        """
        await self.drop_code(code.purpose, code.address)
        await self._session.execute(delete(EmailCode).where(EmailCode.expires_at_ms <= now_ms))
        self._session.add(code)
        try:
            await self._session.flush()
        except IntegrityError as error:
            raise ConflictError from error

    async def code(self, purpose: str, address: str) -> EmailCode | None:
        """Returns the newest code of an address, locked."""
        query = (
            select(EmailCode)
            .where(EmailCode.purpose == purpose, EmailCode.address == address)
            .with_for_update()
        )
        return (await self._session.execute(query)).scalar_one_or_none()

    async def drop_code(self, purpose: str, address: str) -> None:
        """Removes the code of an address."""
        await self._session.execute(
            delete(EmailCode).where(EmailCode.purpose == purpose, EmailCode.address == address)
        )

    async def write(self, user_id: int, values: dict[str, Any]) -> None:
        """Writes columns of one account; the balance is not among them."""
        await self._session.execute(update(User).where(User.id == user_id).values(values))
