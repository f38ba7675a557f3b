"""Every query of sign-in through others: accounts by a provider's id, and binding it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError

from weirgate.store.tables import CustomOAuthProvider, OAuthBinding, User

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncSession


class OAuthRepository:
    """Accounts by provider over one session; `column` is one of `users.PROVIDER_IDS`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def by_provider_id(self, column: str, provider_id: str) -> User | None:
        """Returns the account with this id, a deleted one too."""
        query = select(User).where(getattr(User, column) == provider_id)
        return (await self._session.execute(query)).scalar_one_or_none()

    async def set_provider_id(self, user_id: int, column: str, provider_id: str) -> bool:
        """Writes the id; False when another account has it."""
        statement = update(User).where(User.id == user_id).values({column: provider_id})
        try:
            await self._session.execute(statement.execution_options(synchronize_session=False))
        except IntegrityError:
            return False
        return True

    async def by_binding(self, custom_id: int, provider_id: str) -> User | None:
        """Returns the account with this id at a provider that root has added, a deleted one too."""
        query = (
            select(User)
            .join(OAuthBinding, OAuthBinding.user_id == User.id)
            .where(
                OAuthBinding.provider_id == custom_id,
                OAuthBinding.provider_user_id == provider_id,
            )
        )
        return (await self._session.execute(query)).scalar_one_or_none()

    async def bind(self, user_id: int, custom_id: int, provider_id: str) -> bool:
        """Writes the id at such a provider, in place of an older one; False: another's."""
        if await self.by_binding(custom_id, provider_id) is not None:
            return False
        await self.unbind(user_id, custom_id)
        self._session.add(
            OAuthBinding(
                user_id=user_id,
                provider_id=custom_id,
                provider_user_id=provider_id,
                created_at=int(time.time()),
            )
        )
        try:
            await self._session.flush()
        except IntegrityError:
            return False
        return True

    async def unbind(self, user_id: int, custom_id: int) -> bool:
        """Takes an account's id at such a provider away; False when there was none."""
        gone = delete(OAuthBinding).where(
            OAuthBinding.user_id == user_id, OAuthBinding.provider_id == custom_id
        )
        found = await self._session.execute(gone)
        return bool(found.rowcount)  # type: ignore[attr-defined]

    async def bindings_of(self, user_id: int) -> Sequence[tuple[OAuthBinding, CustomOAuthProvider]]:
        """Returns an account's ids at such providers."""
        query = (
            select(OAuthBinding, CustomOAuthProvider)
            .join(CustomOAuthProvider, CustomOAuthProvider.id == OAuthBinding.provider_id)
            .where(OAuthBinding.user_id == user_id)
            .order_by(OAuthBinding.id)
        )
        return [(row[0], row[1]) for row in await self._session.execute(query)]

    async def custom_providers(self) -> Sequence[CustomOAuthProvider]:
        """Returns the providers that root has added."""
        query = select(CustomOAuthProvider).order_by(CustomOAuthProvider.id)
        return (await self._session.scalars(query)).all()

    async def custom_by_slug(self, slug: str) -> CustomOAuthProvider | None:
        """Returns the provider of this slug."""
        query = select(CustomOAuthProvider).where(CustomOAuthProvider.slug == slug)
        return (await self._session.execute(query)).scalar_one_or_none()

    async def custom(self, custom_id: int) -> CustomOAuthProvider | None:
        """Returns one provider that root has added."""
        return await self._session.get(CustomOAuthProvider, custom_id)

    async def add_custom(self, row: CustomOAuthProvider) -> bool:
        """Adds a provider; False when its slug is taken."""
        self._session.add(row)
        return await self.flushed()

    async def flushed(self) -> bool:
        """Writes what was changed; False when a slug is taken."""
        try:
            await self._session.flush()
        except IntegrityError:
            return False
        return True

    async def delete_custom(self, row: CustomOAuthProvider) -> None:
        """Deletes a provider and who was bound to it."""
        gone = delete(OAuthBinding).where(OAuthBinding.provider_id == row.id)
        await self._session.execute(gone)
        await self._session.delete(row)

    async def next_number(self) -> int:
        """Returns one more than the largest account id, deleted ones included."""
        return ((await self._session.execute(select(func.max(User.id)))).scalar_one() or 0) + 1

    async def name_taken(self, username: str) -> bool:
        """Tells whether an account has the name, deleted ones included."""
        query = select(User.id).where(User.username == username)
        return (await self._session.execute(query)).first() is not None

    async def address_taken(self, address: str) -> bool:
        """Tells whether an account has the e-mail address, deleted ones included."""
        query = select(User.id).where(User.email == address)
        return (await self._session.execute(query.limit(1))).first() is not None
