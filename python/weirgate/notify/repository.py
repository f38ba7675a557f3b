"""Every query of notices: who root is, and where a user wants to be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from weirgate.notify.rules import Receiver, read_setting
from weirgate.store.tables import User

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

_ROLE_ROOT = 100
_ENABLED = 1


class ReceiverRepository:
    """Receivers over one session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, user_id: int | None) -> Receiver | None:
        """Returns a user, the first root with None; only one who is there and enabled."""
        query = select(User.id, User.email, User.setting).where(
            User.status == _ENABLED, User.deleted_at.is_(None)
        )
        if user_id is None:
            query = query.where(User.role >= _ROLE_ROOT).order_by(User.id).limit(1)
        else:
            query = query.where(User.id == user_id)
        row = (await self._session.execute(query)).one_or_none()
        return None if row is None else Receiver(row[0], row[1] or "", read_setting(row[2]))
