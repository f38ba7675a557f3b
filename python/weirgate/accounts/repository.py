"""Every query of users: own account and administration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, func, or_, select, text, update
from sqlalchemy.exc import IntegrityError

from weirgate.accounts import rules
from weirgate.errors import ConflictError
from weirgate.store.tables import QuotaReminder, User

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import AsyncSession

    from weirgate.accounts.schemas import UserFilter


_COLUMNS = {"created_time": "created_at"}
TRIGRAM = 3
SHORT_SEARCHES = 20_000
"""Accounts, the newest, among which fewer than three characters are looked for."""
MOST_COUNTED = 10_000
# The newest that match; with other filters beside it all that match.
_BY_TRIGRAMS = text(
    "SELECT rowid FROM users_search WHERE users_search MATCH :phrase"
    " ORDER BY rowid DESC LIMIT :most"
)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _conditions(wanted: UserFilter | None, *, is_sqlite: bool) -> list[ColumnElement[bool]]:
    if wanted is None:
        return []
    conditions: list[ColumnElement[bool]] = []
    if wanted.keyword:
        by_id = User.id == (_number(wanted.keyword) or 0)
        is_narrowed = bool(wanted.group or wanted.role or wanted.status)
        found = _named(wanted.keyword, is_sqlite=is_sqlite, is_narrowed=is_narrowed)
        conditions.append(or_(by_id, found))
    if wanted.group:
        conditions.append(User.group == wanted.group)
    if (role := _number(wanted.role)) is not None:
        conditions.append(User.role == role)
    if (status := _number(wanted.status)) is not None:
        conditions.append(User.status == status)
    return conditions


def _named(keyword: str, *, is_sqlite: bool, is_narrowed: bool) -> ColumnElement[bool]:
    """Returns what finds a part of a name or address, in either case, by trigrams.

    Fewer than three characters have none: those are looked for among the newest accounts only.
    """
    escaped = keyword.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    pattern = f"%{escaped}%"
    columns = (User.username, User.email, User.display_name)
    found = or_(*(column.ilike(pattern, escape="\\") for column in columns))
    if len(keyword) < TRIGRAM:
        newest = select(func.coalesce(func.max(User.id), 0)).scalar_subquery()
        return and_(User.id > newest - SHORT_SEARCHES, found)
    if not is_sqlite:
        return found
    phrase = '"' + keyword.replace('"', '""') + '"'
    most = -1 if is_narrowed else MOST_COUNTED
    return User.id.in_(_BY_TRIGRAMS.bindparams(phrase=phrase, most=most))


class AccountRepository:
    """Users over one session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def page(
        self,
        wanted: UserFilter | None,
        offset: int,
        limit: int,
        order: Sequence[tuple[str, bool]] = (),
    ) -> tuple[Sequence[User], int]:
        """Returns one page, newest first and soft-deleted ones included, and the total.

        `order` names columns and whether the largest are first.
        """
        is_sqlite = self._session.get_bind().dialect.name == "sqlite"
        conditions = _conditions(wanted, is_sqlite=is_sqlite)
        columns = [(getattr(User, _COLUMNS.get(name, name)), largest) for name, largest in order]
        ordered = [column.desc() if largest else column.asc() for column, largest in columns]
        query = select(User).where(*conditions).order_by(*ordered, User.id.desc())
        rows = (await self._session.execute(query.offset(offset).limit(limit))).scalars().all()
        counted = select(func.count(User.id)).where(*conditions)
        if wanted is not None:
            # What is found is counted up to here: nobody turns so many pages.
            some = select(User.id).where(*conditions).limit(MOST_COUNTED).subquery()
            counted = select(func.count()).select_from(some)
        return rows, (await self._session.execute(counted)).scalar_one()

    async def get(self, user_id: int, *, lock: bool = False) -> User | None:
        """Returns an account that is not deleted."""
        query = select(User).where(User.id == user_id, User.deleted_at.is_(None))
        if lock:
            query = query.with_for_update()
        return (await self._session.execute(query)).scalar_one_or_none()

    async def name_taken(self, username: str, *, by_other_than: int = 0) -> bool:
        """Tells whether another account has the name, deleted ones included."""
        query = select(User.id).where(User.username == username, User.id != by_other_than)
        return (await self._session.execute(query)).first() is not None

    async def email_taken(self, address: str) -> bool:
        """Tells whether an account has the address, deleted ones included."""
        query = select(User.id).where(User.email == address.lower())
        return (await self._session.execute(query.limit(1))).first() is not None

    async def by_aff_code(self, code: str) -> User | None:
        """Returns the account whose invitation code this is, unless it is deleted."""
        query = select(User).where(User.aff_code == code, User.deleted_at.is_(None))
        return (await self._session.execute(query)).scalar_one_or_none()

    async def aff_code_taken(self, code: str) -> bool:
        """Tells whether any account has the invitation code."""
        query = select(User.id).where(User.aff_code == code)
        return (await self._session.execute(query)).first() is not None

    async def reward(self, user_id: int, quota: int) -> None:
        """Counts one invitation and adds its reward to what the inviter may transfer."""
        await self._session.execute(
            update(User)
            .where(User.id == user_id)
            .values(
                aff_count=User.aff_count + 1,
                aff_quota=User.aff_quota + quota,
                aff_history=User.aff_history + quota,
            )
            .execution_options(synchronize_session=False)
        )

    async def take_reward(self, user_id: int, quota: int) -> bool:
        """Takes from what may be transferred; False when there is not so much."""
        taken = await self._session.execute(
            update(User)
            .where(User.id == user_id, User.aff_quota >= quota, User.deleted_at.is_(None))
            .values(aff_quota=User.aff_quota - quota)
            .returning(User.id)
            .execution_options(synchronize_session=False)
        )
        return taken.scalar_one_or_none() is not None

    async def add(self, user: User) -> User:
        """Writes a new account and returns it with its id.

        Raises:
            ConflictError: the name was taken meanwhile.
        """
        self._session.add(user)
        try:
            await self._session.flush()
        except IntegrityError as error:
            raise ConflictError(rules.NAME_TAKEN) from error
        return user

    async def write(self, user_id: int, values: dict[str, Any]) -> None:
        """Writes columns of one account; the balance is not among them.

        Raises:
            ConflictError: the name was taken meanwhile.
        """
        statement = update(User).where(User.id == user_id).values(values)
        try:
            await self._session.execute(statement.execution_options(synchronize_session="fetch"))
        except IntegrityError as error:
            raise ConflictError(rules.NAME_TAKEN) from error


