"""The one way money enters or is corrected: numbered entries, each applied exactly once.

An entry and the balances that it moves are written in the caller's transaction; the number comes
from the locked counter row, so numbers are given in commit order and every node and store can
apply them in that order. Charges of calls are not here: the drain books these.
"""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from weirgate.errors import InvalidInputError, NotFoundError
from weirgate.ledger.repository import TASK_REFUND, LedgerRepository
from weirgate.store.tables import LedgerEntry

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from weirgate.ledger.repository import KeyBook, UserBook
    from weirgate.store import UnitOfWork

MAX_AMOUNT = (1 << 53) - 1
"""Largest movement and balance change of one entry: exact in every client's number type."""

_VERIFY_BATCH = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """One movement of a wallet, a key, or both; deltas are quota units and may be negative.

    `idempotency_key` makes a repeated call harmless; `unique_key` makes one for an act that a
    person may rightly repeat.
    """

    user_id: int
    kind: str
    idempotency_key: str
    wallet_delta: int = 0
    key_id: int | None = None
    key_delta: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """A user whose books do not agree: credited should equal balance + charged."""

    user_id: int
    credited: int
    balance: int
    charged: int


@dataclass(frozen=True, slots=True)
class KeyDiscrepancy:
    """A key whose books do not agree: credited should equal remain + charged."""

    key_id: int
    user_id: int
    credited: int
    remain: int
    charged: int


@dataclass(slots=True)
class Verification:
    """The outcome of a verification over all users and keys; sums are of all users."""

    users: int = 0
    keys: int = 0
    credited: int = 0
    balance: int = 0
    charged: int = 0
    suspense_quota: int = 0
    discrepancies: list[Discrepancy] = field(default_factory=list)
    key_discrepancies: list[KeyDiscrepancy] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        """Whether the invariant holds for everybody."""
        return not self.discrepancies and not self.key_discrepancies


def unique_key(kind: str) -> str:
    """Returns an idempotency key for one act that has no natural one."""
    return f"{kind}:{uuid.uuid4().hex}"


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


