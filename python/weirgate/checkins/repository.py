"""Every query of check-ins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from weirgate.store.tables import CheckIn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncSession

_MOST_DAYS = 31
_LONGEST_ROW = 400
"""Days in a row are counted up to here."""


class CheckInRepository:
    """One user's check-ins over one session."""

    def __init__(self, session: AsyncSession, user_id: int) -> None:
        self._session = session
        self._user_id = user_id

    async def has(self, day: str) -> bool:
        """Tells whether the user checked in on a day."""
        query = select(CheckIn.id).where(
            CheckIn.user_id == self._user_id, CheckIn.checkin_date == day
        )
        return (await self._session.execute(query)).first() is not None

    async def add(self, row: CheckIn) -> None:
        """Writes a check-in."""
        self._session.add(row)
        await self._session.flush()

    async def of_month(self, month: str) -> Sequence[CheckIn]:
        """Returns the check-ins of a month (YYYY-MM), newest first."""
        query = (
            select(CheckIn)
            .where(
                CheckIn.user_id == self._user_id,
                CheckIn.checkin_date >= f"{month}-01",
                CheckIn.checkin_date <= f"{month}-31",
            )
            .order_by(CheckIn.checkin_date.desc())
            .limit(_MOST_DAYS)
        )
        return (await self._session.scalars(query)).all()

    async def newest_days(self) -> list[str]:
        """Returns the newest days with a check-in, newest first."""
        query = (
            select(CheckIn.checkin_date)
            .where(CheckIn.user_id == self._user_id)
            .order_by(CheckIn.checkin_date.desc())
            .limit(_LONGEST_ROW)
        )
        return list((await self._session.scalars(query)).all())

    async def totals(self) -> tuple[int, int]:
        """Returns how often the user checked in, and what it gave."""
        query = select(
            func.count(CheckIn.id), func.coalesce(func.sum(CheckIn.quota_awarded), 0)
        ).where(CheckIn.user_id == self._user_id)
        count, quota = (await self._session.execute(query)).one()
        return count, int(quota)
