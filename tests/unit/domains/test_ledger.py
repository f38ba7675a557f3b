"""The ledger over real SQLite and PostgreSQL: once, in order, and by deltas only."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import orjson
import pytest
from sqlalchemy import select
from weirgate.errors import InvalidInputError, NotFoundError
from weirgate.ledger.service import MAX_AMOUNT, Credit, LedgerService, Verification
from weirgate.store import Store, UnitOfWork
from weirgate.store.migrate import migrate
from weirgate.store.tables import Key, LedgerEntry, Suspense, User

Work = Callable[[UnitOfWork], Awaitable[object]]
LEDGER = LedgerService(now_ms=lambda: 1000)


class Books:
    """A store with alice (user 1, key 1) and bob (user 2)."""

    def __init__(self, url: str) -> None:
        migrate(url)
        self.store = Store(url)

    async def open(self) -> None:
        async with self.store.unit_of_work() as uow:
            uow.session.add_all([User(username="alice"), User(username="bob")])
            await uow.session.flush()
            uow.session.add(Key(user_id=1, key_hash="h"))

    async def do(self, work: Work) -> None:
        async with self.store.unit_of_work() as uow:
            await work(uow)

    async def credit(self, key: str, amount: int, **fields: int) -> int:
        async with self.store.unit_of_work() as uow:
            number = await LEDGER.credit(uow, entry(key, amount, **fields))
            assert uow.changed.entries
            return number

    async def balances(self) -> tuple[int, int, int]:
        async with self.store.unit_of_work(write=False) as uow:
            users = (await uow.session.scalars(select(User.quota).order_by(User.id))).all()
            key = (await uow.session.scalars(select(Key.remain_quota))).one()
            return users[0], users[1], key

    async def numbers(self) -> list[int]:
        async with self.store.unit_of_work(write=False) as uow:
            query = select(LedgerEntry.number).order_by(LedgerEntry.number)
            return list((await uow.session.scalars(query)).all())

    async def verify(self) -> Verification:
        async with self.store.unit_of_work(write=False) as uow:
            return await LEDGER.verify(uow)


def entry(
    key: str, amount: int, user_id: int = 1, key_id: int | None = None, key_delta: int = 0
) -> Credit:
    return Credit(
        user_id=user_id,
        kind="test",
        idempotency_key=key,
        wallet_delta=amount,
        key_id=key_id,
        key_delta=key_delta,
    )


def credit_of(credit: Credit) -> Work:
    """Returns the work of booking one entry."""

    async def work(uow: UnitOfWork) -> None:
        await LEDGER.credit(uow, credit)

    return work


@pytest.fixture(params=["sqlite", "postgresql"])
def books(request: pytest.FixtureRequest, tmp_path: Path) -> Books:
    if request.param == "sqlite":
        return Books(f"sqlite:///{tmp_path}/books.db")
    return Books(request.getfixturevalue("postgres_url"))


def run(books: Books, work: Callable[[], Awaitable[None]]) -> None:
    async def whole() -> None:
        await books.open()
        try:
            await work()
        finally:
            await books.store.close()

    asyncio.run(whole())


def test_entries_are_numbered_without_gaps_and_move_balances(books: Books) -> None:
    async def work() -> None:
        assert await books.credit("a", 100) == 1
        assert await books.credit("b", -30) == 2
        assert await books.credit("c", 0, key_id=1, key_delta=7) == 3
        assert await books.balances() == (70, 0, 7)
        found = await books.verify()
        assert found.is_sound
        # The report leaves the process as JSON.
        assert orjson.loads(orjson.dumps(found))["credited"] == 70

    run(books, work)


def test_the_same_key_books_once(books: Books) -> None:
    async def work() -> None:
        assert await books.credit("a", 100) == 1
        async with books.store.unit_of_work() as uow:
            assert await LEDGER.credit(uow, entry("a", 100)) == 1
            assert not uow.changed.entries
        assert await books.balances() == (100, 0, 0)
        assert await books.credit("b", 1) == 2

    run(books, work)


def test_the_same_key_with_other_money_is_refused(books: Books) -> None:
    async def work() -> None:
        await books.credit("a", 100)
        for other in (entry("a", 101), entry("a", 100, user_id=2)):
            with pytest.raises(InvalidInputError):
                await books.do(credit_of(other))
        assert await books.balances() == (100, 0, 0)

    run(books, work)


def test_forty_credits_at_once_are_numbered_in_order_and_all_count(books: Books) -> None:
    async def work() -> None:
        numbers = await asyncio.gather(*(books.credit(f"k{n}", n) for n in range(1, 41)))
        assert sorted(numbers) == list(range(1, 41)) == await books.numbers()
        assert await books.balances() == (820, 0, 0)

    run(books, work)


def test_a_failed_transaction_leaves_neither_entry_nor_number(books: Books) -> None:
    async def work() -> None:
        async def fail(uow: UnitOfWork) -> None:
            await LEDGER.credit(uow, entry("a", 100))
            raise RuntimeError

        with pytest.raises(RuntimeError):
            await books.do(fail)
        for nobody in (entry("b", 5, user_id=9), entry("c", 0, user_id=2, key_id=1, key_delta=5)):
            with pytest.raises(NotFoundError):
                await books.do(credit_of(nobody))
        assert await books.balances() == (0, 0, 0)
        assert await books.credit("d", 1) == 1

    run(books, work)


def test_setting_a_balance_books_the_difference_and_later_charges_still_count(
    books: Books,
) -> None:
    async def work() -> None:
        await books.credit("a", 100)
        await books.do(lambda uow: LEDGER.set_wallet(uow, entry("b", 0), 40))
        assert (await books.balances())[0] == 40
        await books.do(lambda uow: LEDGER.set_wallet(uow, entry("c", 0), 40))
        assert await books.numbers() == [1, 2]

        async def charge(uow: UnitOfWork) -> None:
            user = await uow.session.get(User, 1)
            assert user is not None
            user.quota -= 15
            user.used_quota += 15

        await books.do(charge)
        assert (await books.balances())[0] == 25
        assert (await books.verify()).is_sound

    run(books, work)


def test_setting_what_a_key_may_spend_leaves_the_wallet(books: Books) -> None:
    async def work() -> None:
        await books.do(lambda uow: LEDGER.set_key(uow, entry("a", 0, key_id=1), 500))
        await books.do(lambda uow: LEDGER.set_key(uow, entry("b", 0, key_id=1), -3))
        assert await books.balances() == (0, 0, -3)
        with pytest.raises(NotFoundError):
            await books.do(lambda uow: LEDGER.set_key(uow, entry("c", 0, key_id=9), 1))

    run(books, work)


@pytest.mark.parametrize("amount", [MAX_AMOUNT + 1, -MAX_AMOUNT - 1])
def test_an_amount_beyond_every_number_type_is_refused(books: Books, amount: int) -> None:
    async def work() -> None:
        with pytest.raises(InvalidInputError):
            await books.credit("a", amount)

    run(books, work)


def test_verification_names_whose_books_are_wrong(books: Books) -> None:
    async def work() -> None:
        await books.credit("a", 100)

        async def tamper(uow: UnitOfWork) -> None:
            user = await uow.session.get(User, 2)
            assert user is not None
            user.quota = 5
            uow.session.add(
                Suspense(account="user", account_id=9, quota=3, to_position="", created_at_ms=0)
            )

        await books.do(tamper)
        found = await books.verify()
        assert not found.is_sound
        assert [(row.user_id, row.credited, row.balance) for row in found.discrepancies] == [
            (2, 0, 5)
        ]
        assert (found.users, found.suspense_quota) == (2, 3)

    run(books, work)
