"""Who is limited how: administrators limit everything, owners their own keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from weirgate.errors import NotFoundError
from weirgate.limits.repository import LimitRepository
from weirgate.limits.rules import NUMBERS, check_zone, subject_id
from weirgate.limits.schemas import LimitsOut, LimitsPage
from weirgate.system import audit

if TYPE_CHECKING:
    from weirgate.limits.schemas import LimitsBody, ListQuery, Scope
    from weirgate.store import UnitOfWork
    from weirgate.store.tables import LimitRow
    from weirgate.web.auth import Caller


class LimitService:
    """The limits of all subjects."""

    async def page(self, uow: UnitOfWork, wanted: ListQuery) -> LimitsPage:
        """Returns a part of a scope's list."""
        repository = LimitRepository(uow.session)
        rows = await repository.page(wanted.scope, wanted.after, wanted.page_size + 1)
        shown = [_shown(row) for row in rows[: wanted.page_size]]
        is_last = len(rows) <= wanted.page_size
        return LimitsPage(items=shown, next="" if is_last else shown[-1].subject)

    async def put(
        self, uow: UnitOfWork, caller: Caller, scope: Scope, subject: str, body: LimitsBody
    ) -> LimitsOut:
        """Sets all limits of a subject.

        Raises:
            InvalidInputError: the subject does not fit the scope, or no such time zone.
            NotFoundError: no such user, key or channel.
        """
        number = subject_id(scope, subject)
        check_zone(body.time_zone)
        repository = LimitRepository(uow.session)
        if number is not None and not await repository.exists(scope, number):
            raise NotFoundError
        values = {name: getattr(body, name) for name in (*NUMBERS, "time_zone")}
        await repository.put(scope, subject, values)
        self._note(uow, caller, scope, subject, "set")
        return LimitsOut(scope=scope, subject=subject, **values)

    async def delete(self, uow: UnitOfWork, caller: Caller, scope: Scope, subject: str) -> None:
        """Removes all limits of a subject.

        Raises:
            NotFoundError: it has none.
        """
        if not await LimitRepository(uow.session).delete(scope, subject):
            raise NotFoundError
        self._note(uow, caller, scope, subject, "removed")

    async def of_key(self, uow: UnitOfWork, caller: Caller, key_id: int) -> LimitsOut:
        """Returns the limits of a key of the caller's; without numbers when it has none.

        Raises:
            NotFoundError: the key is not the caller's.
        """
        await self._check_own(uow, caller, key_id)
        row = await LimitRepository(uow.session).get("key", str(key_id))
        if row is not None:
            return _shown(row)
        empty = dict.fromkeys(NUMBERS)
        return LimitsOut(scope="key", subject=str(key_id), **empty, time_zone="")

    async def put_own(
        self, uow: UnitOfWork, caller: Caller, key_id: int, body: LimitsBody
    ) -> LimitsOut:
        """Sets all limits of a key of the caller's.

        Raises:
            InvalidInputError: no such time zone.
            NotFoundError: the key is not the caller's.
        """
        await self._check_own(uow, caller, key_id)
        return await self.put(uow, caller, "key", str(key_id), body)

    async def delete_own(self, uow: UnitOfWork, caller: Caller, key_id: int) -> None:
        """Removes all limits of a key of the caller's.

        Raises:
            NotFoundError: the key is not the caller's, or has none.
        """
        await self._check_own(uow, caller, key_id)
        await self.delete(uow, caller, "key", str(key_id))

    async def _check_own(self, uow: UnitOfWork, caller: Caller, key_id: int) -> None:
        if not await LimitRepository(uow.session).owns(caller.user_id, key_id):
            raise NotFoundError

    def _note(self, uow: UnitOfWork, caller: Caller, scope: Scope, subject: str, what: str) -> None:
        """Tells the relay and the audit log."""
        if scope == "user":
            uow.changed.users.add(int(subject))
        elif scope == "key":
            uow.changed.keys.add(int(subject))
        else:
            uow.changed.routing = True
        text = f"limits of {scope} {subject} {what}"
        audit.log(uow, audit.MANAGE, caller.user_id, caller.username, text)


def _shown(row: LimitRow) -> LimitsOut:
    return LimitsOut.model_validate(row, from_attributes=True)