@dataclass(frozen=True, slots=True)
class Balance:
    """A user's balance, as far as a reminder needs it."""

    user_id: int
    quota: int
    setting: str
    was_told: bool


class ReminderRepository:
    """Who was told that the balance runs low."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def balances(self, user_ids: list[int]) -> list[Balance]:
        """Returns the balances of those users who are there and enabled."""
        query = (
            select(User.id, User.quota, User.setting, QuotaReminder.user_id.is_not(None))
            .outerjoin(QuotaReminder, QuotaReminder.user_id == User.id)
            .where(User.id.in_(user_ids), User.status == 1, User.deleted_at.is_(None))
        )
        return [Balance(*row) for row in (await self._session.execute(query)).all()]

    async def remember(self, user_ids: list[int], now_ms: int) -> set[int]:
        """Notes who is told now; returns those who had not been noted by another node."""
        known = select(QuotaReminder.user_id).where(QuotaReminder.user_id.in_(user_ids))
        noted = set((await self._session.execute(known)).scalars())
        fresh = [user_id for user_id in user_ids if user_id not in noted]
        self._session.add_all(QuotaReminder(user_id=each, told_at_ms=now_ms) for each in fresh)
        await self._session.flush()
        return set(fresh)

    async def forget(self, user_ids: list[int]) -> None:
        """Lets users be told again."""
        if user_ids:
            await self._session.execute(
                delete(QuotaReminder).where(QuotaReminder.user_id.in_(user_ids))
            )