class LedgerService:
    """Writes entries and checks the books."""

    def __init__(self, now_ms: Callable[[], int] = _now_ms) -> None:
        self._now_ms = now_ms

    async def lock(self, uow: UnitOfWork) -> None:
        """Makes the ledger's other writers wait until this transaction ends.

        Whoever locks a user or a key and then moves money calls this first: the order counter,
        user, key is the same everywhere, so no two transactions wait for each other.
        """
        await LedgerRepository(uow.session).lock_counter()

    async def credit(self, uow: UnitOfWork, credit: Credit) -> int:
        """Books a movement once and returns its number; a known idempotency key changes nothing.

        Raises:
            InvalidInputError: the amount is out of range, or the key was used for other money.
            NotFoundError: no such user, or no such key of this user.
        """
        _check(credit)
        repository = LedgerRepository(uow.session)
        number = await repository.lock_counter() + 1
        known = await repository.find(credit.idempotency_key)
        if known is not None:
            _check_same(known, credit)
            return known.number
        await self._book(repository, credit, number)
        uow.changed.entries = True
        return number

    async def refund_task(
        self, uow: UnitOfWork, credit: Credit, channel_id: int, *, step: str
    ) -> bool:
        """Takes a task's charge back from wallet, key and what they used, once a (task, step).

        `credit.idempotency_key` is the task's id; its deltas are the charge. A key that is gone
        leaves the wallet's part. Returns False when it had been done before.

        Raises:
            NotFoundError: no such user.
        """
        repository = LedgerRepository(uow.session)
        await repository.lock_counter()
        known_as = f"task:{credit.idempotency_key}:{step}"
        if await repository.find(known_as) is not None:
            return False
        key_id = credit.key_id
        if key_id and await repository.lock_key(credit.user_id, key_id) is None:
            key_id = None
        amount = credit.wallet_delta
        entry = Credit(
            user_id=credit.user_id,
            kind=TASK_REFUND,
            idempotency_key=known_as,
            wallet_delta=amount,
            key_id=key_id or None,
            key_delta=amount if key_id else 0,
            note=credit.note,
        )
        await self.credit(uow, entry)
        await repository.unuse(credit.user_id, key_id, channel_id, amount)
        return True

    async def set_wallet(self, uow: UnitOfWork, credit: Credit, target: int) -> int:
        """Brings a balance to `target` by an entry of the difference; returns the difference.

        Charges that are drained later still count. `credit.wallet_delta` is ignored.

        Raises:
            NotFoundError: no such user.
        """
        repository = LedgerRepository(uow.session)
        await repository.lock_counter()
        balance = await repository.lock_wallet(credit.user_id)
        if balance is None:
            raise NotFoundError
        delta = target - balance
        if delta:
            await self.credit(uow, _with_deltas(credit, wallet=delta, key=0))
        return delta

    async def set_key(self, uow: UnitOfWork, credit: Credit, target: int) -> int:
        """Brings what a key may spend to `target`, as `set_wallet` does for a balance.

        Raises:
            NotFoundError: no such key of this user.
        """
        repository = LedgerRepository(uow.session)
        await repository.lock_counter()
        remain = await repository.lock_key(credit.user_id, credit.key_id or 0)
        if remain is None:
            raise NotFoundError
        delta = target - remain
        if delta:
            await self.credit(uow, _with_deltas(credit, wallet=0, key=delta))
        return delta

    async def verify(self, uow: UnitOfWork) -> Verification:
        """Checks credited = balance + charged for every user, and the same for every key.

        All is read in one transaction's view.
        """
        repository = LedgerRepository(uow.session)
        found = Verification(suspense_quota=await repository.unresolved_suspense())
        last_id = 0
        while books := await repository.books(last_id, _VERIFY_BATCH):
            last_id = books[-1].user_id
            _add_users(found, books)
        last_id = 0
        while key_books := await repository.key_books(last_id, _VERIFY_BATCH):
            last_id = key_books[-1].key_id
            _add_keys(found, key_books)
        return found

    async def _book(self, repository: LedgerRepository, credit: Credit, number: int) -> None:
        entry = LedgerEntry(
            number=number,
            idempotency_key=credit.idempotency_key,
            kind=credit.kind,
            user_id=credit.user_id,
            key_id=credit.key_id,
            wallet_delta=credit.wallet_delta,
            key_delta=credit.key_delta,
            note=credit.note,
            created_at_ms=self._now_ms(),
        )
        await repository.add(entry)
        await repository.advance_counter(number)
        if credit.wallet_delta or credit.key_id is None:
            found = await repository.move_wallet(credit.user_id, credit.wallet_delta)
            _require(found=found)
        if credit.key_id is not None:
            found = await repository.move_key(credit.user_id, credit.key_id, credit.key_delta)
            _require(found=found)


def _require(*, found: bool) -> None:
    if not found:
        raise NotFoundError


def _with_deltas(credit: Credit, *, wallet: int, key: int) -> Credit:
    return Credit(
        user_id=credit.user_id,
        kind=credit.kind,
        idempotency_key=credit.idempotency_key,
        wallet_delta=wallet,
        key_id=credit.key_id,
        key_delta=key,
        note=credit.note,
    )


def _check(credit: Credit) -> None:
    if max(abs(credit.wallet_delta), abs(credit.key_delta)) > MAX_AMOUNT:
        raise InvalidInputError("amount out of range")
    if credit.key_delta and credit.key_id is None:
        raise InvalidInputError("a key amount needs a key")


def _check_same(known: LedgerEntry, credit: Credit) -> None:
    """A key that comes again must come with the same money."""
    before = (known.user_id, known.key_id, known.wallet_delta, known.key_delta)
    if before != (credit.user_id, credit.key_id, credit.wallet_delta, credit.key_delta):
        raise InvalidInputError("idempotency key was used for another amount")


def _add_users(found: Verification, books: Sequence[UserBook]) -> None:
    for book in books:
        found.users += 1
        found.credited += book.credited
        found.balance += book.balance
        found.charged += book.charged
        if book.credited != book.balance + book.charged:
            wrong = Discrepancy(book.user_id, book.credited, book.balance, book.charged)
            found.discrepancies.append(wrong)


def _add_keys(found: Verification, books: Sequence[KeyBook]) -> None:
    for book in books:
        found.keys += 1
        if book.credited != book.remain + book.charged:
            found.key_discrepancies.append(
                KeyDiscrepancy(book.key_id, book.user_id, book.credited, book.remain, book.charged)
            )
