"""Every query of redemption codes; the claim is one conditional update."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, or_, select, update

from weirgate.redemptions import rules
from weirgate.store.tables import Redemption

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import AsyncSession


@dataclass(frozen=True, slots=True)
class Claimed:
    """A code that this transaction has claimed."""

    id: int
    quota: int


def _found_by(keyword: str) -> list[ColumnElement[bool]]:
    if not keyword:
        return []
    escaped = keyword.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    by_name = Redemption.name.like(f"{escaped}%", escape="\\")
    if keyword.isascii() and keyword.isdigit() and len(keyword) < 19:
        return [or_(Redemption.id == int(keyword), by_name)]
    return [by_name]


class RedemptionRepository:
    """Codes over one session; deleted ones are never seen."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def page(self, keyword: str, offset: int, limit: int) -> tuple[Sequence[Redemption], int]:
        """Returns one page, newest first, and the total."""
        conditions = [Redemption.deleted_at.is_(None), *_found_by(keyword)]
        query = select(Redemption).where(*conditions).order_by(Redemption.id.desc())
        rows = (await self._session.scalars(query.offset(offset).limit(limit))).all()
        counted = select(func.count(Redemption.id)).where(*conditions)
        return rows, (await self._session.execute(counted)).scalar_one()

    async def get(self, redemption_id: int, *, lock: bool = False) -> Redemption | None:
        """Returns one code."""
        query = select(Redemption).where(
            Redemption.id == redemption_id, Redemption.deleted_at.is_(None)
        )
        if lock:
            query = query.with_for_update()
        return (await self._session.execute(query)).scalar_one_or_none()

    async def find(self, key_hash: str) -> Redemption | None:
        """Returns the code with this hash."""
        query = select(Redemption).where(
            Redemption.key_hash == key_hash, Redemption.deleted_at.is_(None)
        )
        return (await self._session.execute(query)).scalar_one_or_none()

    async def add(self, codes: Sequence[Redemption]) -> None:
        """Writes new codes, which then have their ids."""
        self._session.add_all(codes)
        await self._session.flush()

    async def claim(self, redemption_id: int, user_id: int, now_s: int) -> Claimed | None:
        """Marks an enabled code as used by the user; None when another was first."""
        claimed = await self._session.execute(
            update(Redemption)
            .where(
                Redemption.id == redemption_id,
                Redemption.status == rules.ENABLED,
                Redemption.deleted_at.is_(None),
                or_(Redemption.expired_time == rules.NEVER, Redemption.expired_time > now_s),
            )
            .values(status=rules.USED, redeemed_time=now_s, used_user_id=user_id)
            .returning(Redemption.id, Redemption.quota)
            .execution_options(synchronize_session=False)
        )
        row = claimed.one_or_none()
        return None if row is None else Claimed(row.id, row.quota)

    async def write(self, redemption_id: int, values: dict[str, Any]) -> None:
        """Writes columns of one code."""
        await self._session.execute(
            update(Redemption)
            .where(Redemption.id == redemption_id)
            .values(values)
            .execution_options(synchronize_session="fetch")
        )

    async def delete_invalid(self, now_s: int) -> int:
        """Deletes used, disabled and expired codes softly and returns how many."""
        is_over = and_(Redemption.expired_time != rules.NEVER, Redemption.expired_time <= now_s)
        deleted = await self._session.execute(
            update(Redemption)
            .where(
                Redemption.deleted_at.is_(None),
                or_(Redemption.status != rules.ENABLED, is_over),
            )
            .values(deleted_at=now_s)
            .returning(Redemption.id)
            .execution_options(synchronize_session=False)
        )
        return len(deleted.scalars().all())
