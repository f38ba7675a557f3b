"""Every query of top-up orders, and what of a user an order needs.

An order leaves `pending` by conditional updates only: of all who try, one does it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from weirgate.store.tables import TopUp, User
from weirgate.topup import rules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import AsyncSession


@dataclass(frozen=True, slots=True)
class Payer:
    """Who pays."""

    user_id: int
    username: str
    role: int
    group: str
    email: str
    stripe_customer: str


def _conditions(user_id: int | None, keyword: str) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if user_id is not None:
        conditions.append(TopUp.user_id == user_id)
    if keyword:
        escaped = keyword.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        conditions.append(TopUp.trade_no.like(f"%{escaped}%", escape="\\"))
    return conditions


class TopUpRepository:
    """Orders over one session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def page(
        self, user_id: int | None, keyword: str, offset: int, limit: int
    ) -> tuple[Sequence[TopUp], int]:
        """Returns one page of one user's orders, or of all, newest first, and the total."""
        conditions = _conditions(user_id, keyword)
        query = select(TopUp).where(*conditions).order_by(TopUp.id.desc())
        rows = (await self._session.scalars(query.offset(offset).limit(limit))).all()
        counted = select(func.count(TopUp.id)).where(*conditions)
        return rows, (await self._session.execute(counted)).scalar_one()

    async def find(self, trade_no: str) -> TopUp | None:
        """Returns the order with this number."""
        query = select(TopUp).where(TopUp.trade_no == trade_no)
        return (await self._session.execute(query)).scalar_one_or_none()

    async def add(self, order: TopUp) -> TopUp:
        """Writes an order and returns it with its id."""
        self._session.add(order)
        await self._session.flush()
        return order

    async def end(self, order_id: int, status: str, now_s: int) -> bool:
        """Takes a pending order to its end; False when it was not pending any more."""
        ended = await self._session.execute(
            update(TopUp)
            .where(TopUp.id == order_id, TopUp.status == rules.PENDING)
            .values(status=status, complete_time=now_s)
            .returning(TopUp.id)
            .execution_options(synchronize_session=False)
        )
        return ended.scalar_one_or_none() is not None

    async def payer(self, user_id: int) -> Payer | None:
        """Returns a user who is not deleted."""
        return await self._payer(User.id == user_id, User.deleted_at.is_(None))

    async def payer_of(self, order: TopUp) -> Payer | None:
        """Returns who ordered, deleted or not: what was paid is credited."""
        return await self._payer(User.id == order.user_id)

    async def _payer(self, *conditions: ColumnElement[bool]) -> Payer | None:
        columns = (
            User.id, User.username, User.role, User.group, User.email, User.stripe_customer
        )  # fmt: skip
        row = (await self._session.execute(select(*columns).where(*conditions))).one_or_none()
        return None if row is None else Payer(*row)

    async def remember_customer(self, user_id: int, customer: str) -> None:
        """Keeps Stripe's name of a user, for the next checkout."""
        await self._session.execute(
            update(User)
            .where(User.id == user_id)
            .values(stripe_customer=customer)
            .execution_options(synchronize_session=False)
        )
